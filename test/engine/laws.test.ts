/**
 * Laws: fusing is the same as running step by step; any plan gives on the engine what it gives in the dull model, also with an
 * executor ended in the middle. Plans are random; a failure prints the seed.
 */
import { afterAll, describe, expect, test } from 'vitest'
import { seededRandom, type Random } from '#src/core/random.js'
import { fuse, type Fn } from '#src/engine/task/fuse.js'
import { ofArray, pull, toArray } from '#src/engine/task/source.js'
import type { Step } from '#src/engine/task/task.js'
import type { Derive, RddNode } from '#src/plan/rdd-plan.js'
import { ModelEngine } from '../support/model-engine.ts'
import * as p from '../support/plans.ts'

const engine = p.embedded()
const SPILLING = [p.embedded('local[2]', { 'spark.tspark.spillEveryRows': '2' }), p.embedded('local[2]', { 'spark.driver.memory': '3k' })]
afterAll(() => Promise.all([engine, ...SPILLING].map(each => each.stop())))

type Pair = [unknown, number]
const STEPS: readonly (readonly [Step['op'], Fn | undefined])[] = [
  ['map', row => [(row as Pair)[0], (row as Pair)[1] + 1]],
  ['filter', row => (row as Pair)[1] % 3 > 0],
  ['flatMap', row => [row, row]],
  ['flatMap', row => new Set([row])],
  ['mapValues', value => (value as number) * 2],
  ['flatMapValues', value => [value, -(value as number)]],
  ['mapPartitions', (rows, index) => [...rows as Iterable<Pair>].map(([key, value]) => [key, value + (index as number)])],
  ['mapPartitions', function* (rows) { for (const row of rows as Iterable<Pair>) if (row[1] > 0) yield row }],
]
const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)]!
const seeds = Array.from({ length: 60 }, (_, i) => i + 1)

test.each(seeds)('fusing is running step by step (seed %i)', seed => {
  const random = seededRandom(seed)
  const picked = Array.from({ length: Math.floor(random() * 12) }, () => pick(random, STEPS))
  const fns = picked.map(([, f]) => f!)
  const steps = picked.map(([op], fn): Step => ({ op, fn, index: 1, at: { operator: op, site: undefined } }))
  const rows = Array.from({ length: Math.floor(random() * 30) }, (_, i): Pair => [pick(random, KEYS), i])
  const fused = fuse(ofArray(rows), steps, fns)
  const stepwise = steps.reduce((before, step) => toArray(fuse(ofArray(before), [step], fns)), rows as unknown[])
  expect(toArray(fused)).toEqual(stepwise)
  expect([...pull(fused)]).toEqual(stepwise)
})

const KEYS: readonly unknown[] = [
  '', 'a', 'hello', '__proto__', 'constructor', '\u0000', '你好', '🎉', '\ud800', 0, 1, -1, 0.5, NaN, Infinity, 1n, '1', true, null, undefined,
  [1, 'a'], ['a', [null]], { a: 1, b: 2 }, { b: 2, a: 1 }, new Date(0), new Uint8Array([1, 2]), Buffer.from([1, 2]), 'x'.repeat(10_000),
]

describe('keys', () => {
  const twice = p.rows([...KEYS, ...KEYS].map((key, i) => [key, i]), 3)
  const PLANS: Record<string, RddNode> = {
    reduceByKey: p.reduceByKey((a: number, b: number) => a + b, 3)(twice),
    groupByKey: p.groupByKey(2)(twice),
    partitionBy: p.partitionBy(3)(twice),
    distinct: p.distinct(2)(p.rows([...KEYS, ...KEYS], 4)),
    cogroup: p.cogroup(twice, p.rows(KEYS.map(key => [key, 'x']), 2)),
    join: p.join('fullOuterJoin', twice, p.rows([['a', 'x'], [null, 'y'], [[1, 'a'], 'z']])),
  }
  test.each(Object.entries(PLANS))('of every kind in %s', async (_, rdd) => {
    for (const each of [engine, ...SPILLING]) expect(await p.run(each, rdd)).toEqual(await p.run(new ModelEngine(), rdd))
  })

  test('−0 is 0', async () => {
    expect(await p.collect(engine, p.reduceByKey((a: number, b: number) => a + b)(p.rows([[0, 1], [-0, 2]])))).toEqual([[0, 3]])
  })
})

const DERIVED: readonly Derive[] = [
  p.map((row: Pair) => [row[0], row[1] + 1]),
  p.filter((row: Pair) => row[1] % 3 > 0),
  p.flatMap((row: Pair) => [row, [`${String(row[0])}!`, row[1]]]),
  p.mapValues((value: number) => value * 2),
  p.mapPartitions((rows: Iterable<Pair>, index: number) => [...rows].map(([key, value]) => [key, value + index])),
  p.reduceByKey((a: number, b: number) => a + b, 3),
  p.chain(p.groupByKey(2), p.mapValues((values: number[]) => values.length)),
  p.partitionBy(3),
  p.repartition(2),
  p.coalesce(1),
  p.persist,
]
const JOINED: readonly ((a: RddNode, b: RddNode) => RddNode)[] = [
  (a, b) => p.union(a, b),
  (a, b) => p.mapValues(([left, right]: [number | undefined, number | undefined]) => (left ?? 0) + (right ?? 0))(p.join('leftOuterJoin', a, b)),
]

function randomPlan(random: Random): RddNode {
  const words = ['a', 'b', 'c', 'd', 'to', 'be']
  const plans = [1, 2].map(() => p.rows(Array.from({ length: Math.floor(random() * 12) }, (_, i) => [pick(random, words), i]), 1 + Math.floor(random() * 3)))
  for (let left = 2 + Math.floor(random() * 6); left > 0; left--)
    plans.push(random() < 0.75 ? pick(random, DERIVED)(pick(random, plans)) : pick(random, JOINED)(pick(random, plans), pick(random, plans)))
  return plans.at(-1)!
}

test.each(seeds)('a random plan gives what the model gives (seed %i)', async seed => {
  const plan = randomPlan(seededRandom(seed))
  const expected = await p.run(new ModelEngine(), plan)
  expect(await p.run(engine, plan)).toEqual(expected)
  expect(await p.run(engine, plan), 'again, with what is persisted').toEqual(expected)
})

test.each(seeds)('… also when nearly nothing fits in memory (seed %i)', async seed => {
  const plan = randomPlan(seededRandom(seed))
  const expected = await p.run(new ModelEngine(), plan)
  for (const spilling of SPILLING) expect(await p.run(spilling, plan)).toEqual(expected)
})

test.each(seeds.slice(0, 8))('… also with an executor ended in the middle (seed %i)', async seed => {
  const plan = randomPlan(seededRandom(seed))
  const expected = await p.run(new ModelEngine(), plan)
  for (const each of [engine, SPILLING[seed % 2]!]) {
    each.warmUp()
    const running = p.run(each, plan)
    void each.pool.workers[seed % 2]!.terminate()
    expect(await running).toEqual(expected)
  }
})
