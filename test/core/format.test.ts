import { expect, test } from 'vitest'
import { cut, format } from '#src/core/format.js'
import { escapeControls } from '#src/core/escape.js'
import { compare } from '#src/core/compare.js'

class Point { constructor(readonly x: number) {} }
class Named { toString(): string { return 'named!' } }
class Broken { toString(): string { throw new Error('no') } }
const circular: unknown[] = [1]
circular.push(circular)

const ROWS: [unknown, string][] = [
  ['raw "text"', 'raw "text"'], [['hello', 1], '(hello,1)'], [['a', ['b', [1]]], '(a,(b,(1)))'], [1.5, '1.5'], [3.0, '3'], [-0, '0'], [10n, '10'], [NaN, 'NaN'],
  [null, 'null'], [undefined, 'undefined'], [[null, undefined], '(null,undefined)'], [new Map([['k', [1, 2]]]), 'Map(k -> (1,2))'], [new Set([1, 'a']), 'Set(1, a)'],
  [new Date(0), '1970-01-01T00:00:00.000Z'], [new Date(NaN), 'Invalid Date'], [{ a: 1, b: 'x' }, '{ a: 1, b: x }'], [{}, '{}'], [new Point(3), 'Point { x: 3 }'],
  [new Named(), 'named!'], [new Broken(), '[cannot be shown: no]'], [circular, '(1,[circular])'], [new Uint8Array([1, 2]), 'Uint8Array(1, 2)'], [() => 1, '[function]'],
  [Object.create(null), '{}'], [[], '()'],
]

test('records as text', () => {
  for (const [value, text] of ROWS) expect(format(value)).toBe(text)
})

test('cut shortens with an ellipsis', () => {
  expect([cut('abcdef', 4), cut('abcd', 4)]).toEqual(['abc…', 'abcd'])
})

test('control and bidirectional characters are shown, newline and tab kept', () => {
  expect(escapeControls('a\x1b[2Jb\u009b31m\u202e\r\n\t\x7f')).toBe('a\\x1b[2Jb\\x9b31m\\u202e\\r\n\t\\x7f')
})

test('natural order', () => {
  const sorted = [null, false, true, -1, 2, 10, NaN, 1n, 'B', 'a', 'aa', new Date(1), new Date(2), [1], [1, 0], [2]]
  expect([...sorted].reverse().sort(compare)).toEqual(sorted)
})
