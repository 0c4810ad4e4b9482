/** What windows hold, how slides thin them out, and what is kept for them. */
import { describe, expect, test } from 'vitest'
import { Milliseconds, Seconds, Time } from '#src/core/time.js'
import { StorageLevel } from '#src/core/storage-level.js'
import { map } from '#src/operators/narrow.js'
import { derived, reducedWindow, transformed, united, windowed } from '#src/operators/streams.js'
import { hashPartitioner } from '#src/plan/partitioner.js'
import type { StreamNode } from '#src/plan/stream-plan.js'
import { graphOf } from '#src/streaming/stream-graph.js'
import { BatchesSource, fn, here, input, Stage } from '../support/stage.js'

const same = map(fn((x: unknown) => x, 'map'))
const numbers = (count: number): number[][] => Array.from({ length: count }, (_, i) => [i])

const rows: { name: string; windowMs: number; slideMs: number; batches: number; expected: [number, number[]][] }[] = [
  { name: 'each batch', windowMs: 1000, slideMs: 1000, batches: 3, expected: [[1000, [0]], [2000, [1]], [3000, [2]]] },
  { name: 'sliding', windowMs: 2000, slideMs: 1000, batches: 4, expected: [[1000, [0]], [2000, [0, 1]], [3000, [1, 2]], [4000, [2, 3]]] },
  { name: 'tumbling', windowMs: 2000, slideMs: 2000, batches: 6, expected: [[2000, [0, 1]], [4000, [2, 3]], [6000, [4, 5]]] },
  { name: 'larger than the slide', windowMs: 4000, slideMs: 2000, batches: 6, expected: [[2000, [0, 1]], [4000, [0, 1, 2, 3]], [6000, [2, 3, 4, 5]]] },
  { name: 'with gaps between', windowMs: 2000, slideMs: 3000, batches: 6, expected: [[3000, [1, 2]], [6000, [4, 5]]] },
]

describe('window holds (t − window, t] at multiples of the slide', () => {
  test.each(rows)('$name', async ({ windowMs, slideMs, batches, expected }) => {
    const stage = new Stage()
    const parent = derived(input(new BatchesSource(numbers(batches))), same)
    stage.start([stage.collect(windowed(here('window'), parent, Milliseconds(windowMs), Milliseconds(slideMs)))])
    await stage.run(batches)
    expect(stage.seen).toEqual(expected)
  })
})

describe('a reduced window equals the whole window, summed', () => {
  test.each(rows)('$name', async ({ windowMs, slideMs, batches, expected }) => {
    const stage = new Stage()
    const pairs = derived(input(new BatchesSource(numbers(batches))), map(fn((x: number) => ['sum', x], 'map')))
    const sums = reducedWindow(fn((a: number, b: number) => a + b), fn((a: number, b: number) => a - b), pairs, Milliseconds(windowMs), Milliseconds(slideMs), hashPartitioner(2))
    stage.start([stage.collect(sums)])
    await stage.run(batches)
    expect(stage.seen).toEqual(expected.map(([timeMs, values]) => [timeMs, [['sum', values.reduce((a, b) => a + b)]]]))
  })
})

test('windows hold the same when all batches were missed and are caught up', async () => {
  const stage = new Stage()
  const parent = derived(input(new BatchesSource(numbers(6))), same)
  stage.start([stage.collect(windowed(here('window'), parent, Seconds(4), Seconds(2)))])
  stage.clock.advance(6000)
  await stage.runtime.idle()
  expect(stage.seen).toEqual(rows[3]!.expected)
})

test('a window of a window', async () => {
  const stage = new Stage()
  const inner = windowed(here('window'), derived(input(new BatchesSource(numbers(4))), same), Seconds(2), Seconds(1))
  stage.start([stage.collect(windowed(here('window'), inner, Seconds(2), Seconds(2)))])
  await stage.run(4)
  expect(stage.seen).toEqual([[2000, [0, 0, 1]], [4000, [1, 2, 2, 3]]])
})

test('window-persistence: a window persists its parent and not itself; its level is the parent’s', () => {
  const stage = new Stage()
  const parent = derived(input(new BatchesSource([])), same)
  const node = windowed(here('window'), parent, Seconds(2), Seconds(1))
  const levels = (level?: StorageLevel) => graphOf(stage.plan([stage.collect(node)], { settings: new Map(level ? [[node.id, { level }]] : []) })).levels
  expect(levels()).toEqual(new Map([[parent.id, StorageLevel.MEMORY_ONLY_SER]]))
  expect(levels(StorageLevel.MEMORY_ONLY)).toEqual(new Map([[parent.id, StorageLevel.MEMORY_ONLY]]))
})

test('basic-cleanup-window: what is remembered, and for how long', async () => {
  const stage = new Stage()
  const mapped = derived(input(new BatchesSource([])), same)
  const inner = windowed(here('window'), mapped, Seconds(2), Seconds(1))
  const outer = windowed(here('window'), inner, Seconds(4), Seconds(2))
  const plan = stage.start([stage.collect(outer)], { rememberDuration: Seconds(3) })
  await stage.run(10)
  const held = (node: StreamNode): number[] => Array.from({ length: 10 }, (_, i) => (i + 1) * 1000).filter(timeMs => stage.runtime.rdd(node, new Time(timeMs)) !== null)
  const remember = graphOf(plan).rememberMs
  expect([outer, inner, mapped].map(node => remember.get(node.id))).toEqual([3000, 7000, 9000])
  expect(held(outer)).toEqual([8000, 10_000])
  expect(held(inner)).toEqual([4000, 5000, 6000, 7000, 8000, 9000, 10_000])
  expect(held(mapped)).toEqual([2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000, 10_000])
  // In the engine: what windows read, and no more.
  expect(stage.engine.store.size).toBe(9 + 7)
})

test('union keeps order; a parent without RDD fails it, and transform likewise', async () => {
  const stage = new Stage()
  const lines = input(new BatchesSource([[1, 2], null]))
  const plus = derived(lines, map(fn((x: number) => x + 10, 'map')))
  const both = united(here('union'), [lines, plus])
  const moved = transformed(here('transform'), [lines], ([rdd]) => rdd)
  const nothing = transformed(here('transform'), [plus], () => null)
  stage.start([stage.collect(both), stage.collect(moved), stage.collect(nothing)])
  const errors: string[] = []
  stage.events.on('outputCompleted', ({ timeMs, error }) => { if (error) errors.push(`${timeMs}: ${(error as Error).message}`) })
  await stage.run(2)
  expect(stage.seen).toEqual([[1000, [1, 2, 11, 12]], [1000, [1, 2]]])
  expect(errors).toEqual([
    '1000: Transform function must not return null. Return SparkContext.emptyRDD() instead to represent no element as the result of transformation.',
    '2000: Could not generate RDD from a parent for unifying at time 2000 ms',
    "2000: Couldn't generate RDD from parent at time 2000 ms",
    "2000: Couldn't generate RDD from parent at time 2000 ms",
  ])
})
