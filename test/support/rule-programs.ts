/**
 * Random programs of recognised forms over hostile text, in blocks and in splits of files that are cut anywhere, with room for few words
 * or for all. Each is done with and without its rule; a difference names the seed.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { seededRandom, type Random } from '#src/core/random.js'
import { UNLIMITED } from '#src/engine/task/memory.js'
import type { MemoryShare, Piece } from '#src/engine/task/task.js'
import { first, itself, withNull, withOne } from '#src/operators/shuffle.js'
import { ask, leafOf, type StepOf } from './ruled.ts'

const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)]!
const many = <T>(random: Random, most: number, make: () => T): T[] => Array.from({ length: Math.floor(random() * (most + 1)) }, make)

/** Bytes that texts are made of: words, separators, line ends, spaces of all kinds, cases that change length, and what is no UTF-8. */
const ATOMS: readonly (string | Uint8Array)[] = [
  'a', 'b', 'a', 'b', 'to', 'be', 'aa', 'A', 'Be', '__proto__', 'constructor', 'toString', 'NaN', '0', '-0', '1', '12', '-3.5', '.5', '7.', '1e3', '0.1', '9007199254740993', '123456789012345678', 'Infinity', '0x10', '_', "'", '.', '-', 'x'.repeat(300),
  ' ', ' ', ' ', ',', ',', ',', ';', '\t', 'ab', 'abab', '\n', '\n', '\r\n', '\r', '\n\n', '\u0000', '\v', '\f',
  '\u00a0', '\u3000', '\u2003', '\ufeff', '\u1680', '\u2028', '\u205f', '\u0085', '\u200b', '\u00e9', '\u00c9', '\u00df', '\u03a3', '\u03b1', '\u4e16', '\u754c', '\ud83c\udf89', '\ufffd', '\ufb01', '\u01c5',
  Uint8Array.of(0xff), Uint8Array.of(0xe4, 0xb8), Uint8Array.of(0x96), Uint8Array.of(0xf0, 0x9f, 0x8e), Uint8Array.of(0xc0, 0x80), Uint8Array.of(0xed, 0xa0, 0x80), Uint8Array.of(0xe2), Uint8Array.of(0xa0), Uint8Array.of(0xc2),
]
const textOf = (random: Random, most = 120): Buffer => {
  const atoms = many(random, 12, () => pick(random, ATOMS))
  return Buffer.concat(many(random, most, () => Buffer.from(pick(random, atoms.length > 0 ? atoms : ATOMS) as string)))
}

