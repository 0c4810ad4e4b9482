import { expect, test } from 'vitest'
import { hashKey, keysEqual, mapKey } from '#src/core/hash.js'

const EQUAL: [unknown, unknown][] = [
  [0, -0], [NaN, NaN], ['a', 'a'], [[1, 'a'], [1, 'a']], [{ a: 1, b: 2 }, { b: 2, a: 1 }], [new Date(5), new Date(5)],
  [Buffer.from('ab'), new Uint8Array([97, 98])], [[[NaN]], [[NaN]]], [[0], [-0]], ['\u0000n1;', '\u0000n1;'], [Object.create(null), {}],
]
const DIFFERENT: [unknown, unknown][] = [
  [1, 1n], [1, '1'], [1n, '1'], [null, undefined], [new Date(5), 5], [[1], 1], [['a', 'b'], ['ab']], [['a'], 'a'], [{}, []], [true, 1],
  [[undefined], [null]], [{ a: undefined }, {}], [new Uint8Array([1]), new Int8Array([1])], ['\u0000n1;', 1], [[1, [2]], [[1], 2]], ['', null],
  [mapKey([1]), [1]], [{ a: 'b' }, { a: ['b'] }], ['\ud800', '\ufffd'],
]

test.each(EQUAL)('%j equals %j', (a, b) => {
  expect(keysEqual(a, b)).toBe(true)
  expect(hashKey(a)).toBe(hashKey(b))
})

test.each(DIFFERENT)('%o differs from %o', (a, b) => {
  expect(keysEqual(a, b)).toBe(false)
})

test('what has no equality by value is refused by name', () => {
  class Point {}
  for (const [key, said] of [[new Map(), 'a Map'], [new Set(), 'a Set'], [() => 1, 'a function'], [Symbol('s'), 'a symbol'], [new Point(), 'a Point'], [[new Map()], 'a Map']] as const) {
    expect(() => hashKey(key)).toThrow(said)
    expect(() => mapKey(key)).toThrow(said)
  }
})

// Golden vectors: partitions of kept state depend on these, in every thread, process and version.
test('the hash is fixed', () => {
  const vectors = ['', 'a', 'hello', 'ß', '你好', '🎉', '\ud800', '__proto__', 0, 1, -1, 0.5, NaN, Infinity, 2 ** 31, 5n, true, null, undefined, [1, 'a'], { a: 1 }, new Date(0)]
  expect(vectors.map(hashKey)).toMatchInlineSnapshot(`
    [
      2872998923,
      444641715,
      2290972270,
      2175329344,
      3227744495,
      4044514747,
      1878616771,
      3182021803,
      2628190328,
      1822669166,
      4206817657,
      212211137,
      104869765,
      347545401,
      817838341,
      3853754202,
      910896560,
      4142761541,
      2776818722,
      2841304817,
      756705967,
      799397357,
    ]
  `)
})

test('the hash of a string is that of its UTF-8 bytes', () => {
  for (const text of ['hello', 'ß', '你好', '🎉 mixed é']) expect(hashKey(text)).toBe(ofBytes(Buffer.from(text)))
})

function ofBytes(bytes: Uint8Array): number {
  let h = 0x811c9dc5 | 0
  for (const byte of bytes) h = Math.imul(h ^ byte, 0x01000193)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
