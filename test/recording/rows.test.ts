/** Rows as JSON and back, and when two lists of them are the same. */
import { describe, expect, test } from 'vitest'
import { differenceOf, sameRows } from '#src/recording/compare.js'
import { decode, encode, isData, keyOf, OnlyText } from '#src/recording/rows.js'

const through = (value: unknown): unknown => decode(JSON.parse(JSON.stringify(encode(value))) as never)

describe('rows', () => {
  test.each<[string, unknown]>([
    ['text', 'a\u001b[2J\u2028"'], ['numbers', [0, -1.5, -0, NaN, Infinity, -Infinity, 2 ** 60]], ['nothing', [null, undefined, true, false]], ['bigint', 2n ** 80n],
    ['dates', [new Date(0), new Date(5)]], ['maps and sets', new Map<unknown, unknown>([['a', new Set([1, [2]])], [3n, undefined]])],
    ['bytes', Buffer.from([0, 255])], ['objects', { b: 1, a: [{ c: 'd' }] }], ['keys that look like ours', { $bigint: '1', $$map: [], $: { $text: 'x' } }], ['an empty one', [{}, []]],
  ])('%s come back as they were', (_, value) => { expect(through(value)).toEqual(value) })

  test('an own __proto__ is a key like any other', () => {
    const back = through(JSON.parse('{"__proto__":{"x":1},"constructor":2}')) as object
    expect([Object.keys(back), Object.getPrototypeOf(back), (back as { x?: number }).x]).toEqual([['__proto__', 'constructor'], Object.prototype, undefined])
  })

  test('an invalid date', () => { expect(String(through(new Date(NaN)))).toBe('Invalid Date') })

  test('of what is no data there is the text', () => {
    class Sensor { constructor(readonly id: number) {} }
    expect(through(new Sensor(3))).toEqual(new OnlyText('Sensor { id: 3 }'))
    expect([isData(encode([new Sensor(3)])), isData(encode({ $text: '{"$text":' })), isData(encode('{"$text":1}'))]).toEqual([false, true, true])
  })

  test('keys are equal where rows are', () => {
    const key = (value: unknown): string => keyOf(encode(value))
    for (const [a, b] of [[{ a: 1, b: 2 }, { b: 2, a: 1 }], [0, -0], [new Set([1, 2]), new Set([2, 1])], [new Map([['a', 1], ['b', 2]]), new Map([['b', 2], ['a', 1]])]]) expect(key(a)).toBe(key(b))
    for (const [a, b] of [[1, '1'], [1, 1n], [null, undefined], [[1, 2], [2, 1]], [new Date(1), 1], [{ $bigint: '1' }, 1n]]) expect(key(a)).not.toBe(key(b))
  })
})

describe('two lists', () => {
  test.each<[string, unknown[], unknown[], boolean, boolean]>([
    ['the same in order', [1, 2], [1, 2], true, true],
    ['in another order', [1, 2], [2, 1], true, false],
    ['in another order, where none is promised', [1, 2], [2, 1], false, true],
    ['a row too often', [1, 1], [1], false, false],
    ['as many, but others', [1, 1, 2], [1, 2, 2], false, false],
  ])('%s', (_, found, expected, ordered, isSame) => { expect(sameRows(found, expected, ordered)).toBe(isSame) })

  test('what differs', () => {
    expect(differenceOf([['a', 1], 'x', 'x'], [['a', 2], 'x'], false)).toEqual({ missing: [['a', 2]], unexpected: [['a', 1], 'x'] })
    expect(differenceOf([1, 3, 2], [1, 2, 3], true)).toEqual({ missing: [2, 3], unexpected: [3, 2] })
  })
})
