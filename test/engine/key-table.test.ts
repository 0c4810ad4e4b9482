/** The table by key beside a Map, with keys of every kind; and the order of numbers beside a sort by comparing. */
import { describe, expect, test } from 'vitest'
import { compare } from '#src/core/compare.js'
import { mapKey } from '#src/core/hash.js'
import { seededRandom } from '#src/core/random.js'
import { KeyTable } from '#src/engine/task/key-table.js'
import { orderOf } from '#src/engine/task/number-order.js'
import { ShortKeys } from '#src/engine/task/short-keys.js'

const KEYS: Record<string, (i: number) => unknown> = {
  'words': i => `word ${i % 5000}`,
  'long words': i => `${'x'.repeat(i % 40)}${i % 700}`,
  'numbers': i => i % 5000,
  'multiples of 65536': i => (i % 3000) * 65536 | 0,
  'fractions': i => (i % 3000) / 4,
  'all kinds': i => [i % 100, String(i % 100), BigInt(i % 100), [i % 100], null, undefined, NaN, true, `\u0000${i % 100}`, 2 ** 31 + i % 100, '', -(i % 100)][i % 12],
}
test.each(Object.entries(KEYS))('counting %s', (_, key) => {
  const [table, expected] = [new KeyTable(), new Map<unknown, [unknown, number]>()]
  for (let i = 0; i < 20_000; i++) {
    const found = table.find(key(i))
    if (found) found[1] = (found[1] as number) + 1
    else table.add(key(i), 1)
    const known = expected.get(mapKey(key(i)))
    if (known) known[1]++
    else expected.set(mapKey(key(i)), [key(i) === 0 ? 0 : key(i), 1])
  }
  expect(table.rows).toEqual([...expected.values()])
})

test('0 and −0 are one key, 1 and "1" are two', () => {
  const table = new KeyTable()
  table.find(-0)
  expect(Object.is(table.add(-0, 'zero')[0], 0)).toBe(true)
  table.find(1)
  table.add(1, 'one')
  expect([table.find(0)?.[1], table.find('1'), table.find(1)?.[1]]).toEqual(['zero', undefined, 'one'])
})

test('keys that crowd say so', () => {
  const rows: [unknown, unknown][] = []
  const keys = new ShortKeys(rows)
  for (let i = 0; i < 100 && keys.room; i++) {
    rows.push([`key ${i}`, i])
    keys.add(12345)
  }
  expect(keys.room).toBe(false)
  expect(rows.map(([key]) => keys.find(key as string, 12345)?.[1])).toEqual(rows.map((_, i) => i))
})

describe('the order of numbers', () => {
  const SPECIAL = [0, -0, 1, -1, NaN, Infinity, -Infinity, 5e-324, -5e-324, Number.MAX_VALUE, -Number.MAX_VALUE, 2 ** 31, 2 ** 53, 0.1]
  const random = seededRandom(7)
  const NUMBERS: Record<string, number[]> = {
    'none': [], 'one': [3], 'special ones, twice': [...SPECIAL, ...SPECIAL],
    'whole': Array.from({ length: 3000 }, () => Math.floor(random() * 1000) - 500),
    'fractions': Array.from({ length: 3000 }, () => random() - 0.5),
    'of all sizes': Array.from({ length: 3000 }, () => (random() - 0.5) * 10 ** Math.floor(random() * 600 - 300)),
    'all the same': Array.from({ length: 100 }, () => 2.5),
  }
  for (const [sign, ascending] of [[1, true], [-1, false]] as const)
    test.each(Object.entries(NUMBERS))(`${ascending ? 'up' : 'down'}: %s`, (_, numbers) => {
      const expected = numbers.map((_, i) => i).sort((a, b) => sign * compare(numbers[a], numbers[b]) || a - b)
      expect([...orderOf(Float64Array.from(numbers), ascending)]).toEqual(expected)
    })
})
