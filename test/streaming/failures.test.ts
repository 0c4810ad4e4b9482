/** A batch that fails is told, and stays alone: later batches, windows and state go on without what it could not compute. */
import { describe, expect, test } from 'vitest'
import { Seconds } from '#src/core/time.js'
import { map } from '#src/operators/narrow.js'
import { derived, reducedWindow, stateful, transformed, windowed } from '#src/operators/streams.js'
import { hashPartitioner } from '#src/plan/partitioner.js'
import type { StreamNode } from '#src/plan/stream-plan.js'
import { BatchesSource, fn, here, input, Stage } from '../support/stage.js'

const poisoned = (value: unknown): unknown => { if (value === 'bad') throw new Error('special error'); return value }
const checked = (parent: StreamNode) => derived(parent, map(fn(poisoned, 'map')))
const pairs = (parent: StreamNode) => derived(parent, map(fn((x: unknown) => [x, 1], 'map')))
const sum = fn((values: number[], state?: number) => values.reduce((a, b) => a + b, state ?? 0), 'updateStateByKey')
const message = (error: unknown): string => (error as Error).message

describe('later batches go on', () => {
  const cases: { name: string; make: (lines: StreamNode) => StreamNode; expected: [number, unknown[]][] }[] = [
    { name: 'map', make: checked, expected: [[1000, ['a']], [3000, ['c']], [4000, ['d']]] },
    { name: 'window', make: lines => windowed(here('window'), checked(lines), Seconds(3), Seconds(1)), expected: [[1000, ['a']], [3000, ['a', 'c']], [4000, ['c', 'd']]] },
    {
      name: 'updateStateByKey', make: lines => stateful(sum, 'plain', pairs(checked(lines)), hashPartitioner(1), undefined),
      expected: [[1000, [['a', 1]]], [3000, [['c', 1], ['a', 1]]], [4000, [['d', 1], ['c', 1], ['a', 1]]]],
    },
    {
      name: 'reduceByKeyAndWindow with inverse',
      make: lines => reducedWindow(fn((a: number, b: number) => a + b), fn((a: number, b: number) => a - b), pairs(checked(lines)), Seconds(2), Seconds(1), hashPartitioner(1)),
      expected: [[1000, [['a', 1]]], [3000, [['c', 1]]], [4000, [['c', 1], ['d', 1]]]],
    },
    { name: 'transform', make: lines => transformed(here('transform'), [lines], ([rdd], time) => { if (time.milliseconds === 2000) throw new Error('special error'); return rdd }), expected: [[1000, ['a']], [3000, ['c']], [4000, ['d']]] },
  ]
  test.each(cases)('$name', async ({ make, expected }) => {
    const stage = new Stage()
    stage.start([stage.collect(make(input(new BatchesSource([['a'], ['bad'], ['c'], ['d']]))))])
    await stage.run(4)
    expect(stage.seen).toEqual(expected)
    expect(stage.failed).toEqual([2000])
    await expect(stage.runtime.terminated()).rejects.toThrow('special error')
  })
})

test('an output that fails takes neither the batch’s other outputs nor its state along', async () => {
  const stage = new Stage()
  const state = stateful(sum, 'plain', pairs(input(new BatchesSource([['a'], ['a'], ['a']]))), hashPartitioner(1), undefined)
  stage.start([stage.output(state, (_rdd, time) => { if (time.milliseconds === 2000) throw new Error('disk full') }), stage.collect(state)])
  await stage.run(3)
  expect(stage.seen).toEqual([[1000, [['a', 1]]], [2000, [['a', 2]]], [3000, [['a', 3]]]])
  expect(stage.failed).toEqual([2000])
})

test('a failure in a part that no output asked for is found in its own batch', async () => {
  const stage = new Stage()
  const state = stateful(sum, 'plain', pairs(checked(input(new BatchesSource([['a', 'b'], ['b', 'bad'], ['b']])))), hashPartitioner(2), undefined)
  stage.start([stage.peek(state)])
  await stage.run(3)
  expect(stage.failed).toEqual([2000])
})

