/** Imports at the prompt, from a user's folder: every form, files that are edited, packages, and projects with surprises in them. */
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Session } from '#src/repl/session.js'
import { line, openSession } from './support/sessions.js'

const FILES: Record<string, string> = {
  'helpers.ts': 'export const norm = (w: string): string => w.trim().toLowerCase()\nexport interface Word { text: string }\nexport class Stop { has(w: string): boolean { return w === "the" } }\nexport default 7\nexport enum Level { Low, High }\n',
  'chain.ts': 'import { norm } from "./helpers.js"\nexport const twice = (w: string) => norm(w) + norm(w)\n',
  'effect.ts': '(globalThis as any).effects = ((globalThis as any).effects ?? 0) + 1\nexport {}\n',
  'wrong.ts': 'export const n: number = "text"\n',
  'data.json': '{ "stop": ["the", "a"] }',
  'edited.ts': 'export const version = 1\n',
  'node_modules/pack/package.json': '{ "name": "pack", "version": "1.0.0", "type": "module", "exports": { ".": { "types": "./index.d.ts", "default": "./index.js" } } }',
  'node_modules/pack/index.js': 'export const chunk = (list, n) => [list.slice(0, n), list.slice(n)]\nexport default "the default"\n',
  'node_modules/pack/index.d.ts': 'export declare const chunk: <T>(list: readonly T[], n: number) => T[][]\ndeclare const text: string\nexport default text\n',
  'node_modules/untyped/package.json': '{ "name": "untyped", "version": "1.0.0", "main": "index.js" }',
  'node_modules/untyped/index.js': 'module.exports = { three: 3 }\n',
  'plain.js': 'export const four = 4\n',
  // A project of today has TypeScript 7, which ts-node cannot use.
  'node_modules/typescript/package.json': '{ "name": "typescript", "version": "7.0.2", "main": "index.js" }',
  'node_modules/typescript/index.js': 'module.exports = { version: "7.0.2" }',
  'tsconfig.json': '{ "compilerOptions": { "target": "es5", "module": "commonjs", "strict": true, "noUnusedLocals": true, "outDir": "out" } }',
}

const folder = mkdtempSync(join(tmpdir(), 'tspark-imports-'))

function write(name: string, text: string, mtimeSeconds?: number): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true })
  writeFileSync(join(folder, name), text)
  if (mtimeSeconds) utimesSync(join(folder, name), mtimeSeconds, mtimeSeconds)
}

describe('in a user\'s folder', () => {
  let session: Session
  beforeAll(async () => {
    for (const [name, text] of Object.entries(FILES)) write(name, text)
    session = await openSession({ cwd: folder })
  })
  afterAll(async () => {
    await session.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test.each([
    ['import { norm, type Word, Stop } from "./helpers.ts"', ''],
    ['norm(" A ")', '= "a": string'],
    ['const word: Word = { text: "a" }', 'word: Word'],
    ['new Stop().has("the")', '= true: boolean'],
    ['import seven, { norm as tidy } from "./helpers"', ''],
    ['tidy(" B ") + seven', '= "b7": string'],
    ['import * as helpers from "./helpers.js"', ''],
    ['helpers.Level.High', '= 1: Level'],
    ['import { Level } from "./helpers.ts"', ''],
    ['Level.Low', '= 0: Level'],
    ['import { twice } from "./chain.ts"', ''],
    ['twice(" A")', '= "aa": string'],
    ['import "./effect.ts"', ''],
    ['(globalThis as any).effects', '= 1: any'],
    ['import data from "./data.json" with { type: "json" }', ''],
    ['data.stop.length', '= 2: number'],
    ['import { chunk } from "pack"', ''],
    ['chunk([1, 2, 3], 2)', '= [[1,2],[3]]: number[][]'],
    ['import text from "pack"; text', '= "the default": string'],
    ['const pack = await import("pack")', 'pack: typeof import("pack")'],
    ['pack.chunk(["a"], 1)', '= [["a"],[]]: string[][]'],
    ['const { norm: again } = await import("./helpers.ts"); again(" C ")', 'again: (w: string) => string; = "c": string'],
    ['const lazily = async () => (await import("./helpers.ts")).norm(" D "); await lazily()', 'lazily: () => Promise<string>; = "d": string'],
    ['import type { Word as Text } from "./helpers.ts"', ''],
    ['const other: Text = word', 'other: Word'],
    ['import { Seconds, SparkError } from "tspark"', ''],
    ['Seconds(1).milliseconds', '= 1000: number'],
    ['const mixed = norm(" E "); import { norm as late } from "./helpers.ts"; late(mixed)', 'mixed: string; = "e": string'],
    ['export { norm } from "./helpers.ts"', ''],
    ['import untyped from "untyped"', ''],
    ['untyped.three', '= 3: any'],
    ['import { four } from "./plain.js"', ''],
    ['four + 1', '= 5: number'],
    ['import { nothing } from "./helpers.ts"', 'refused 1:10 TS2614'],
    ['import { norm } from "./helpersss.ts"', 'refused 1:22 TS2307'],
    ['import { n } from "./wrong.ts"', 'refused 1:14 TS2322'],
    ['import { Second } from "tspark"', 'refused 1:10 TS2724'],
    ['Text', 'refused 1:1 TS2693'],
    ['import fs, { existsSync } from "node:fs"', ''],
    ['fs.existsSync === existsSync', '= true: boolean'],
    ['import { join } from "path"; join("a", "b")', '= "a/b": string'],
    ['norm(" still here ")', '= "still here": string'],
    ['Buffer.from("a").toString("hex")', '= "61": string'],
  ])('%s', async (entered, outcome) => { expect(line(await session.evaluate(entered))).toBe(outcome) })

  test('a mistake in a file is shown in the file', async () => {
    expect(await session.evaluate('import { n } from "./wrong.ts"')).toMatchObject({
      kind: 'refused', diagnostics: [{ file: expect.stringMatching(/wrong\.ts$/) as string, line: 1, sourceLine: 'export const n: number = "text"' }],
    })
  })

  test('an edited file is read again, its types too', async () => {
    expect(line(await session.evaluate('import { version } from "./edited.ts"; version'))).toBe('= 1: number')
    write('edited.ts', 'export const version = "two"\n', 2_000_000_000)
    expect(line(await session.evaluate('import { version } from "./edited.ts"; version.length'))).toBe('= 3: number')
  })

  test('what was imported from this installation is this installation', async () => {
    expect(line(await session.evaluate('import { Duration } from "tspark"; Seconds(1) instanceof Duration'))).toBe('= true: boolean')
  })
})

test('a tsconfig.json that does not parse does not cost the prompt', async () => {
  const broken = mkdtempSync(join(tmpdir(), 'tspark-broken-'))
  writeFileSync(join(broken, 'tsconfig.json'), '{ "compilerOptions": { "target": "nonsense", ')
  const session = await openSession({ cwd: broken })
  expect(line(await session.evaluate('const x = [1].map(n => n + 1); x'))).toBe('x: number[]; = [2]: number[]')
  await session.close()
  rmSync(broken, { recursive: true, force: true })
})
