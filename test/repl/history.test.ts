import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { History, isKept } from '#src/repl/history.js'

let folder = ''
let file = ''
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'tspark-history-')); file = join(folder, 'history') })
afterEach(() => rmSync(folder, { recursive: true }))

describe('which inputs are kept', () => {
  test.each([
    ['const n = 1', true],
    ['words.map(token => token.length)', true],
    ['const f = (token: string) => token', true],
    ['', false],
    [' const quiet = 1', false],
    ['const key = "AKIAIOSFODNN7EXAMPLE"', false],
    ['const password = "x"', false],
    ['connect({ token: "x" })', false],
    ['fetch("http://h/?api_key=1")', false],
    ['const s = "ghp_abcdefghijklmnopqrstuvwxyz0123456789"', false],
  ])('%s: %s', (input, kept) => expect(isKept(input)).toBe(kept))
})

test('newest first, several lines whole, readable by the user alone', () => {
  const history = new History(file)
  for (const input of ['one', 'function f() {\n  return 1\n}', 'three']) history.add(input)
  expect(new History(file).load()).toEqual(['three', 'function f() {\n  return 1\n}', 'one'])
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('an input is on disk before it could run', () => {
  new History(file).add('while (true) {}')
  expect(readFileSync(file, 'utf8')).toBe('while (true) {}\n')
})

test('two shells at once merge', () => {
  const [one, two] = [new History(file), new History(file)]
  one.load(); two.load()
  for (let i = 0; i < 100; i++) { one.add(`one ${i}`); two.add(`two ${i}`) }
  const all = new History(file).load()
  expect(all).toHaveLength(200)
  expect(new Set(all).size).toBe(200)
})

test('a file that has grown too long keeps its newest part, and what comes after', () => {
  writeFileSync(file, Array.from({ length: 40_000 }, (_, i) => `const line${i} = "${'x'.repeat(50)}"\n`).join(''))
  const history = new History(file)
  expect(history.load()).toHaveLength(5000)
  history.add('after')
  const again = new History(file).load()
  expect(again).toHaveLength(5001 - 1)
  expect(again[0]).toBe('after')
  expect(again[1]).toMatch(/^const line39999 /)
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('a symbolic link is neither read nor written, and that is said', () => {
  const target = join(folder, 'target')
  writeFileSync(target, 'secret\n')
  symlinkSync(target, file)
  const history = new History(file)
  expect(history.load()).toEqual([])
  expect(history.problem).toContain('symbolic link')
  history.add('more')
  expect(readFileSync(target, 'utf8')).toBe('secret\n')
})

test('without a file nothing is kept', () => {
  const history = new History(undefined)
  history.add('x')
  expect(history.load()).toEqual([])
  expect(existsSync(file)).toBe(false)
})
