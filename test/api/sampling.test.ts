/** Chance with a seed: the same rows on every run; shares near what was asked for; estimates within their bounds. */
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { normalQuantile, studentQuantile } from '#src/operators/bounds.js'
import { addToSketch, emptySketch, estimate, mergeSketches, precisionFor } from '#src/operators/sketch.js'
import { openSpark } from '../support/context.js'

const sc = openSpark()
const dir = mkdtempSync(join(tmpdir(), 'tspark-approx-'))
afterAll(async () => { await sc.stop(); rmSync(dir, { recursive: true }) })

const thousands = sc.range(0, 10_000, 1, 4)
const pairs = thousands.map(n => [n % 3, n])
const THIRDS = new Map([[0, 0.1], [1, 0.5], [2, 1]])

const SAMPLES: [string, (seed: number) => Promise<unknown[]>, number][] = [
  ['sample', seed => thousands.sample(false, 0.3, seed).collect(), 3000],
  ['sample with replacement', seed => thousands.sample(true, 1.5, seed).collect(), 15_000],
  ['sample with much replacement', seed => thousands.sample(true, 40, seed).collect(), 400_000],
  ['randomSplit', seed => thousands.randomSplit([3, 1], seed)[1]!.collect(), 2500],
  ['sampleByKey', seed => pairs.sampleByKey(false, THIRDS, seed).collect(), 5333],
  ['sampleByKey with replacement', seed => pairs.sampleByKey(true, THIRDS, seed).collect(), 5333],
]

test.each(SAMPLES)('%s: the seed fixes it, and its size is about right', async (_name, run, size) => {
  const [first, again, other] = [await run(42), await run(42), await run(43)]
  expect(again).toEqual(first)
  expect(other).not.toEqual(first)
  expect(Math.abs(first.length - size)).toBeLessThan(6 * Math.sqrt(size)) // six deviations
})

describe('exact samples', () => {
  test.each([[false, 10], [true, 10], [false, 20_000], [true, 12_000]])('takeSample(%s, %i)', async (withReplacement, num) => {
    const [first, again] = [await thousands.takeSample(withReplacement, num, 7), await thousands.takeSample(withReplacement, num, 7)]
    expect(again).toEqual(first)
    expect(first.length).toBe(withReplacement ? num : Math.min(num, 10_000))
    expect(new Set(first).size < first.length).toBe(withReplacement && num > 10_000)
  })

  test.each([false, true])('sampleByKeyExact(%s) takes ceil(fraction · count) of each key', async withReplacement => {
    const counts = await pairs.sampleByKeyExact(withReplacement, THIRDS, 7).countByKey()
    expect(counts).toEqual(new Map([[0, 334], [1, 1667], [2, 3333]]))
  })

  test('each row is as likely as any other', async () => {
    const hits = new Array<number>(8).fill(0)
    const few = sc.range(0, 8, 1, 3)
    for (let seed = 0; seed < 120; seed++) for (const n of await few.takeSample(false, 2, seed)) hits[n]!++
    expect(Math.min(...hits)).toBeGreaterThan(10) // 30 expected; five deviations below is 6
    expect(Math.max(...hits)).toBeLessThan(55)
  })

  test('a key without a fraction is told', async () => {
    await expect(pairs.sampleByKey(false, new Map([[0, 1]]), 1).collect()).rejects.toThrow(/there is no fraction for the key [12]/)
  })
})

test.each([
  ['a fraction above 1', () => thousands.sample(false, 1.1)],
  ['a fraction below 0', () => thousands.sample(true, -1)],
  ['weights of nothing', () => thousands.randomSplit([0, 0])],
  ['a sample of −1', () => thousands.takeSample(false, -1)],
  ['a fraction of a key', () => pairs.sampleByKey(false, new Map([[0, 2]]))],
  ['buckets', () => thousands.histogram([1])],
  ['a precision', () => thousands.countApproxDistinct(0)],
  ['a depth', () => thousands.treeReduce((a, b) => a + b, 0)],
])('%s is refused where it is typed', (_name, act) => {
  expect(act).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }) as Error)
})

describe('HyperLogLog', () => {
  test.each([10, 1000, 30_000, 300_000])('%i different values, within four deviations', size => {
    const p = precisionFor(0.02)
    const halves = [emptySketch(p), emptySketch(p)]
    for (let i = 0; i < size; i++) addToSketch(halves[i % 2]!, `value ${i}`)
    for (let i = 0; i < size; i += 3) addToSketch(halves[0]!, `value ${i}`)
    const found = estimate(mergeSketches(halves[0]!, halves[1]!))
    expect(Math.abs(found - size) / size).toBeLessThan(0.08)
  })

  test('in an RDD', async () => {
    expect(Math.abs(await thousands.map(n => n % 1000).countApproxDistinct(0.01) - 1000)).toBeLessThan(40)
  })
})

describe('with a time limit', () => {
  test('in time, the result is exact', async () => {
    const result = await thousands.sumApprox(60_000)
    expect([result.isInitialValueFinal, result.initialValue.mean, result.initialValue.low, result.initialValue.confidence]).toEqual([true, 49_995_000, 49_995_000, 1])
    expect((await result.getFinalValue()).mean).toBe(49_995_000)
  })

  test('out of time, there is an estimate with bounds; the exact result follows', async () => {
    const gate = join(dir, 'gate')
    const held = sc.range(0, 800, 1, 8).mapPartitionsWithIndex((i, rows) => {
      while (i >= 4 && !process.getBuiltinModule('node:fs').existsSync(gate)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
      return rows
    })
    const result = await held.countApprox(300)
    expect(result.isInitialValueFinal).toBe(false)
    closeSync(openSync(gate, 'w'))
    const exact = await result.getFinalValue()
    expect([exact.mean, exact.low, exact.high]).toEqual([800, 800, 800])
    expect(result.initialValue.low).toBeLessThanOrEqual(result.initialValue.mean)
  })

  test('countByValueApprox and countByKeyApprox count equal keys together', async () => {
    const result = (await sc.parallelize([['a', 1], ['a', 1], ['b', 1]], 3).countByValueApprox(60_000)).initialValue
    expect([...result].map(([key, { mean }]) => [key, mean])).toEqual([[['a', 1], 2], [['b', 1], 1]])
    const byKey = (await pairs.countByKeyApprox(60_000)).initialValue
    expect([0, 1, 2].map(key => byKey.get(key)!.mean)).toEqual([3334, 3333, 3333])
  })

  // Tables of the distributions, to four places.
  test.each([[0.975, 1.95996], [0.5, 0], [0.05, -1.64485]])('normal quantile %d', (p, z) => { expect(normalQuantile(p)).toBeCloseTo(z, 4) })
  test.each([[0.975, 1, 12.7062], [0.975, 2, 4.30265], [0.95, 5, 2.01505], [0.975, 10, 2.22814], [0.995, 99, 2.62641]])('Student quantile %d, %i degrees', (p, degrees, t) => { expect(studentQuantile(p, degrees)).toBeCloseTo(t, 4) })
})
