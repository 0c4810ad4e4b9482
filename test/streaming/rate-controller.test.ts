/**
 * Back-pressure: Spark's estimator by hand-checked numbers; the controller in a simulated stream, whose sender is as fast as it goes
 * and whose executors do so many records a second and no more.
 */
import { describe, expect, test } from 'vitest'
import { ManualClock } from '#src/core/clock.js'
import { SparkConf } from '#src/core/conf.js'
import { PidRateEstimator, type Processed } from '#src/streaming/pid-rate-estimator.js'
import { RateController } from '#src/streaming/rate-controller.js'
import { seeded } from '../support/line-feeder.js'

describe("Spark's estimator", () => {
  const DEFAULTS = { batchIntervalMs: 1000, proportional: 1, integral: 0.2, derivative: 0, minRate: 100 }
  const rates = (batches: Omit<Processed, 'timeMs'>[], settings = {}) => {
    const estimator = new PidRateEstimator({ ...DEFAULTS, ...settings })
    return batches.map((batch, i) => estimator.compute({ timeMs: (i + 1) * 1000, ...batch }))
  }
  const batch = (records: number, processingMs: number, schedulingMs = 0) => ({ records, processingMs, schedulingMs })

  test.each([
    { name: 'the first batch gives none; then it is the rate of processing', batches: [batch(500, 500), batch(600, 500)], expected: [undefined, 1200] },
    { name: 'less a fifth of what waited: 2000 · (1 − 0.2 · 500/1000)', batches: [batch(500, 500), batch(1000, 500, 500)], expected: [undefined, 1800] },
    { name: 'five intervals of waiting leave the least rate', batches: [batch(500, 500), batch(1000, 500, 5000)], expected: [undefined, 100] },
    { name: 'batches without records or time say nothing', batches: [batch(500, 500), batch(0, 500), batch(5, 0), batch(600, 500)], expected: [undefined, undefined, undefined, 1200] },
    // error = 1000 − 2000, change = −1000 − 0 over 1 s: 1000 + 0.5 · 1000 + 0.1 · 1000; then error = 1600 − 2000, change = 600
    { name: 'all three gains', settings: { proportional: 0.5, integral: 0.1, derivative: 0.1 }, batches: [batch(500, 500), batch(1000, 500), batch(1000, 500, 100)], expected: [undefined, 1600, 1600 + 200 - 20 - 60] },
  ])('$name', ({ batches, expected, settings }) => {
    expect(rates(batches, settings).map(rate => rate === undefined ? rate : Math.round(rate * 1e6) / 1e6)).toEqual(expected)
  })

  test('a batch that is not later than the last one is left out', () => {
    const estimator = new PidRateEstimator(DEFAULTS)
    estimator.compute({ timeMs: 1000, ...batch(500, 500) })
    expect(estimator.compute({ timeMs: 1000, ...batch(600, 500) })).toBeUndefined()
  })
})

interface World {
  readonly batchMs: number
  readonly batches: number
  /** Records a second, at that batch. */
  readonly capacity: (batch: number) => number
  readonly overheadMs?: number
  /** 1 ± this much. */
  readonly noise?: number
  /** Records that come during one interval; as many as are let in where there is none. */
  readonly arriving?: (batch: number) => number
  readonly seed?: number
  readonly conf?: Record<string, string>
}

interface Simulated { readonly taken: number; readonly delayMs: number; readonly allowed: number; readonly waiting: number }

/** Batches one after another, each as long as its records take. */
function simulate({ batchMs, batches, capacity, overheadMs = 0, noise = 0, arriving = () => Infinity, seed = 1, conf = {} }: World): Simulated[] {
  const clock = new ManualClock(0)
  const random = seeded(seed)
  const controller = new RateController({ conf: new SparkConf(Object.entries(conf)), clock, batchMs })
  const seen: Simulated[] = []
  const done: { atMs: number; tell: () => void }[] = []
  let [freeMs, waiting] = [0, 0]
  for (let i = 0; i < batches; i++) {
    const submissionMs = (i + 1) * batchMs
    while (done[0] && done[0].atMs <= submissionMs) {
      clock.setTo(done[0].atMs)
      done.shift()!.tell()
    }
    clock.setTo(submissionMs)
    waiting += arriving(i)
    const allowed = controller.allowed()
    const records = Math.min(waiting, allowed)
    waiting -= records
    controller.taken(submissionMs, records)
    const startMs = Math.max(submissionMs, freeMs)
    const speed = capacity(i) * (1 + noise * (2 * random() - 1))
    const endMs = freeMs = startMs + Math.round(overheadMs + records / speed * 1000)
    done.push({ atMs: endMs, tell: () => controller.completed({ timeMs: submissionMs, submissionMs, startMs, endMs, failed: false }) })
    seen.push({ taken: records, delayMs: startMs - submissionMs, allowed, waiting })
  }
  return seen
}

const mean = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0) / numbers.length
/** What was processed in those batches, as a share of what could have been. */
const share = (seen: readonly Simulated[], { batchMs, capacity }: World, from: number, to: number): number =>
  mean(seen.slice(from, to).map(({ taken }, i) => taken / (capacity(from + i) * batchMs / 1000)))
const mostDelay = (seen: readonly Simulated[], { batchMs }: World, from = 0): number => Math.max(...seen.slice(from).map(({ delayMs }) => delayMs / batchMs))

