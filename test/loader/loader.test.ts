/** User modules anywhere on disk: what importUser and importEntry make of them, in a process of Node's own, and in its threads. */
import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { program, ROOT, runNode } from '../support/programs.js'

/** Runs `body` (an async function's text) in a process that has the loader; its result comes back as JSON. */
async function drive(dir: string, body: string, env: NodeJS.ProcessEnv = {}): Promise<unknown> {
  const dist = pathToFileURL(join(ROOT, 'dist/src/')).href
  const script = `
    const { importUser, importEntry, checkProgram } = await import('${dist}loader/loader.js')
    const { executorImports } = await import('${dist}core/wiring.js')
    const { moduleExportOf } = await import('${dist}core/modules.js')
    const { userFrame } = await import('${dist}core/call-site.js')
    const { Worker } = await import('node:worker_threads'); const fs = await import('node:fs')
    const dir = ${JSON.stringify(dir)}, parent = ${JSON.stringify(pathToFileURL(join(dir, '<repl>')).href)}
    const result = await (async () => { ${body} })()
    console.log('RESULT ' + JSON.stringify(result))`
  writeFileSync(join(dir, 'driver.mjs'), script)
  const ended = await runNode(['driver.mjs'], { cwd: dir, env })
  const line = ended.stdout.split('\n').find(text => text.startsWith('RESULT '))
  if (!line) throw new Error(`no result: ${ended.stdout}${ended.stderr}`)
  return JSON.parse(line.slice('RESULT '.length) || 'null')
}

const HELPERS = `export interface Word { text: string }\n\nexport const norm = (word: string): string => word.toLowerCase()\n`

describe('what a specifier means', () => {
  const rows: readonly { name: string; files: Record<string, string>; program: string; expected: unknown }[] = [
    { name: 'TypeScript by its own name', files: { 'h.ts': HELPERS }, program: `import { norm } from './h.ts'; export default norm('A')`, expected: 'a' },
    { name: '.js meaning .ts', files: { 'h.ts': HELPERS }, program: `import { norm } from './h.js'; export default norm('A')`, expected: 'a' },
    { name: '.mjs meaning .mts', files: { 'h.mts': HELPERS }, program: `import { norm } from './h.mjs'; export default norm('A')`, expected: 'a' },
    { name: 'no extension', files: { 'h.ts': HELPERS }, program: `import { norm } from './h'; export default norm('A')`, expected: 'a' },
    { name: 'a directory', files: { 'h/index.ts': HELPERS }, program: `import { norm } from './h'; export default norm('A')`, expected: 'a' },
    { name: 'a type imported as if it were a value', files: { 'h.ts': HELPERS }, program: `import { norm, Word } from './h'; const w: Word = { text: 'A' }; export default norm(w.text)`, expected: 'a' },
    { name: 'a chain of files, and a cycle', files: { 'h.ts': `import { b } from './b'\nexport const a = () => b() + 1`, 'b.ts': `import { a } from './h'\nexport const b = (): number => typeof a === 'function' ? 1 : 0` }, program: `import { a } from './h'; export default a()`, expected: 2 },
    { name: 'JSON without an attribute', files: { 'd.json': '{"k":5}' }, program: `import d from './d.json'; export default d.k`, expected: 5 },
    { name: 'JSON with its attribute', files: { 'd.json': '{"k":5}' }, program: `import d from './d.json' with { type: 'json' }; export default d.k`, expected: 5 },
    { name: 'JavaScript of the user', files: { 'j.js': `export const j = 'j'` }, program: `import { j } from './j.js'; export default j`, expected: 'j' },
    { name: 'CommonJS of the user', files: { 'c.cjs': `exports.c = 'c'` }, program: `import c from './c.cjs'; export default c.c`, expected: 'c' },
    { name: 'CommonJS in a .js file', files: { 'c.js': `module.exports = { c: 'c' }` }, program: `import c from './c.js'; export default c.c`, expected: 'c' },
    { name: 'a CommonJS package', files: { 'node_modules/pad/package.json': '{"name":"pad","main":"i.js"}', 'node_modules/pad/i.js': `exports.pad = s => ' ' + s` }, program: `import { pad } from 'pad'; export default pad('x')`, expected: ' x' },
    { name: 'an ES package', files: { 'node_modules/e/package.json': '{"name":"e","type":"module","exports":"./i.js"}', 'node_modules/e/i.js': `export const e = 'e'` }, program: `import { e } from 'e'; export default e`, expected: 'e' },
    { name: 'a specifier only the run knows', files: { 'h.ts': HELPERS }, program: `const which = 'h'; const { norm } = await import('./' + which + '.ts'); export default norm('A')`, expected: 'a' },
    { name: 'a Node module', files: {}, program: `import { basename } from 'node:path'; import fs from 'fs'; export default basename('/a/b') + typeof fs.readFileSync`, expected: 'bfunction' },
    { name: 'tspark', files: {}, program: `import { Seconds, type Duration } from 'tspark'; const d: Duration = Seconds(2); export default d.milliseconds`, expected: 2000 },
    { name: 'top-level await and import.meta', files: {}, program: `await null; export default import.meta.url.endsWith('/prog.ts') && import.meta.filename?.endsWith('prog.ts')`, expected: true },
    { name: 'enums and parameter properties', files: {}, program: `enum E { A, B } class P { constructor(readonly x: E) {} } export default new P(E.B).x`, expected: 1 },
    { name: 'words that are no specifiers', files: {}, program: `const s = "import x from './nowhere'"; export default s.length`, expected: 25 },
  ]
  test.each(rows)('$name', async ({ files, program: text, expected }) => {
    const dir = program({ ...files, 'prog.ts': text })
    expect(await drive(dir, `return (await importEntry(dir + '/prog.ts')).default`)).toEqual(expected)
  })

  test('a package.json that says commonjs, and a tsconfig of TypeScript 4 times, do not matter', async () => {
    const tsconfig = '{ "compilerOptions": { "module": "commonjs", "moduleResolution": "node", "target": "es5", "outDir": "out", "composite": true } }'
    const dir = program({ 'package.json': '{"type":"commonjs"}', 'tsconfig.json': tsconfig, 'h.ts': HELPERS, 'prog.ts': `import { norm } from './h'; await null; export default norm('A')` })
    expect(await drive(dir, `return [(await checkProgram(dir + '/prog.ts')).report, (await importEntry(dir + '/prog.ts')).default]`)).toEqual(['', 'a'])
  })
})