test('an input that fails is told to those that read it', async () => {
  const stage = new Stage()
  const [broken, fine] = [input(new BatchesSource([['a'], new Error('no such topic'), ['c']])), input(new BatchesSource([[1], [2], [3]]))]
  stage.start([stage.collect(broken), stage.collect(fine)])
  await stage.run(3)
  expect(stage.seen).toEqual([[1000, ['a']], [1000, [1]], [2000, [2]], [3000, ['c']], [3000, [3]]])
  expect(message(stage.completed[1]!.error)).toBe('no such topic')
})

describe('whose failure it is', () => {
  const failing = (stage: Stage) => checked(input(new BatchesSource([['bad']])))
  test.each([
    { name: 'nobody awaits: the batch’s', run: (stage: Stage) => (rdd: never) => { void stage.job(rdd) }, failed: [1000] },
    { name: 'awaited and thrown on: the batch’s', run: (stage: Stage) => async (rdd: never) => { await stage.job(rdd) }, failed: [1000] },
    { name: 'awaited and caught: the callback’s', run: (stage: Stage) => (rdd: never) => stage.job(rdd).catch(() => {}), failed: [] },
  ])('$name', async ({ run, failed }) => {
    const stage = new Stage()
    stage.start([stage.output(failing(stage), run(stage) as never)])
    await stage.run(1)
    expect(stage.failed).toEqual(failed)
  })
})

test('a cancelled batch is not tried again: its executors are free', async () => {
  const stage = new Stage()
  const state = stateful(sum, 'plain', pairs(input(new BatchesSource([['a'], ['b'], ['c']]))), hashPartitioner(1), undefined)
  const more: number[] = []
  stage.start([stage.collect(state), stage.output(state, (_rdd, time) => { more.push(time.milliseconds) })])
  await stage.run(1)
  const jobs = stage.engine.jobs.length
  const running = new Promise<void>(resolve => { stage.engine.gate = () => { resolve(); return new Promise(() => {}) } })
  stage.clock.advance(1000)
  await running
  stage.engine.gate = async () => {}
  expect(stage.runtime.cancelBatch('by Ctrl-C', 1)).toBe(false) // not that long, on this clock
  expect(stage.runtime.cancelBatch('by Ctrl-C')).toBe(true)
  await stage.runtime.idle()
  expect(stage.runtime.cancelBatch()).toBe(false)
  expect(stage.engine.jobs.length - jobs).toBe(1)
  await stage.run(1)
  expect(stage.seen).toEqual([[1000, [['a', 1]]], [3000, [['c', 1], ['a', 1]]]])
  expect(message(stage.completed[1]!.error)).toContain('cancelled by Ctrl-C')
  expect(more).toEqual([1000, 3000])
})

describe('who waits for termination', () => {
  test('hears of the first error, also when the error came before', async () => {
    const stage = new Stage()
    const before = stage.runtime.terminated().catch((error: unknown) => error)
    stage.start([stage.output(input(new BatchesSource([])), (_rdd, time) => { throw new Error(`at ${time.milliseconds}`) })])
    await stage.run(2)
    expect(message(await before)).toBe('at 1000')
    await expect(stage.runtime.terminated()).rejects.toThrow('at 1000')
  })
  test('hears of the stop', async () => {
    const stage = new Stage()
    stage.start([stage.collect(input(new BatchesSource([])))])
    const waiting = stage.runtime.terminated()
    await stage.runtime.stop({ gracefully: false })
    await expect(waiting).resolves.toBeUndefined()
    await expect(stage.runtime.terminated()).resolves.toBeUndefined()
  })
  test('waits anew after another start', async () => {
    const stage = new Stage()
    const outputs = [stage.output(input(new BatchesSource([['bad']])), () => { throw new Error('first run') })]
    stage.start(outputs)
    await stage.run(1)
    await stage.runtime.stop({ gracefully: false })
    stage.start([stage.collect(input(new BatchesSource([])))])
    await stage.run(1)
    const waiting = stage.runtime.terminated()
    await stage.runtime.stop({ gracefully: false })
    await expect(waiting).resolves.toBeUndefined()
  })
})