describe('a sender as fast as it goes', () => {
  const rows: [string, World][] = [100, 1000, 10_000].flatMap(batchMs => [300, 2000, 50_000, 1_000_000].map((records): [string, World] =>
    [`${records} records a second, batches of ${batchMs} ms`, { batchMs, batches: 60, capacity: () => records, overheadMs: batchMs / 20 }]))
  test.each(rows)('%s: within a fifth of capacity after ten batches, never three intervals late', (_, world) => {
    for (let seed = 1; seed <= 5; seed++) for (const noise of [0, 0.1, 0.2]) {
      const seen = simulate({ ...world, seed, noise })
      expect(mostDelay(seen, world), `seed ${seed}, noise ${noise}`).toBeLessThan(3)
      for (let from = 10; from <= 50; from += 10) {
        const found = share(seen, world, from, from + 10)
        expect(found, `seed ${seed}, noise ${noise}, batches from ${from}`).toBeGreaterThan(0.8)
        expect(found, `seed ${seed}, noise ${noise}, batches from ${from}`).toBeLessThan(1.2)
      }
    }
  })

  test('executors that become warm: a fifth of their speed at first', () => {
    const world: World = { batchMs: 1000, batches: 40, capacity: i => 400_000 * Math.min(1, 0.2 + i * 0.1), overheadMs: 20, noise: 0.1 }
    const seen = simulate(world)
    expect(mostDelay(seen, world)).toBeLessThan(1)
    expect(share(seen, world, 10, 40)).toBeGreaterThan(0.8)
  })

  test('capacity that halves and comes back: late by two intervals at most, and soon at capacity again', () => {
    const world: World = { batchMs: 1000, batches: 90, capacity: i => i >= 30 && i < 60 ? 50_000 : 100_000, noise: 0.05 }
    const seen = simulate(world)
    expect(mostDelay(seen, world)).toBeLessThan(3)
    expect(mostDelay(seen, world, 40)).toBeLessThan(1)
    for (const from of [40, 70]) expect(share(seen, world, from, from + 20)).toBeGreaterThan(0.8)
  })

  test('capacity that falls to a tenth: what was taken before is worked off, then nobody waits', () => {
    const world: World = { batchMs: 1000, batches: 80, capacity: i => i < 20 ? 100_000 : 10_000 }
    const seen = simulate(world)
    expect(mostDelay(seen, world)).toBeLessThan(20)
    expect(mostDelay(seen, world, 50)).toBeLessThan(1)
    expect(share(seen, world, 50, 80)).toBeGreaterThan(0.8)
  })

  test('without it, and with the first batch unbounded, the same stream is late without end', () => {
    const world: World = { batchMs: 1000, batches: 20, capacity: () => 1000, arriving: () => 10_000 }
    const bounded = simulate(world)
    const unbounded = simulate({ ...world, conf: { 'spark.streaming.backpressure.enabled': 'false' } })
    expect(mostDelay(bounded, world)).toBeLessThan(1)
    expect(mostDelay(unbounded, world)).toBeGreaterThan(100)
  })
})

describe('a sender that rests', () => {
  test('a few records now and then are never held back', () => {
    const seen = simulate({ batchMs: 1000, batches: 100, capacity: () => 20_000, overheadMs: 10, arriving: i => i % 7 })
    expect(seen.every(({ waiting }) => waiting === 0)).toBe(true)
  })

  test('a burst after an hour of quiet is taken within a few batches, and late by less than an interval', () => {
    const world: World = { batchMs: 1000, batches: 40, capacity: () => 100_000, overheadMs: 10, arriving: i => i === 20 ? 150_000 : i % 3 }
    const seen = simulate(world)
    expect(mostDelay(seen, world)).toBeLessThan(1)
    expect(seen[25]!.waiting).toBe(0)
  })
})

describe('settings', () => {
  const allowed = (conf: Record<string, string>, batchMs = 1000) => simulate({ batchMs, batches: 1, capacity: () => 1, conf })[0]!.allowed
  test.each([
    { name: 'the first batch', conf: {}, expected: 1000 },
    { name: 'the first batch of 200 ms', conf: {}, batchMs: 200, expected: 200 },
    { name: 'initialRate', conf: { 'spark.streaming.backpressure.initialRate': '50' }, expected: 50 },
    { name: 'maxRate below it', conf: { 'spark.streaming.receiver.maxRate': '20' }, expected: 20 },
    { name: 'maxRate alone', conf: { 'spark.streaming.backpressure.enabled': 'false', 'spark.streaming.receiver.maxRate': '20' }, expected: 20 },
    { name: 'neither', conf: { 'spark.streaming.backpressure.enabled': 'false' }, expected: Infinity },
    { name: 'no initial rate', conf: { 'spark.streaming.backpressure.initialRate': '0' }, expected: Infinity },
    { name: 'less than a record in an interval', conf: { 'spark.streaming.backpressure.initialRate': '1' }, batchMs: 10, expected: 1 },
  ])('$name: $expected records', ({ conf, batchMs, expected }) => { expect(allowed(conf, batchMs)).toBe(expected) })

  test('maxRate is never passed', () => {
    const seen = simulate({ batchMs: 1000, batches: 30, capacity: () => 1e6, conf: { 'spark.streaming.receiver.maxRate': '5000' } })
    expect(seen.every(({ taken }) => taken <= 5000)).toBe(true)
    expect(seen.at(-1)!.taken).toBe(5000)
  })

  test('a batch that failed teaches nothing', () => {
    const controller = new RateController({ conf: new SparkConf(), clock: new ManualClock(0), batchMs: 1000 })
    controller.taken(1000, 1000)
    controller.completed({ timeMs: 1000, submissionMs: 1000, startMs: 1000, endMs: 1001, failed: true })
    expect(controller.rate).toBe(1000)
  })
})