describe('a user module', () => {
  test('is known as {url, export}, an entry program is not, a package is', async () => {
    const dir = program({
      'h.ts': HELPERS, 'prog.ts': `import { norm } from './h'; import { pad } from 'pad'; export { pad }; export const mine = norm`, 'node_modules/pad/package.json': '{"name":"pad","main":"i.js"}', 'node_modules/pad/i.js': `exports.pad = s => ' ' + s`,
    })
    const known = await drive(dir, `
      const { mine, pad } = await importEntry(dir + '/prog.ts'); const own = (await importEntry(dir + '/prog.ts'))
      return { norm: moduleExportOf(mine), pad: moduleExportOf(pad), program: moduleExportOf(own) ?? null }`) as Record<string, { url: string; export: string }>
    expect(known.norm).toMatchObject({ export: 'norm', url: expect.stringMatching(/\/h\.ts\?v=[0-9a-f-]+$/) })
    expect(known.pad).toMatchObject({ export: 'pad', url: expect.stringMatching(/\/node_modules\/pad\/i\.js$/) })
    expect(known.program).toBeNull()
  })

  test('is read again when it, or a file it imports, was edited; else it is the same module', async () => {
    const dir = program({ 'h.ts': `import { d } from './d'\nexport const get = (): string => d`, 'd.ts': `export const d = 'first'` })
    expect(await drive(dir, `
      const one = await importUser('./h.ts', parent), same = await importUser('./h', parent)
      fs.writeFileSync(dir + '/d.ts', "export const d = 'second'")
      const two = await importUser('./h.ts', parent)
      return [one === same, one.get(), two.get()]`)).toEqual([true, 'first', 'second'])
  })

  test('is loaded in a worker thread by its URL, as the driver saw it, although it was edited since', async () => {
    const dir = program({ 'h.ts': `import { d } from './d'\nexport const get = (): string => d + import.meta.url`, 'd.ts': `export const d = 'first '` })
    const [url, inThread] = await drive(dir, `
      const url = moduleExportOf((await importUser('./h.ts', parent)).get).url
      fs.writeFileSync(dir + '/d.ts', "export const d = 'second '")
      const code = "const { workerData: w, parentPort: p } = require('node:worker_threads'); (async () => { for (const i of w.imports) await import(i); const { executor } = await import(w.wiring); p.postMessage((await executor.importModule(w.url)).get() + ' ' + Object.keys(require.cache).some(k => k.includes('typescript'))) })()"
      const worker = new Worker(code, { eval: true, workerData: { imports: executorImports, url, wiring: '${pathToFileURL(join(ROOT, 'dist/src/core/wiring.js')).href}' } })
      return [url, await new Promise((resolve, reject) => { worker.on('message', resolve); worker.on('error', reject) })]`) as [string, string]
    expect(inThread).toBe(`first ${url} false`)
  })

  test('is loaded in a worker thread although the cache was removed; refused there when it was edited too', async () => {
    const dir = program({ 'h.ts': HELPERS })
    const cache = join(dir, 'cache')
    expect(await drive(dir, `
      const url = moduleExportOf((await importUser('./h.ts', parent)).norm).url
      const inThread = () => new Promise((resolve, reject) => {
        fs.rmSync(${JSON.stringify(cache)}, { recursive: true, force: true })
        const code = "const { workerData: w, parentPort: p } = require('node:worker_threads'); (async () => { for (const i of w.imports) await import(i); const { executor } = await import(w.wiring); p.postMessage((await executor.importModule(w.url)).norm('A')) })().catch(e => p.postMessage(e.message))"
        new Worker(code, { eval: true, workerData: { imports: executorImports, url, wiring: '${pathToFileURL(join(ROOT, 'dist/src/core/wiring.js')).href}' } }).on('message', resolve).on('error', reject)
      })
      const same = await inThread()
      fs.writeFileSync(dir + '/h.ts', 'export const norm = 1')
      return [same, await inThread()]`, { TSPARK_CACHE_DIR: cache })).toEqual(['a', expect.stringMatching(/h\.ts cannot be read as a module: it was edited or removed/)])
  })

  test('throws where the user wrote it: frames lead to the TypeScript line', async () => {
    const dir = program({ 'h.ts': `interface A {\n  a: number\n}\n\ntype B = A\n\nexport function boom(): B {\n  throw new Error('boom')\n}\n` })
    expect(await drive(dir, `try { (await importUser('./h.ts', parent)).boom() } catch (error) { return userFrame(error.stack) }`))
      .toEqual({ file: join(dir, 'h.ts'), line: 8, column: 9, text: `  throw new Error('boom')` })
  })

  test('that does not parse is refused by name', async () => {
    const dir = program({ 'h.ts': 'export const = 3' })
    expect(await drive(dir, `try { await importUser('./h.ts', parent) } catch (error) { return [error.code, error.message] }`))
      .toEqual(['MODULE_REFUSED', expect.stringMatching(/h\.ts cannot be read as a module: [^]*h\.ts\(1,14\)/)])
  })
})

