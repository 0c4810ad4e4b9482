/** HyperLogLog: estimates, merging, and the second half of its hash. */
import { expect, test } from 'vitest'
import { hashKey, hashKeyAgain } from '#src/core/hash.js'
import { addToSketch, emptySketch, estimate, mergeSketches, precisionFor } from '#src/operators/sketch.js'

const sketchOf = (p: number, values: Iterable<unknown>) => { const sketch = emptySketch(p); for (const value of values) addToSketch(sketch, value); return sketch }
function* upTo(n: number, as: (i: number) => unknown = i => i): Iterable<unknown> { for (let i = 0; i < n; i++) yield as(i) }

// Three standard deviations of what HyperLogLog promises, 1.04 / √2^p; the smallest bound is for the rounding of few values.
test.each([[0, 9], [1, 9], [100, 9], [10_000, 9], [300_000, 9], [300_000, 14]])('%i numbers in 2^%i registers', (n, p) => {
  const bound = 3 * 1.04 / Math.sqrt(2 ** p)
  for (const as of [(i: number) => i, (i: number) => `user-${i}`, (i: number) => [i, 'x']])
    expect(Math.abs(estimate(sketchOf(p, upTo(n, as))) - n)).toBeLessThanOrEqual(bound * n)
})

test('merging is the sketch of both; adding again changes nothing', () => {
  const [a, b] = [sketchOf(10, upTo(500)), sketchOf(10, upTo(900, i => i + 300))]
  expect(mergeSketches(a, b)).toEqual(sketchOf(10, upTo(1200)))
  expect(mergeSketches(a, sketchOf(10, upTo(1200)))).toEqual(a)
})

test('where the first half of the hash is all zeros, the second goes on counting', () => {
  const ranks = sketchOf(20, upTo(400_000)).filter(rank => rank > 13)
  expect(ranks.length).toBeGreaterThan(20)
  expect(new Set(ranks).size).toBeGreaterThan(2)
})

test('the two halves have nothing to do with each other, and are equal for equal keys', () => {
  const pairs = [[-0, 0], [NaN, NaN], [[1, 'a'], [1, 'a']], [{ a: 1, b: 2 }, { b: 2, a: 1 }], ['x', 'x'], [10n, 10n]]
  for (const [a, b] of pairs) expect([hashKey(a), hashKeyAgain(a)]).toEqual([hashKey(b), hashKeyAgain(b)])
  const alike = [...upTo(200_000)].filter(i => (hashKey(i) & 0xff) === (hashKeyAgain(i) & 0xff)).length
  expect(Math.abs(alike - 200_000 / 256)).toBeLessThan(150)
})

test('precision follows the deviation asked for', () => { expect([0.5, 0.05, 0.001].map(precisionFor)).toEqual([4, 9, 20]) })
