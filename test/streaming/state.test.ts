/** State from batch to batch, and that its lineage stays short. */
import { expect, test } from 'vitest'
import { Seconds, Time } from '#src/core/time.js'
import { collection } from '#src/operators/combine.js'
import { map } from '#src/operators/narrow.js'
import { derived, stateful } from '#src/operators/streams.js'
import { hashPartitioner } from '#src/plan/partitioner.js'
import { parentsOf } from '#src/plan/rdd-plan.js'
import type { RddNode } from '#src/plan/rdd-plan.js'
import type { StreamNode } from '#src/plan/stream-plan.js'
import { graphOf } from '#src/streaming/stream-graph.js'
import { BatchesSource, fn, here, input, Stage } from '../support/stage.js'

const pairs = map(fn((x: unknown) => [x, 1], 'map'))
const sum = fn((values: number[], state?: number) => values.reduce((a, b) => a + b, state ?? 0), 'updateStateByKey')
const counts = (source: BatchesSource, initial?: RddNode): StreamNode => stateful(sum, 'plain', derived(input(source), pairs), hashPartitioner(2), initial)
const sorted = (stage: Stage): [number, unknown[]][] => stage.seen.map(([timeMs, rows]) => [timeMs, [...rows].sort()])
const depth = (rdd: RddNode): number => 1 + Math.max(0, ...parentsOf(rdd).map(depth))

test('state goes on, also over empty batches and batches without RDD', async () => {
  const stage = new Stage()
  stage.start([stage.collect(counts(new BatchesSource([['a'], ['a', 'b'], [], null, ['b']])))])
  await stage.run(5)
  expect(sorted(stage)).toEqual([
    [1000, [['a', 1]]], [2000, [['a', 2], ['b', 1]]], [3000, [['a', 2], ['b', 1]]], [4000, [['a', 2], ['b', 1]]], [5000, [['a', 2], ['b', 2]]],
  ])
})

test('it begins with the initial state', async () => {
  const stage = new Stage()
  stage.start([stage.collect(counts(new BatchesSource([['a'], ['b']]), collection([['a', 5], ['c', 7]], 1, here('parallelize'))))])
  await stage.run(2)
  expect(sorted(stage)).toEqual([[1000, [['a', 6], ['c', 7]]], [2000, [['a', 6], ['b', 1], ['c', 7]]]])
})

test('a key is forgotten when its update gives undefined', async () => {
  const stage = new Stage()
  const once = fn((values: unknown[], state?: number) => state === undefined ? values.length : undefined, 'updateStateByKey')
  stage.start([stage.collect(stateful(once, 'plain', derived(input(new BatchesSource([['a'], ['b'], []])), pairs), hashPartitioner(2), undefined))])
  await stage.run(3)
  expect(sorted(stage)).toEqual([[1000, [['a', 1]]], [2000, [['b', 1]]], [3000, []]])
})

test('lineage stays one batch long, also where outputs compute only a part', async () => {
  const stage = new Stage()
  const state = counts(new BatchesSource(Array.from({ length: 50 }, (_, i) => [`w${i % 7}`])))
  const depths: number[] = []
  stage.start([stage.output(state, rdd => { depths.push(depth(rdd)) }), stage.peek(state)])
  await stage.run(50)
  expect(Math.max(...depths)).toBe(depths[1])
  expect(stage.engine.store.size).toBeLessThanOrEqual(2)
  expect(stage.failed).toEqual([])
})

test('stop and start again: state begins afresh', async () => {
  const stage = new Stage()
  const outputs = [stage.collect(counts(new BatchesSource([['a'], ['a']])))]
  stage.start(outputs)
  await stage.run(2)
  await stage.runtime.stop({ gracefully: false })
  expect(stage.engine.store.size).toBe(0)
  stage.start(outputs)
  await stage.run(1)
  expect(stage.seen).toEqual([[1000, [['a', 1]]], [2000, [['a', 2]]], [3000, [['a', 1]]]])
})

test('a live edit leaves the state of what stays, and takes effect from the next batch', async () => {
  const stage = new Stage()
  const state = counts(new BatchesSource([['a'], ['a'], ['a']]))
  const doubled = derived(state, map(fn(([key, count]: [string, number]) => [key, count * 2], 'map')))
  const first = stage.collect(state)
  const plan = stage.start([first])
  await stage.run(1)
  stage.runtime.use({ ...plan, outputs: [first, stage.collect(doubled)] })
  await stage.run(1)
  stage.runtime.use({ ...plan, outputs: [stage.collect(doubled)] })
  await stage.run(1)
  expect(stage.seen).toEqual([[1000, [['a', 1]]], [2000, [['a', 2]]], [2000, [['a', 4]]], [3000, [['a', 6]]]])
})

test('an input added while it runs is started; one that is gone is stopped', async () => {
  const stage = new Stage()
  const [old, added] = [new BatchesSource([['a'], ['b']]), new BatchesSource([['x']])]
  stage.start([stage.collect(input(old))])
  await stage.run(1)
  stage.runtime.use(stage.plan([stage.collect(input(added))]))
  await stage.run(1)
  expect(stage.seen).toEqual([[1000, ['a']], [2000, ['x']]])
  expect([old.log.at(-1), added.log[0]]).toEqual(['stop', 'start'])
})

test('basic-cleanup-state: a state is remembered for two checkpoint intervals', async () => {
  const stage = new Stage()
  const state = counts(new BatchesSource([]))
  const plan = stage.start([stage.collect(state)], { settings: new Map([[state.id, { checkpointInterval: Seconds(3) }]]) })
  await stage.run(10)
  expect(graphOf(plan).rememberMs.get(state.id)).toBe(6000)
  expect([10_000, 4000].map(timeMs => stage.runtime.rdd(state, new Time(timeMs)) !== null)).toEqual([true, false])
})

test('remember() keeps RDDs for slice()', async () => {
  const stage = new Stage()
  const lines = input(new BatchesSource([[1], [2], [3], [4]]))
  stage.start([stage.collect(lines)], { rememberDuration: Seconds(3) })
  expect(stage.runtime.rdd(lines, stage.runtime.zeroTime!)).toBe(null)
  await stage.run(4)
  const plus = derived(lines, map(fn((x: number) => x + 10, 'map')))
  const zero = stage.runtime.zeroTime!
  const rows = await Promise.all([1, 2, 3, 4, 5].map(async i => {
    const rdd = stage.runtime.rdd(plus, zero.plus(Seconds(i)))
    return rdd && await stage.job(rdd)
  }))
  expect(rows).toEqual([null, [12], [13], [14], null])
})
