/** Each kernel and action, engine against the dull model: same rows, same partitions, same order, also when nearly nothing fits in memory. */
import { afterAll, describe, expect, test } from 'vitest'
import type { RddNode } from '#src/plan/rdd-plan.js'
import { ACTIONS, f, KERNELS, numbers, pairs, SORTED, sum } from '../support/kernel-rows.ts'
import { ModelEngine } from '../support/model-engine.ts'
import * as p from '../support/plans.ts'

const engine = p.embedded()
const SPILLING = { 'holding 3 rows': p.embedded('local[2]', { 'spark.tspark.spillEveryRows': '3' }), 'in 2 kB': p.embedded('local[2]', { 'spark.driver.memory': '2k' }) }
afterAll(() => Promise.all([engine, ...Object.values(SPILLING)].map(each => each.stop())))

test.each(Object.entries(KERNELS))('%s', async (_, rdd) => {
  expect(await p.run(engine, rdd)).toEqual(await p.run(new ModelEngine(), rdd))
})

describe.each(Object.entries(SPILLING))('%s', (_, spilling) => {
  test.each(Object.entries(KERNELS))('%s', async (_, rdd) => {
    expect(await p.run(spilling, rdd)).toEqual(await p.run(new ModelEngine(), rdd))
  })
})

test.each(SORTED)('%s', async (_, rdd, expected) => {
  expect(await p.collect(engine, rdd)).toEqual(expected)
  for (const spilling of Object.values(SPILLING)) expect(await p.collect(spilling, rdd)).toEqual(expected)
})

test('a range partitioner spreads 20,000 rows over its partitions, the same each time', async () => {
  const sorted = p.sortBy((x: number) => x, true, 4)(p.rows(Array.from({ length: 20_000 }, (_, i) => i * 7919 % 20_000), 4))
  const sizes = (await p.run(engine, sorted, { kind: 'count' })) as number[]
  expect(sizes.every(size => size > 2500 && size < 7500), String(sizes)).toBe(true)
  expect(await p.run(engine, sorted, { kind: 'count' })).toEqual(sizes)
})

test.each(ACTIONS)('action %s', async (_, action, expected) => {
  expect(await p.run(engine, numbers, action)).toEqual(expected)
})

test('reduce of none', async () => {
  expect(await p.run(engine, p.rows([], 1), f('reduce', sum))).toEqual([{ empty: true }])
})

test('only the partitions that were asked for', async () => {
  expect(await p.run(engine, p.reduceByKey(sum, 4)(pairs), { kind: 'count' }, [3, 1])).toHaveLength(2)
  expect(await p.run(engine, numbers, { kind: 'collect' }, [2, 0])).toEqual([[9, 2, 7], [5, 3]])
})

describe('laws', () => {
  const endless = p.flatMap(function* () { for (let i = 0; ; i++) yield i })(p.rows([1], 1))
  test('take stops an endless flatMap', async () => {
    expect(await p.run(engine, endless, { kind: 'take', n: 3 })).toEqual([[0, 1, 2]])
  })

  test('10,000 narrow steps do not overflow the stack', async () => {
    let deep = p.rows([1, 2])
    for (let i = 0; i < 10_000; i++) deep = p.map((x: number) => x + 1)(deep)
    expect(await p.collect(engine, deep)).toEqual([10_001, 10_002])
  })

  test.each([['one after another', p.rows([0], 1)], ['placed alike', p.partitionBy(2)(p.rows([[0, 0]]))]])('2,000 nested unions, %s', async (_, first) => {
    let deep = first
    for (let i = 0; i < 2000; i++) deep = p.union(deep, first)
    expect((await p.collect(engine, deep))).toHaveLength(2001)
  })

  test('500 persisted RDDs one upon another', async () => {
    let deep: RddNode = p.rows([0], 1)
    for (let i = 0; i < 500; i++) deep = p.persist(p.map((x: number) => x + 1)(deep))
    expect(await p.collect(engine, deep)).toEqual([500])
  })
})
