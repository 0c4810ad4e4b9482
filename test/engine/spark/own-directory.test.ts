/** What a killed driver leaves is removed by the next one, and nothing that anybody may still use. */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { OwnDirectory } from '#src/engine/spark/own-directory.js'
import { ROOT } from '../../support/programs.ts'

let parent: string
beforeEach(() => { parent = mkdtempSync(join(tmpdir(), 'tspark-own-')) })
afterEach(() => rmSync(parent, { recursive: true, force: true }))

/** A process with a directory of its own, in which it has written. */
async function driver(): Promise<{ readonly path: string; kill(): Promise<void>; freeze(): void }> {
  const source = `
    const { OwnDirectory } = await import(${JSON.stringify(pathToFileURL(join(ROOT, 'dist/src/engine/spark/own-directory.js')).href)})
    const { writeFileSync } = await import('node:fs')
    const { path } = await OwnDirectory.open(${JSON.stringify(parent)})
    writeFileSync(path + '/0', 'rows')
    console.log(path)
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: ['ignore', 'pipe', 'inherit'] })
  const path = await new Promise<string>(resolve => { child.stdout.once('data', data => resolve(String(data).trim())) })
  const ended = new Promise<void>(resolve => { child.once('exit', () => resolve()) })
  return { path, kill() { child.kill('SIGKILL'); return ended }, freeze: () => { child.kill('SIGSTOP') } }
}

test('it is ours alone, and gone when it is closed', async () => {
  const own = await OwnDirectory.open(parent)
  expect(statSync(own.path).mode & 0o777).toBe(0o700)
  own.close()
  expect(readdirSync(parent)).toEqual([])
})

test('that of a killed driver goes, those of drivers that live or are held up stay', async () => {
  const [killed, held, living] = await Promise.all([driver(), driver(), driver()])
  held.freeze()
  await killed.kill()
  const own = await OwnDirectory.open(parent)
  expect([killed, held, living].map(({ path }) => existsSync(join(path, '0')))).toEqual([false, true, true])
  own.close()
  await Promise.all([held.kill(), living.kill()])
})

test('what is not known to be a dead driver\'s stays', async () => {
  const dead = await driver()
  await dead.kill()
  const elsewhere = mkdtempSync(join(tmpdir(), 'tspark-own-'))
  symlinkSync(dead.path, join(elsewhere, 'tspark-spark-link'))
  mkdirSync(join(elsewhere, 'tspark-spark-empty'))
  writeFileSync(join(elsewhere, 'tspark-spark-file'), '')
  const own = await OwnDirectory.open(elsewhere)
  expect(readdirSync(elsewhere).filter(name => join(elsewhere, name) !== own.path).sort()).toEqual(['tspark-spark-empty', 'tspark-spark-file', 'tspark-spark-link'])
  expect(existsSync(join(dead.path, '0'))).toBe(true)
  own.close()
  rmSync(elsewhere, { recursive: true })
})
