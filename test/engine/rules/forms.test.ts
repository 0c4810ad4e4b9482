/** Which programs have a rule, and what it says of itself; and that it gives what the plain way gives. */
import { describe, expect, test } from 'vitest'
import { ask, leafOf, type StepOf } from '../../support/ruled.ts'

const add = (a: number, b: number): number => a + b
const comma = ','
const limit = 2
const words: StepOf = ['flatMap', (l: string) => l.split(' ')]
const ones: StepOf = ['map', (w: string) => [w, 1]]

const TEXT = 'to be or not  to be\n\n Be,1,x \nto,2.5,y\r\nb\u00e9,3,\u4e16\u754c world\rlast,4 \u{1f389}'

type Row = readonly [rule: string, steps: readonly StepOf[], merge?: (a: never, b: never) => unknown]
const KNOWN: Readonly<Record<string, Row>> = {
  'the first program': ['combine: split at " ", added by key', [words, ones], add],
  'a function with a body': ['combine: split at " ", added by key', [['flatMap', function (l: string) { return l.split(' ') }], ones], add],
  'several bytes': ['combine: split at "\u4e16\u754c", added by key', [['flatMap', (l: string) => l.split('\u4e16\u754c')], ones], add],
  'a captured separator': ['combine: split at ",", added by key', [['flatMap', (l: string) => l.split(comma)], ones], add],
  'runs of spaces': ['combine: split at runs of characters, added by key', [['flatMap', (l: string) => l.split(/\s+/)], ones], add],
  'not words': ['combine: split at runs of characters, added by key', [['flatMap', (l: string) => l.toLowerCase().split(/\W+/).filter(w => w)], ones], add],
  'not letters': ['combine: split at runs of characters, added by key', [['flatMap', (l: string) => l.split(/[^a-zA-Z]+/)], ones], add],
  'some marks': ['combine: split at characters of a class, added by key', [['flatMap', (l: string) => l.split(/[ ,;.]/)], ones], add],
  'trimmed lines in lower case': ['combine: split at " ", added by key', [['map', (l: string) => l.trim().toLowerCase()], words, ones], add],
  'trimmed and filtered': ['combine: split at runs of characters, added by key', [['flatMap', (l: string) => l.trim().split(/\s+/).filter(Boolean)], ones], add],
  'words in upper case, filtered': ['combine: split at " ", added by key', [words, ['map', (w: string) => w.toUpperCase()], ['filter', (w: string) => w.length > limit && !w.startsWith('N')], ones], add],
  'lengths of words': ['combine: split at " ", added by key', [words, ['map', (w: string) => [w.length, 1]]], add],
  'first letters': ['combine: split at " ", added by key', [words, ['filter', (w: string) => w !== ''], ['map', (w: string) => [w[0], 1]]], add],
  'letters sorted': ['combine: split at " ", added by key', [words, ['map', (w: string) => [[...w].sort().join(''), 1]]], add],
  'longest word per first letter': ['combine: split at " ", greatest by key', [words, ['map', (w: string) => [w.charAt(0), w.length]]], (a: number, b: number) => Math.max(a, b)],
  'least': ['combine: split at " ", least by key', [words, ['map', (w: string) => [w.charAt(0), w.length]]], (a: number, b: number) => a < b ? a : b],
  'distinct': ['combine: split at " ", first by key', [words, ['map', (w: string) => [w, null]]], (a: unknown, _b: unknown) => a],
  'words of words': ['combine: split at " ", added by key', [words, ['flatMap', (w: string) => w.split(',')], ones, ['mapValues', (n: number) => n * 2]], add],
  'lines by length': ['combine: lines, added by key', [['map', (l: string) => [l.length, 1]]], add],
  'a field': ['combine: field 1 at ",", added by key', [['map', (l: string) => l.split(',')[1]], ones], add],
  'a field and one': ['combine: field 0 at ",", added by key', [['map', (l: string) => [l.split(',')[0], 1]]], add],
  'a sum of a field': ['combine: field 0 at ",", field 1 at "," as a number, added by key', [['map', (l: string) => { const f = l.split(','); return [f[0], Number(f[1])] }]], add],
  'fields by names': ['combine: field 2 at ",", field 1 at "," as a number, greatest by key', [['map', (l: string) => l.split(',')], ['map', ([, n, k]: string[]) => [k, parseFloat(n!)]]], (a: number, b: number) => a > b ? a : b],
  'lines of some kind': ['combine: a test of lines, split at " ", added by key', [['filter', (l: string) => l.includes('be') || l.length === 0], words, ones], add],
  'two tests': ['combine: 2 tests of lines, split at " ", added by key', [['filter', (l: string) => !!l], ['map', (l: string) => l.trim()], ['filter', (l: string) => 'x' !== l], words, ones], add],
  'count of words': ['count: split at " ", counted', [words]],
  'count of words of lines that pass': ['count: a test of lines, split at " ", counted', [['filter', (l: string) => l.trim().endsWith('x') && 'to' !== l], words]],
  'count of words that pass': ['count: split at " ", counted', [words, ['filter', (w: string) => w.includes('o')]]],
}

test.each(Object.entries(KNOWN))('%s', (_, [rule, steps, merge]) => {
  const answer = ask({ steps, leaves: [leafOf(TEXT)], ...merge && { merge } })
  expect(answer).toEqual({ rule, ruled: answer.plain, plain: answer.plain })
})

