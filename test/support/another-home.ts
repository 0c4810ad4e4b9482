/**
 * A driver's machine whose files no other machine has: a copy of tspark, a program with a module and packages, and a cache, all below one
 * directory; `hidden` is what others must not see.
 */
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { ROOT, runNode, type Ended } from './programs.ts'
import { homeOf } from './real-spark.ts'

const PROGRAM: Readonly<Record<string, string>> = {
  'main.ts': `
    import { existsSync, writeFileSync } from 'node:fs'
    import { SparkContext } from 'tspark'
    import { shout } from './words'
    const [result = '', driver = ''] = process.argv.slice(2)
    const sc = new SparkContext()
    const counts = await sc.parallelize(['to be', 'or not', 'to be'], 2).flatMap(line => line.split(' ')).map(word => [shout(word), 1]).reduceByKey((a, b) => a + b).collect()
    const [place] = await sc.parallelize([driver], 1).map(driver => ({ node: process.execPath, seen: existsSync(driver + '/tspark') })).collect()
    writeFileSync(result, JSON.stringify({ counts: counts.sort(), place, driverSeen: existsSync(driver + '/tspark') }))
    await sc.stop()`,
  'words.ts': `import { pad } from 'pad'\nexport const shout = (word: string): string => pad(word.toUpperCase())`,
  'node_modules/pad/package.json': '{"name":"pad","main":"i.js","types":"i.d.ts","dependencies":{"dot":"1"}}',
  'node_modules/pad/i.js': `const dot = require('dot')\nexports.pad = s => dot + s`, 'node_modules/pad/i.d.ts': 'export declare function pad(s: string): string',
  'node_modules/dot/package.json': '{"name":"dot"}', 'node_modules/dot/index.js': `module.exports = '.'`,
}

/** What the program counts. */
export const COUNTS = [['.BE', 2], ['.NOT', 1], ['.OR', 1], ['.TO', 2]]

export class AnotherHome {
  readonly path = realpathSync(mkdtempSync(join(tmpdir(), 'tspark-driver-')))
  readonly #tspark = join(this.path, 'tspark')
  readonly hidden = { directories: [this.path, ...['dist', 'bin', 'node_modules'].map(part => join(ROOT, part))] }

  constructor() {
    for (const part of ['dist', 'bin', 'package.json']) cpSync(join(ROOT, part), join(this.#tspark, part), { recursive: true })
    symlinkSync(join(ROOT, 'node_modules'), join(this.#tspark, 'node_modules'))
    for (const [name, text] of Object.entries(PROGRAM)) {
      mkdirSync(dirname(join(this.path, 'program', name)), { recursive: true })
      writeFileSync(join(this.path, 'program', name), text)
    }
  }

  /** Runs the program there; it writes what it found to the file `result`. */
  submit(version: string, flags: readonly string[], result: string, env: NodeJS.ProcessEnv = {}): Promise<Ended> {
    const settings = ['spark.executor.memory=512m', 'spark.driver.memory=512m'].flatMap(setting => ['--conf', setting])
    return runNode([join(this.#tspark, 'bin/tspark-submit.cjs'), ...settings, ...flags, join(this.path, 'program/main.ts'), result, this.path],
      { cwd: this.path, env: { SPARK_HOME: homeOf(version), TSPARK_CACHE_DIR: join(this.path, 'cache'), ...env } })
  }

  remove(): void { rmSync(this.path, { recursive: true, force: true }) }
}
