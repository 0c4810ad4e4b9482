/** Stopping: what is still done, what is dropped, and that it ends. */
import { describe, expect, test } from 'vitest'
import { SparkConf } from '#src/core/conf.js'
import { BatchesSource, input, Stage } from '../support/stage.js'

const slow = (stage: Stage) => {
  let begun = (): void => {}
  const running = new Promise<void>(resolve => { begun = resolve })
  let open = (): void => {}
  const gate = new Promise<void>(resolve => { open = resolve })
  stage.engine.gate = () => { begun(); return gate }
  return { running, open: () => open() }
}

describe('gracefully: all that was received is put out', () => {
  test.each([0, 1, 50])('%i batches waiting behind the one that runs', async waiting => {
    const stage = new Stage()
    const source = new BatchesSource(Array.from({ length: waiting + 2 }, (_, i) => [i]))
    stage.start([stage.collect(input(source))])
    const { running, open } = slow(stage)
    stage.clock.advance(1000 * (waiting + 1))
    await running
    const stopped = stage.runtime.stop({ gracefully: true })
    open()
    await stopped
    // One more than had their time: the batch that was being filled.
    expect(stage.seen).toEqual(Array.from({ length: waiting + 2 }, (_, i) => [(i + 1) * 1000, [i]]))
    expect(stage.runtime.isActive).toBe(false)
  })

  test('nothing was being filled: no further batch', async () => {
    const stage = new Stage()
    stage.start([stage.collect(input(new BatchesSource([['a']])))])
    await stage.run(1)
    await stage.runtime.stop({ gracefully: true })
    expect(stage.times).toEqual([1000])
  })

  test('inputs end before the last batch is taken', async () => {
    const stage = new Stage()
    const source = new BatchesSource([['a']])
    stage.start([stage.collect(input(source))])
    await stage.runtime.stop({ gracefully: true })
    expect(source.log.slice(0, 4)).toEqual(['start', 'stop', 'batch 1000', 'completed 1000'])
    expect(stage.seen).toEqual([[1000, ['a']]])
  })

  test('a first batch that failed is not waited for', async () => {
    const stage = new Stage()
    stage.start([stage.output(input(new BatchesSource([['a']])), () => { throw new Error('first') })])
    await stage.run(1)
    await stage.runtime.stop({ gracefully: true }) // the clock stands still: any waiting would never end
    expect(stage.failed).toEqual([1000])
  })

  test.each([
    { name: 'ten batches', conf: new SparkConf(), limitMs: 10_000 },
    { name: 'the configured limit', conf: new SparkConf([['spark.streaming.gracefulStopTimeout', '3s']]), limitMs: 3000 },
  ])('gives up after $name, saying what is dropped', async ({ conf, limitMs }) => {
    const stage = new Stage({ conf })
    stage.start([stage.collect(input(new BatchesSource([['a'], ['b'], ['c']])))])
    const { running } = slow(stage)
    stage.clock.advance(2000)
    await running
    const stopped = stage.runtime.stop({ gracefully: true })
    await new Promise(setImmediate)
    stage.clock.advance(limitMs)
    await new Promise(setImmediate)
    stage.clock.advance(2000) // then the batch that runs is cancelled
    await stopped
    expect(stage.seen).toEqual([])
    expect(stage.messages).toEqual([expect.stringContaining(`were not done within ${limitMs} ms and are dropped`)])
  })
})

test('at once: waiting batches are dropped, the one that runs may end', async () => {
  const stage = new Stage()
  stage.start([stage.collect(input(new BatchesSource([['a'], ['b'], ['c']])))])
  const { running, open } = slow(stage)
  stage.clock.advance(3000)
  await running
  const stopped = stage.runtime.stop({ gracefully: false })
  open()
  await stopped
  expect(stage.seen).toEqual([[1000, ['a']]])
  expect(stage.runtime.pendingBatches).toBe(0)
})

test.each([true, false])('called and awaited inside a batch it does not wait for itself (gracefully: %s)', async gracefully => {
  const stage = new Stage()
  const ended = new Promise<void>(resolve => { stage.events.on('streamingStopped', () => resolve()) })
  stage.start([stage.output(input(new BatchesSource([['a']])), () => stage.runtime.stop({ gracefully }))])
  stage.clock.advance(1000)
  await ended
  expect(stage.failed).toEqual([])
  expect(stage.times).toEqual([1000])
})

test('twice at once is once', async () => {
  const stage = new Stage()
  let stops = 0
  stage.events.on('streamingStopped', () => { stops++ })
  stage.start([stage.collect(input(new BatchesSource([])))])
  await Promise.all([stage.runtime.stop({ gracefully: true }), stage.runtime.stop({ gracefully: false })])
  expect(stops).toBe(1)
  await stage.runtime.stop({ gracefully: false })
  expect(stops).toBe(1)
})

test('a callback that waits for ever does not hold the stop for ever', async () => {
  const stage = new Stage()
  const begun = new Promise<void>(resolve => {
    stage.start([stage.output(input(new BatchesSource([['a']])), () => { resolve(); return new Promise(() => {}) })])
  })
  stage.clock.advance(1000)
  await begun
  const stopped = stage.runtime.stop({ gracefully: false })
  for (let i = 0; i < 2; i++) {
    await new Promise(setImmediate)
    stage.clock.advance(2000)
  }
  await stopped
  expect(stage.runtime.isActive).toBe(false)
})