const seen: string[] = []
const table = new Map([['to', 1]])
let counter = 0
const UNKNOWN: Readonly<Record<string, readonly [readonly StepOf[], ((a: never, b: never) => unknown)?, ((a: never) => unknown)?]>> = {
  'what prints': [[words, ['map', (w: string) => { console.log(w); return [w, 1] }]], add],
  'what counts for itself': [[words, ['map', (w: string) => [w, ++counter]]], add],
  'what is random': [[words, ['map', (w: string) => [w, Math.random()]]], add],
  'what reads the clock': [[words, ['map', (w: string) => [w, Date.now()]]], add],
  'a captured list': [[words, ['map', (w: string) => [w, seen.length]]], add],
  'a captured map': [[words, ['map', (w: string) => [w, table.get(w)]]], add],
  'this': [[words, ['map', function (this: unknown, w: string) { return [w, this === undefined] }]], add],
  'a parameter with a default': [[words, ['map', (w: string, n = 1) => [w, n]]], add],
  'a loop': [[words, ['map', (w: string) => { let n = 0; for (const c of w) n += c.length; return [w, n] }]], add],
  'a name of its own': [[words, ['map', function self(w: string): unknown { return [w, self.length] }]], add],
  'a getter': [[words, ['map', (w: string) => ({ get a() { return w } })], ['map', (o: { a: string }) => [o.a, 1]]], add],
  'a method of the user': [[words, ['map', (w: string) => ({ trim: () => w }.trim())], ones], add],
  'its constructor': [[words, ['map', (w: string) => w.constructor.name], ones], add],
  'a shadowed name': [[words, ['map', (w: string) => { const Number = (x: string) => [x, 1]; return Number(w) }]], add],
  'no separator': [[['flatMap', (l: string) => l.split('')], ones], add],
  'no separator at all': [[['flatMap', (l: string) => (l as unknown as { split(): string[] }).split()], ones], add],
  'a limit': [[['flatMap', (l: string) => l.split(' ', 2)], ones], add],
  'half a character': [[['flatMap', (l: string) => l.split('\ud83c')], ones], add],
  'what invalid bytes become': [[['flatMap', (l: string) => l.split('\ufffd')], ones], add],
  'a line end': [[['flatMap', (l: string) => l.split('\n')], ones], add],
  'a pattern with a group': [[['flatMap', (l: string) => l.split(/( )/)], ones], add],
  'a pattern that may be empty': [[['flatMap', (l: string) => l.split(/ */)], ones], add],
  'a pattern that ignores case': [[['flatMap', (l: string) => l.split(/x/i)], ones], add],
  'any character, once': [[['flatMap', (l: string) => l.split(/\W/)], ones], add],
  'lower case that looks past the separator': [[['flatMap', (l: string) => l.toLowerCase().split('.')], ones], add],
  'lower case of the separator': [[['flatMap', (l: string) => l.toLowerCase().split('x')], ones], add],
  'the number of a word': [[['flatMap', (l: string) => l.split(' ').map((w, i) => [w, i])]], add],
  'lines, counted': [[['filter', (l: string) => l.includes('a')]]],
  'difference': [[words, ones], (a: number, b: number) => a - b],
  'a merge that sees more': [[words, ones], (a: number, b: number) => a + b + limit],
  'last': [[words, ones], (_a: number, b: number) => b],
  'a combiner of its own': [[words, ones], add, (n: number) => n + 1],
  'a later step over sums': [[['map', (l: string) => [l, Number(l)]], ['mapValues', (n: number) => n]], add],
  'an assigned variable': [[['flatMap', (l: string) => { counter++; return l.split(' ') }], ones], add],
  'a sort of many words': [[['flatMap', (l: string) => l.split(' ').sort()], ones], add],
}

test.each(Object.entries(UNKNOWN))('no rule: %s', (_, [steps, merge, create]) => {
  expect(ask({ steps, leaves: [leafOf('a b\nc')], ...merge && { merge }, ...create && { create } }).rule).toBeUndefined()
})

describe('a rule steps aside', () => {
  const ASIDE: Readonly<Record<string, readonly [text: string | Uint8Array, steps: readonly StepOf[], merge: (a: never, b: never) => unknown]>> = {
    'where a function throws': ['a\nb', [['map', (l: string) => l.split(',')[1]], ['map', (f: string) => [f.trim(), 1]]], add],
    'where a row is no pair': ['a b\nc d', [words, ['map', (w: string) => [w, 1, 2]]], add],
    'where a key cannot be one': ['a b\nc d', [words, ['map', (w: string) => [/x/, w.length]]], add],
    'where sums are no sums': ['a b\na d', [words, ['map', (w: string) => [w, w]]], add],
    'where a half is added': ['a b\na d', [words, ['map', (w: string) => [w, 0.1]]], add],
    'where zero is negative': ['a b\na d', [words, ['map', (w: string) => [w, -0]]], add],
    'where sums pass 2^53': ['a b\na d', [words, ['map', (w: string) => [w, 9007199254740991]]], add],
    'where lower case makes ASCII': ['a \u212a b', [['flatMap', (l: string) => l.toLowerCase().split(/\W+/)], ones], add],
    'where letters see past a space': ['\u0391\u03a3\ufeff\u0391', [['flatMap', (l: string) => l.toLowerCase().split(/\s+/)], ones], add],
    'where a trimmed line has a part that is not': ['a \tb c', [['flatMap', (l: string) => l.trim().split(' ').filter(w => w)], ones], add],
    'where a field is missing': ['a,b\nc', [['map', (l: string) => l.split(',')], ['map', (f: string[]) => [f[1]!.toLowerCase(), 1]]], add],
  }
  test.each(Object.entries(ASIDE))('%s', (_, [text, steps, merge]) => {
    const { rule, aside, ruled, plain } = ask({ steps, merge, leaves: [leafOf(text)] })
    expect([rule, aside]).toEqual([expect.any(String), expect.any(String)])
    expect(ruled).toEqual(plain)
  })
})