describe('the cache', () => {
  test('is the user\'s alone, whole, and serves two processes at once', async () => {
    const dir = program({ 'h.ts': HELPERS })
    const cache = join(dir, 'cache')
    const body = `return (await importUser('./h.ts', parent)).norm('A')`
    expect(await Promise.all([1, 2, 3].map(() => drive(dir, body, { TSPARK_CACHE_DIR: cache })))).toEqual(['a', 'a', 'a'])
    expect(statSync(cache).mode & 0o777).toBe(0o700)
    expect(readdirSync(cache).filter(name => !/^[0-9a-f]{32}\.json$/.test(name))).toEqual([])
  })

  test('spares the compiler the second time', async () => {
    const dir = program({ 'h.ts': HELPERS })
    const env = { TSPARK_CACHE_DIR: join(dir, 'cache') }
    const body = `const { prepare } = await import('${pathToFileURL(join(ROOT, 'dist/src/loader/prepare.js')).href}')
      const before = prepare(dir + '/h.ts', { compile: false }); await importUser('./h.ts', parent); return before === 'uncached'`
    expect([await drive(dir, body, env), await drive(dir, body, env)]).toEqual([true, false])
  })

  test('that others may write to is not used', async () => {
    const dir = program({ 'h.ts': HELPERS, 'open/x': '' })
    const cache = join(dir, 'open')
    const { chmodSync } = await import('node:fs')
    chmodSync(cache, 0o777)
    expect(await drive(dir, `return (await importUser('./h.ts', parent)).norm('A')`, { TSPARK_CACHE_DIR: cache })).toBe('a')
    expect(readdirSync(cache)).toEqual(['x'])
  })
})
