/** What executors are sent: archives, tspark's worker, the user's modules; and what is said where something of it is missing or of another version. */
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SparkConf } from '#src/core/conf.js'
import { EventBus } from '#src/core/events.js'
import type { Engine } from '#src/engine/engine.js'
import { openEngine } from '#src/engine/registry.js'
import { Bundles } from '#src/engine/spark/shipping/bundles.js'
import { shipOf } from '#src/engine/spark/shipping/shipment.js'
import { entriesOf, tarOf, unpack, type Entry } from '#src/engine/spark/shipping/tar.js'
import { workerFiles } from '#src/engine/spark/shipping/worker-archive.js'
import { fakeSpark } from '../support/fake-spark.ts'
import * as p from '../support/plans.ts'
import { program, ROOT, runNode, runSubmit } from '../support/programs.ts'

const directory = mkdtempSync(join(tmpdir(), 'tspark-shipping-'))
const fake = fakeSpark()
// Where a standalone master would listen.
let master: Server
const url = (): string => `spark://127.0.0.1:${(master.address() as AddressInfo).port}`
beforeAll(async () => {
  master = createServer(socket => { socket.end() })
  await new Promise<void>(resolve => { master.listen(0, '127.0.0.1', resolve) })
})
afterAll(() => {
  master.close()
  fake.remove()
  rmSync(directory, { recursive: true, force: true })
})

function onCluster(settings: Record<string, string>, events = new EventBus()): Engine {
  process.env.JAVA_HOME = fake.javaHome
  return openEngine({ master: url(), conf: new SparkConf(Object.entries({ 'spark.tspark.sparkHome': fake.home, ...settings })), events }) as Engine
}

async function outcome(settings: Record<string, string>, events = new EventBus()): Promise<unknown> {
  const engine = onCluster(settings, events)
  try { return await p.collect(engine, p.rows([1, 2])) } catch (error) { return error } finally { await engine.stop() }
}

describe('what is sent', () => {
  const ship = (master: string, settings: Record<string, string> = {}) => shipOf(master, new SparkConf(Object.entries(settings).map(([key, value]) => [`spark.tspark.${key}`, value] as const)))
  test.each<[string, Record<string, string>, string]>([
    ['local[2]', {}, 'none'],
    ['local:2', { ship: 'node' }, 'none'],
    ['spark://h:7077', {}, 'worker'],
    ['yarn', {}, 'worker'],
    ['k8s://https://h:6443', { ship: 'node' }, 'node'],
    ['local-cluster[2,1,1024]', {}, 'worker'],
    ['spark://h:7077', { worker: '/opt/tspark/bin/tspark-worker.cjs' }, 'modules'],
    ['spark://h:7077', { worker: '/opt/tspark/bin/tspark-worker.cjs', ship: 'none' }, 'none'],
    ['spark://h:7077', { ship: 'none' }, 'none'],
  ])('%s %j: %s', (master, settings, expected) => { expect(ship(master, settings)).toBe(expected) })
  test('what is no such thing', () => { expect(() => ship('yarn', { ship: 'all' })).toThrow('spark.tspark.ship') })
})

test('an executor starts the worker that it was sent', async () => {
  const engine = onCluster({})
  try {
    const [[place, worker]] = await p.run(engine, p.rows([1], 1), { kind: 'apply', f: p.ref('apply', () => [process.cwd(), process.argv[1]]) }) as [[string, string]]
    expect(worker).toBe(join(place, 'tspark', 'bin', 'tspark-worker.cjs'))
  } finally { await engine.stop() }
})

test('the user\'s archives go along', async () => {
  const archive = join(directory, 'own.tgz')
  writeFileSync(archive, gzipSync(Buffer.concat([...tarOf([{ name: 'words.txt', bytes: Buffer.from('from the archive') }])])))
  const engine = onCluster({ 'spark.archives': `${archive}#own` })
  try {
    expect(await p.run(engine, p.rows([1], 1), { kind: 'apply', f: p.ref('apply', () => process.getBuiltinModule('node:fs').readFileSync('own/words.txt', 'utf8')) })).toEqual(['from the archive'])
  } finally { await engine.stop() }
})