const comma = ','
const BEFORE: readonly (readonly StepOf[])[] = [
  [], [], [], [],
  [['filter', (l: string) => l.length > 2]], [['filter', (l: string) => l]], [['filter', (l: string) => l.includes('a')]], [['filter', (l: string) => l.includes('')]],
  [['filter', (l: string) => !l.startsWith('a') && l !== '']], [['filter', (l: string) => l.endsWith('\u00e9') || 3 >= l.length]], [['filter', (l: string) => l.trim() !== '']],
  [['filter', (l: string) => l.trimEnd().length === 1]], [['filter', (l: string) => l.trimStart().startsWith('\u4e16')]],
  [['map', (l: string) => l.trim()]], [['map', (l: string) => l.trimStart()], ['filter', (l: string) => l.length !== 1]], [['map', (l: string) => l.toLowerCase()]], [['map', (l: string) => l.trimEnd().toUpperCase()]],
]
const WORDS: readonly StepOf[] = [
  ['flatMap', (l: string) => l.split(' ')], ['flatMap', (l: string) => l.split(',')], ['flatMap', (l: string) => l.split('ab')], ['flatMap', (l: string) => l.split('aa')], ['flatMap', (l: string) => l.split('\u00e9')],
  ['flatMap', (l: string) => l.split('\u0000')], ['flatMap', (l: string) => l.split(/\s+/)], ['flatMap', (l: string) => l.split(/\s/)], ['flatMap', (l: string) => l.split(/ +/)], ['flatMap', (l: string) => l.split(/\W+/)],
  ['flatMap', (l: string) => l.split(/[,;]/)], ['flatMap', (l: string) => l.split(/[\s,.]+/)], ['flatMap', (l: string) => l.split(/[^a-zA-Z]+/)], ['flatMap', (l: string) => l.split(/[^\w']+/)], ['flatMap', (l: string) => l.split(/\t/)],
  ['flatMap', (l: string) => l.split(/\.|/.source === '' ? ' ' : comma)], ['flatMap', (l: string) => l.trim().split(' ')], ['flatMap', (l: string) => l.toLowerCase().split(' ')], ['flatMap', (l: string) => l.toUpperCase().split(comma)],
  ['flatMap', (l: string) => l.toLowerCase().split(/\W+/).filter(w => w)], ['flatMap', (l: string) => l.toLowerCase().split(/[^a-z]+/)], ['flatMap', (l: string) => l.trim().toLowerCase().split(/\s+/)],
  ['flatMap', (l: string) => l.trim().split(/\s+/).filter(Boolean)], ['flatMap', (l: string) => l.trim().split(' ').map(w => w + '!')], ['flatMap', (l: string) => l.split(',').map(w => w.trim()).filter(w => w !== 'a')],
  ['flatMap', (l: string) => l.split(' ').flatMap(w => [w, w])],
]
const FIELDS: readonly (readonly StepOf[])[] = [
  [['map', (l: string) => l.split(',')[1]]], [['map', (l: string) => l.split(' ')[0]!.toLowerCase()]], [['map', (l: string) => l.split(',')], ['map', ([, b]: string[]) => b]], [['map', (l: string) => l.split(/\s+/)[2]]], [],
]
const AFTER: readonly (readonly StepOf[])[] = [
  [], [], [['filter', (w: string) => w]], [['filter', (w: string) => w.length > 1 && w !== 'a']], [['map', (w: string) => w.toLowerCase()]], [['map', (w: string) => w.trim()]], [['flatMap', (w: string) => w.split('')]],
  [['map', (w: string) => w.replace(/[^a-z]/g, '')]], [['map', (w: string) => [...w].reverse().join('')]], [['map', (w: string) => Number(w)]], [['map', (w: string) => [w, w.length]]], [['map', (w: string) => w === 'a' ? null : w]],
]
type Merged = readonly [pairs: readonly StepOf[], merge: (a: never, b: never) => unknown]
const MERGES: readonly Merged[] = [
  [[['map', (w: string) => [w, 1]]], (a: number, b: number) => a + b], [[['map', withOne]], (a: number, b: number) => b + a], [[['map', withNull]], first],
  [[['map', (w: string) => [w, w === null ? 0 : String(w).length]]], (a: number, b: number) => Math.max(a, b)], [[['map', (w: string) => [String(w)[0], 3]], ['mapValues', (n: number) => n * 2]], (a: number, b: number) => a + b],
  [[['map', (w: string) => [1, String(w).length]]], (a: number, b: number) => a < b ? a : b], [[['map', (w: string) => [w, 0.1]]], (a: number, b: number) => a + b], [[['map', (w: string) => [w, Number(w)]]], (a: number, b: number) => Math.min(a, b)],
]
const AMOUNTS: readonly StepOf[] = [
  ['map', (l: string) => { const f = l.split(','); return [f[0], Number(f[1])] }], ['map', (l: string) => [l.split(' ')[1], +l.split(' ')[0]!]], ['map', (l: string) => [l, parseFloat(l)]], ['map', (l: string) => { const [a, b] = l.toLowerCase().split(';'); return [a!.trim(), Number(b!.trim())] }],
]
const NUMBERS = [(a: number, b: number) => a + b, (a: number, b: number) => Math.max(a, b), (a: number, b: number) => a < b ? a : b, (a: number, b: number) => Math.min(b, a)]

function program(random: Random): Pick<Parameters<typeof ask>[0], 'steps' | 'merge'> {
  const before = pick(random, BEFORE)
  if (random() < 0.2) return { steps: [...before, pick(random, AMOUNTS)], merge: pick(random, NUMBERS) }
  const steps = [...before, ...random() < 0.7 ? [pick(random, WORDS)] : pick(random, FIELDS), ...pick(random, AFTER)]
  const [pairs, merge] = pick(random, MERGES)
  return random() < 0.2 ? { steps } : { steps: [...steps, ...pairs], merge }
}

const shares = (directory: string): readonly (MemoryShare | undefined)[] => [undefined, undefined, { ...UNLIMITED, everyRows: 2, path: join(directory, 'few') }, { ...UNLIMITED, heapBytes: 3000, path: join(directory, 'small') }]

function leaves(random: Random, directory: string): Piece[] {
  const bytes = textOf(random)
  if (random() < 0.6) return [leafOf(bytes), ...many(random, 1, () => leafOf(textOf(random, 40)))]
  const path = join(directory, 'lines.txt')
  writeFileSync(path, bytes)
  const cut = Math.floor(random() * bytes.length)
  return [[0, cut], [cut, bytes.length]].map(([start, end]) => ({ kind: 'fileLines', path, start: start!, end: end!, maxLineBytes: 2 ** 26 }))
}

/** How many programs there were, how many of them had a rule, and how many of those went through by it. */
export interface Played { played: number; ruled: number; through: number }

export function playPrograms(from: number, count: number): Played {
  const directory = mkdtempSync(join(tmpdir(), 'tspark-rules-'))
  const found = { played: 0, ruled: 0, through: 0 }
  try {
    for (let seed = from; seed < from + count; seed++) play(seed, directory, found)
  } finally { rmSync(directory, { recursive: true }) }
  return found
}

function play(seed: number, directory: string, found: Played): void {
  const random = seededRandom(seed)
  const asked = { ...program(random), leaves: leaves(random, directory), create: itself }
  const share = pick(random, shares(directory))
  const answer = ask({ ...asked, ...share && { share } })
  found.played++
  if (answer.rule) found.ruled++
  if (answer.rule && answer.aside === undefined) found.through++
  expect(answer.ruled, `seed ${seed}: ${answer.rule}: ${asked.steps.map(([op, f]) => `${op} ${f}`).join(' | ')} ${asked.merge}`).toEqual(answer.plain)
}
