/** Encode then decode is identity, for every kind of row; what cannot travel is refused by name. */
import { describe, expect, test } from 'vitest'
import { registerClass } from '#src/core/classes.js'
import { Time } from '#src/core/time.js'
import { decodeRows, encodeBlocks, encodeRows, ofBlocks } from '#src/engine/task/row-codec.js'
import { pull } from '#src/engine/task/source.js'

class Point { constructor(readonly x: number, readonly y: number) {} get norm(): number { return Math.hypot(this.x, this.y) } }
class Point3 extends Point { z = 3 }
class Account { #balance = 1; get balance(): number { return this.#balance } }
class Hash { text = '#balance' /* #not */ }
class Bag extends Map {}

const nameClass = (type: abstract new (...args: never[]) => object): string => registerClass(type)
const roundTrip = (rows: readonly unknown[]): unknown[] => decodeRows(encodeRows(rows, 'map', nameClass))

const ROWS: Record<string, unknown[]> = {
  'none': [],
  'strings': ['a', '', 'hello world', 'ÿ', 'ß\0\r\n'],
  'strings beyond latin1': ['a', '你好', '🎉', 'ÿ'],
  'lone surrogates': ['\ud800', '\udc00x', 'a\ud83c', '\ufffd'],
  'int32': [0, 1, -1, 2 ** 31 - 1, -(2 ** 31)],
  'numbers': [0.5, NaN, Infinity, -Infinity, 2 ** 31, Number.MAX_SAFE_INTEGER, 5e-324, 1],
  'pairs': [['a', 1], ['b', 2]],
  'pairs of pairs': [[['a', 1], [1, 2.5]], [['b', 2], [3, -0.5]]],
  'pairs of mixed': [['a', 1], [2, 'b'], [null, undefined]],
  'deeply nested pairs': [[[[[[[1, 2], 3], 4], 5], 6], 7]],
  'mixed': [1, 'a', null, undefined, true, false, 10n, -(10n ** 30n), 1.5, [1, ['x']], {}],
  'ints of every length': [63, 64, -64, -65, 8191, 8192, 2 ** 30, -(2 ** 31), 'x'],
  'triples': [[1, 2, 3], ['a', 'b', 'c']],
  'empty arrays and nesting': [[], [[]], [[[]], []]],
  'objects': [{ a: 1, b: { c: ['d'] } }, { '': 0 }, { constructor: 1, toString: 2 }],
  'Dates': [new Date(0), new Date(NaN), [new Date(5), 1]],
  'Maps and Sets': [new Map<unknown, unknown>([['a', 1], [{ k: 1 }, new Map()]]), new Set([1, 'a', new Set()])],
  'typed arrays': [new Uint8Array([1, 2]), new Float64Array([0.5, NaN]), new BigInt64Array([1n]), new Int16Array(), new Uint8ClampedArray([7])],
  'Buffers and ArrayBuffers': [Buffer.from('hi'), new Uint8Array([9]).buffer],
  'part of a typed array': [new Uint16Array([1, 2, 3, 4]).subarray(1, 3)],
  'RegExps and URLs': [/a.b/gi, new URL('http://localhost:1/x?y=z')],
  'instances': [new Point(3, 4), [new Point3(1, 2), 1], new Hash()],
  'own classes': [new Time(1000)],
  'over one chunk': Array.from({ length: 10_001 }, (_, i) => `word ${i}`),
  'a long string': ['x'.repeat(3_000_000), 'y'],
}

test.each(Object.entries(ROWS))('%s', (_, rows) => {
  expect(roundTrip(rows)).toStrictEqual(rows)
})

describe('what toStrictEqual does not see', () => {
  test('−0 stays −0', () => { expect((roundTrip([-0, 1]) as number[]).map(x => Object.is(x, -0))).toEqual([true, false]) })
  test('holes stay holes', () => { expect(1 in (roundTrip([[1, , 3]])[0] as unknown[])).toBe(false) }) // eslint-disable-line no-sparse-arrays
  test('an own __proto__ stays data', () => {
    const [row] = roundTrip([JSON.parse('{"__proto__":{"x":1}}')]) as [{ x?: number }]
    expect(Object.keys(row)).toEqual(['__proto__'])
    expect(row.x).toBeUndefined()
  })
  test('a bare object stays bare', () => { expect(Object.getPrototypeOf(roundTrip([Object.assign(Object.create(null), { a: 1 })])[0])).toBe(null) })
  test('an instance has its class and getters', () => { expect((roundTrip([new Point(3, 4)])[0] as Point).norm).toBe(5) })
  test('an error keeps kind, message, stack, cause and fields', () => {
    const error = Object.assign(new RangeError('far', { cause: 'why' }), { code: 'E' })
    const [copy] = roundTrip([error]) as [typeof error]
    expect(copy).toBeInstanceOf(RangeError)
    expect([copy.message, copy.stack, copy.cause, copy.code]).toEqual(['far', error.stack, 'why', 'E'])
  })
})

const cyclic: unknown[] = []
cyclic.push([cyclic, cyclic])
const REFUSED: [string, unknown, string][] = [
  ['a function', () => 1, 'a function'], ['a function inside', [{ f() {} }], 'a function'], ['a symbol', Symbol('s'), 'a symbol'],
  ['a promise', Promise.resolve(1), 'a Promise'], ['a WeakMap', new WeakMap(), 'a WeakMap'], ['a generator', (function* () {})(), 'Generator'],
  ['private fields', new Account(), 'an instance of Account, whose private fields'], ['a cycle', cyclic, 'contains itself'],
  ['a subclass of Map', new Bag(), 'a Bag'],
]
test.each(REFUSED)('%s is refused', (_, row, said) => {
  expect(() => roundTrip([row])).toThrow(said)
  expect(() => roundTrip([row])).toThrow(/^map: /)
})

test('buckets share one buffer, and are read chunk by chunk', () => {
  const lists = [['a', 'b'], [], Array.from({ length: 9000 }, (_, i) => [`k${i}`, i])]
  const blocks = encodeBlocks(lists, 'reduceByKey', nameClass)
  expect(new Set(blocks.map(({ buffer }) => buffer)).size).toBe(1)
  expect(blocks.map(({ records }) => records)).toEqual([2, 0, 9000])
  expect(blocks.map(decodeRows)).toEqual(lists)
  expect([...pull(ofBlocks(blocks))]).toEqual(lists.flat())
})

test('blocks name the classes of their rows', () => {
  expect(encodeRows([new Point(1, 2), 1], 'map', type => type.name).classes).toEqual(['Point'])
})