describe('what is wrong with a worker', () => {
  const script = (line: string): string => {
    const path = join(mkdtempSync(join(directory, 'worker-')), 'worker.sh')
    writeFileSync(path, `#!/bin/sh\n${line}\n`)
    chmodSync(path, 0o755)
    return path
  }
  test.each<[string, () => string, string, string]>([
    ['it is not there', () => '/nowhere/tspark-worker.cjs', 'WORKER_NOT_STARTED', 'cannot start /nowhere/tspark-worker.cjs'],
    ['there is no node', () => script('exec env node-of-nowhere "$0"'), 'WORKER_NODE', 'no node in its PATH'],
    ['node is made for another machine', () => script('exit 126'), 'WORKER_NODE', 'cannot be executed'],
    ['node is too old', () => script('exit 70'), 'WORKER_NODE', 'older than 20'],
    ['it is not built', () => script('exit 71'), 'SPARK_WORKER_LOST', 'code: 71'],
  ])('%s', async (_, worker, code, says) => {
    const error = await outcome({ 'spark.tspark.worker': worker() })
    expect(error).toMatchObject({ code, message: expect.stringContaining(says) as string })
  })

  /** A worker as it is sent, with one of its files changed. */
  const doctored = (file: string, change: (text: string) => string): string => {
    const into = mkdtempSync(join(directory, 'worker-'))
    unpack(Buffer.concat([...tarOf(workerFiles(`${ROOT}/`))]), into)
    writeFileSync(join(into, file), change(readFileSync(join(into, file), 'utf8')))
    chmodSync(join(into, 'bin/tspark-worker.cjs'), 0o755)
    return join(into, 'bin/tspark-worker.cjs')
  }

  test('it is of another version', async () => {
    const worker = doctored('package.json', text => text.replace(/"version": "[^"]*"/, '"version": "0.0.9"'))
    expect(await outcome({ 'spark.tspark.worker': worker })).toMatchObject({ code: 'WORKER_VERSION', message: expect.stringContaining('tspark 0.0.9') as string })
  })

  test('its Node is another: it works, and that is said once', async () => {
    const worker = doctored('dist/bin/worker.js', text => `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '99.1.0' } })\n${text}`)
    const events = new EventBus()
    const said: string[] = []
    events.on('message', ({ level, text }) => { if (level === 'warn') said.push(text) })
    expect(await outcome({ 'spark.tspark.worker': worker }, events)).toEqual([1, 2])
    expect(said).toEqual([expect.stringContaining('executors run Node 99.1.0')])
  })
})

describe('the user\'s modules', () => {
  const pad = {
    'node_modules/pad/package.json': '{"name":"pad","main":"i.js","dependencies":{"dot":"1"}}',
    'node_modules/pad/i.js': `const dot = require('dot')\nexports.pad = s => dot() + s\nexports.Point = class Point { constructor(x) { this.x = x } }`,
    'node_modules/dot/package.json': '{"name":"dot","exports":"./dot.js"}', 'node_modules/dot/dot.js': `module.exports = () => '.'`,
  }
  /** `it` is what ./it.ts exports, `rows` holds A and b. */
  const ROWS: readonly { name: string; files: Record<string, string>; run: string; expected: unknown }[] = [
    { name: 'a function of a module, and what that imports', files: { 'it.ts': `import { low } from './low'\nexport const f = (s: string): string => low(s) + '!'`, 'low.ts': `export const low = (s: string): string => s.toLowerCase()` }, run: `rows.map(it.f).collect()`, expected: ['a!', 'b!'] },
    { name: 'a class of rows', files: { 'it.ts': `export class Word { constructor(readonly text: string) {} get size(): number { return this.text.length } }` }, run: `(Word => rows.map(text => new Word(text)).collect().then(all => all.map(word => [word instanceof Word, word.size])))(it.Word)`, expected: [[true, 1], [true, 1]] },
    { name: 'JSON, and CommonJS with what it requires', files: { 'it.ts': `import d from './d.json'\nimport c from './c.cjs'\nexport const f = (s: string): string => s + d.k + c.c`, 'd.json': '{"k":5}', 'c.cjs': `exports.c = require('./e.js')`, 'e.js': `module.exports = 'e'` }, run: `rows.map(it.f).collect()`, expected: ['A5e', 'b5e'] },
    { name: 'a package, and the package that it depends on', files: { 'it.ts': `import { pad } from 'pad'\nexport const f = (s: string): string => pad(s)`, ...pad }, run: `rows.map(it.f).collect()`, expected: ['.A', '.b'] },
    { name: 'a function of a package', files: { 'it.ts': `export { pad } from 'pad'`, ...pad }, run: `rows.map(it.pad).collect()`, expected: ['.A', '.b'] },
    { name: 'rows of a package\'s class', files: { 'it.ts': `import { Point } from 'pad'\nexport { Point }\nexport const f = (s: string) => new Point(s)`, ...pad }, run: `rows.map(it.f).collect().then(all => all.map(point => [point instanceof it.Point, point.x]))`, expected: [[true, 'A'], [true, 'b']] },
    { name: 'tspark itself', files: { 'it.ts': `import { Seconds } from 'tspark'\nexport const f = (s: string): number => Seconds(s.length).milliseconds` }, run: `rows.map(it.f).collect()`, expected: [1000, 1000] },
    { name: 'a value that is broadcast', files: { 'it.ts': `export const f = (s: string): string => s + '?'` }, run: `(value => rows.map(s => value.value(s)).collect())(sc.broadcast(it.f))`, expected: ['A?', 'b?'] },
  ]
  let results: readonly unknown[]

  // One program for all rows: its files and the cache are gone before a worker starts.
  beforeAll(async () => {
    const dir = program(Object.fromEntries(ROWS.flatMap(({ files }, i) => Object.entries(files).map(([name, text]) => [`user/${i}/${name}`, text]))))
    const dist = pathToFileURL(join(ROOT, 'dist/src/')).href
    const settings = { 'spark.master': url(), 'spark.tspark.sparkHome': fake.home, 'spark.tspark.worker': join(ROOT, 'bin/tspark-worker.cjs') }
    writeFileSync(join(dir, 'driver.mjs'), `
      import { renameSync } from 'node:fs'
      const { importUser } = await import('${dist}loader/loader.js')
      const { SparkConf, SparkContext } = await import('${dist}index.js')
      const its = []
      for (let i = 0; i < ${ROWS.length}; i++) its.push(await importUser('./user/' + i + '/it.ts', ${JSON.stringify(pathToFileURL(join(dir, '<repl>')).href)}))
      const sc = new SparkContext(new SparkConf(Object.entries(${JSON.stringify(settings)})))
      const rows = sc.parallelize(['A', 'b'], 2)
      const jobs = [${ROWS.map(({ run }) => `it => ${run}`).join(',\n')}].map((run, i) => run(its[i]))
      for (const name of ['user', 'cache']) renameSync(name, name + '-away')
      console.log('RESULT ' + JSON.stringify((await Promise.allSettled(jobs)).map(({ value, reason }) => reason ? String(reason) : value)))
      await sc.stop()`)
    const { stdout, stderr } = await runNode(['driver.mjs'], { cwd: dir, env: { JAVA_HOME: fake.javaHome, TSPARK_CACHE_DIR: join(dir, 'cache') } })
    const line = stdout.split('\n').find(text => text.startsWith('RESULT '))
    if (!line) throw new Error(`no result: ${stdout}${stderr}`)
    results = JSON.parse(line.slice('RESULT '.length)) as unknown[]
  }, 60_000)

  test.each(ROWS.map(({ name, expected }, i) => [name, i, expected] as const))('%s', (_, i, expected) => { expect(results[i]).toEqual(expected) })
})

describe('cluster deploy mode', () => {
  const files = {
    'program/main.ts': `
      import { SparkContext } from 'tspark'
      import { shout } from './shout'
      export async function main(args: readonly string[]): Promise<void> {
        const sc = new SparkContext()
        console.log('RESULT ' + JSON.stringify([sc.master, process.cwd(), await sc.parallelize([...args], 2).map(shout).collect()]))
        await sc.stop()
        process.exit(7)
      }`,
    'program/shout.ts': `export const shout = (s: string): string => s.toUpperCase()`,
  }
  const submitted = (dir: string, ...words: string[]) =>
    runSubmit(['--master', 'yarn', '--deploy-mode', 'cluster', '--class', 'main', '--conf', `spark.tspark.sparkHome=${fake.home}`, 'program/main.ts', ...words], { cwd: dir, env: { JAVA_HOME: fake.javaHome, TSPARK_CACHE_DIR: join(dir, 'cache') } })

  test('the program runs where Spark starts it, with its modules and its arguments; its exit code is ours', async () => {
    const dir = program(files)
    const { code, stdout, stderr } = await submitted(dir, 'a', 'b')
    expect({ code, stderr }).toEqual({ code: 7, stderr: expect.stringContaining('is ready') as string })
    const [master, place, rows] = JSON.parse(/RESULT (.*)/.exec(stdout)![1]!) as [string, string, string[]]
    expect([master, rows]).toEqual(['yarn', ['A', 'B']])
    expect(place).toContain('tspark-executor-')
  })

  test('its types are checked before it is sent', async () => {
    const { code, stderr } = await submitted(program({ ...files, 'program/shout.ts': `export const shout = (s: string): string => s.size` }))
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('the program was not started') as string })
  })

  test('a standalone master has no such mode', async () => {
    const dir = program(files)
    const { code, stderr } = await runSubmit(['--master', url(), '--deploy-mode', 'cluster', 'program/main.ts'], { cwd: dir })
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('DEPLOY_MODE') as string })
  })
})

describe('bundles', () => {
  const packages = (dir: string, files: Record<string, string>): string => {
    for (const [name, text] of Object.entries(files)) { mkdirSync(join(dir, name, '..'), { recursive: true }); writeFileSync(join(dir, name), text) }
    return dir
  }
  const bundling = (): { bundles: Bundles; sent: string[][] } => {
    const sent: string[][] = []
    return { sent, bundles: new Bundles((_, text) => { sent.push([...entriesOf(gunzipSync(Buffer.from(text, 'base64')))].map(({ name }) => name)) }) }
  }

  test('each package goes once; types and nested packages that nobody depends on stay', () => {
    const dir = packages(mkdtempSync(join(directory, 'once-')), {
      'node_modules/a/package.json': '{"dependencies":{"b":"1"}}', 'node_modules/a/a.js': '', 'node_modules/a/a.d.ts': '', 'node_modules/a/node_modules/z/package.json': '{}',
      'node_modules/b/package.json': '{}', 'node_modules/b/b.js': '',
    })
    const { bundles, sent } = bundling()
    const at = (name: string): string => pathToFileURL(join(dir, 'node_modules', name)).href
    expect([bundles.covering([at('b/b.js')]), bundles.covering([at('a/a.js'), 'node:fs']), bundles.covering([at('b/b.js')]), bundles.covering(['node:fs'])]).toEqual([[0], [0, 1], [0, 1], []])
    expect(sent.map(names => names.map(name => name.replace(/^root.*node_modules\//, '')).sort())).toEqual([['b/b.js', 'b/package.json', 'package.json'], ['a/a.js', 'a/package.json']])
  })

  test('packages that are links (pnpm) keep their links', () => {
    const dir = packages(mkdtempSync(join(directory, 'links-')), {
      'node_modules/.pnpm/a@1/node_modules/a/package.json': '{"dependencies":{"b":"1"}}', 'node_modules/.pnpm/a@1/node_modules/a/a.js': '',
      'node_modules/.pnpm/b@1/node_modules/b/package.json': '{}',
    })
    symlinkSync('../../b@1/node_modules/b', join(dir, 'node_modules/.pnpm/a@1/node_modules/b'))
    const { bundles, sent } = bundling()
    bundles.covering([pathToFileURL(join(dir, 'node_modules/.pnpm/a@1/node_modules/a/a.js')).href])
    expect(sent.flat().map(name => name.replace(/^root.*\.pnpm\//, '')).sort()).toEqual(['a@1/node_modules/a/a.js', 'a@1/node_modules/a/package.json', 'a@1/node_modules/b', 'b@1/node_modules/b/package.json', 'package.json'])
  })
})

describe('tar', () => {
  const entries: Entry[] = [
    { name: 'a/b.txt', bytes: Buffer.from('b') }, { name: 'empty', bytes: Buffer.alloc(0) }, { name: `${'long/'.repeat(40)}ü.txt`, bytes: Buffer.alloc(513, 7) },
    { name: 'run.sh', bytes: Buffer.from('#!/bin/sh\n'), executable: true }, { name: 'a/link', link: 'b.txt' }, { name: 'a/far', link: `${'./'.repeat(60)}b.txt` },
  ]
  const tar = (all: readonly Entry[] = entries): Buffer => Buffer.concat([...tarOf(all)])
  const plain = (all: Iterable<Entry>): unknown[] => [...all].map(entry => 'link' in entry ? [entry.name, entry.link] : [entry.name, Buffer.from(entry.bytes).toString('latin1')])

  test('what is packed is unpacked', () => { expect(plain(entriesOf(tar()))).toEqual(plain(entries)) })

  test('the system\'s tar reads it, with links and permissions', async () => {
    const into = mkdtempSync(join(directory, 'tar-'))
    execFileSync('tar', ['-xf', '-', '-C', into], { input: tar() })
    expect(readdirSync(into, { recursive: true }).map(String).filter(name => statSync(join(into, name)).isFile()).sort()).toEqual(['a/b.txt', 'a/far', 'a/link', 'empty', `${'long/'.repeat(40)}ü.txt`, 'run.sh'])
    expect(['a/link', 'a/far'].map(name => readFileSync(join(into, name), 'utf8'))).toEqual(['b', 'b'])
    expect(statSync(join(into, 'run.sh')).mode & 0o111).not.toBe(0)
  })

  test('what is there is left', () => {
    const into = mkdtempSync(join(directory, 'tar-'))
    writeFileSync(join(into, 'empty'), 'mine')
    unpack(tar(), into)
    unpack(tar(), into)
    expect([readFileSync(join(into, 'empty'), 'utf8'), readFileSync(join(into, 'a/link'), 'utf8')]).toEqual(['mine', 'b'])
  })

  test.each(['../out', '/etc/out', 'a/../../out'])('%s is refused', name => { expect(() => unpack(tar([{ name, bytes: Buffer.alloc(1) }]), directory)).toThrow('leads out') })
})
