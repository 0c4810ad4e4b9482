/** When batches come: aligned to the clock, none skipped, none twice, in order. */
import { describe, expect, test } from 'vitest'
import { ManualClock } from '#src/core/clock.js'
import { JobGenerator } from '#src/streaming/job-generator.js'
import { BatchesSource, input, Stage } from '../support/stage.js'

describe('first batch', () => {
  test.each([
    { nowMs: 0, firstMs: 1000 },
    { nowMs: 1, firstMs: 1000 },
    { nowMs: 999, firstMs: 1000 },
    { nowMs: 1000, firstMs: 2000 },
    { nowMs: 123_456, firstMs: 124_000 },
  ])('started at $nowMs ms: $firstMs ms', async ({ nowMs, firstMs }) => {
    const stage = new Stage({ startMs: nowMs })
    stage.start([stage.collect(input(new BatchesSource([['a']])))])
    expect(stage.runtime.zeroTime?.milliseconds).toBe(firstMs - 1000)
    stage.clock.setTo(firstMs - 1)
    await stage.runtime.idle()
    expect(stage.times).toEqual([])
    stage.clock.setTo(firstMs)
    await stage.runtime.idle()
    expect(stage.seen).toEqual([[firstMs, ['a']]])
  })
})

test('after a pause every missed time fires, in order', async () => {
  const stage = new Stage()
  stage.start([stage.collect(input(new BatchesSource([['a'], ['b'], ['c']])))])
  stage.clock.advance(10_500)
  await stage.runtime.idle()
  expect(stage.times).toEqual([1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000, 10_000])
  expect(stage.seen.slice(0, 4)).toEqual([[1000, ['a']], [2000, ['b']], [3000, ['c']], [4000, []]])
})

test('a batch time is never used twice, also when the context starts again', async () => {
  const stage = new Stage({ startMs: 500 })
  const outputs = [stage.collect(input(new BatchesSource([['a'], ['b']])))]
  stage.start(outputs)
  await stage.runtime.stop({ gracefully: true }) // closes the batch of 1000 ms early
  stage.start(outputs)
  expect(stage.runtime.zeroTime?.milliseconds).toBe(1000)
  await stage.run(2)
  expect(stage.seen).toEqual([[1000, ['a']], [2000, ['a']]])
})

test('outputs of a batch run one after another, and batches in their order', async () => {
  const stage = new Stage()
  const lines = input(new BatchesSource([['a'], ['b']]))
  const log: string[] = []
  const slow = (name: string) => stage.output(lines, async (rdd, time) => {
    log.push(`${name} ${time.milliseconds} begins`)
    await stage.job(rdd)
    await new Promise(setImmediate)
    log.push(`${name} ${time.milliseconds} ends`)
  })
  stage.start([slow('first'), slow('second')])
  stage.clock.advance(2000)
  await stage.runtime.idle()
  expect(log).toEqual(['first', 'second'].flatMap(name => [`${name} 1000 begins`, `${name} 1000 ends`]).concat(
    ['first', 'second'].flatMap(name => [`${name} 2000 begins`, `${name} 2000 ends`])))
})

test('a batch waits for the jobs that its callback did not await', async () => {
  const stage = new Stage()
  const log: string[] = []
  let open = (): void => {}
  stage.engine.gate = () => new Promise<void>(resolve => { open = resolve })
  stage.events.on('outputStarted', () => log.push('started'))
  stage.events.on('batchCompleted', () => log.push('completed'))
  const lines = input(new BatchesSource([['a']]))
  const started = new Promise<void>(resolve => {
    stage.start([stage.output(lines, rdd => { void stage.job(rdd).then(() => log.push('job done')); resolve() })])
  })
  stage.clock.advance(1000)
  await started
  expect(log).toEqual(['started'])
  open()
  await stage.runtime.idle()
  expect(log).toEqual(['started', 'job done', 'completed'])
})

test('inputs are asked once per batch, in order, and hear when it is done', async () => {
  const stage = new Stage()
  const source = new BatchesSource([['a']])
  stage.start([stage.collect(input(source))])
  await stage.run(2)
  await stage.runtime.stop({ gracefully: false })
  expect(source.log).toEqual(['start', 'batch 1000', 'completed 1000', 'batch 2000', 'completed 2000', 'stop'])
})

test('an input that no output reads is received all the same', async () => {
  const stage = new Stage()
  const lines = input(new BatchesSource([['a']]))
  const unread = input(new BatchesSource([['x', 'y']]))
  stage.start([stage.collect(lines)], { inputs: [lines, unread] })
  await stage.run(1)
  expect(stage.completed[0]!.records).toEqual(new Map([[lines.id, 1], [unread.id, 2]]))
})

test('the facts of a batch: submitted, started, completed', async () => {
  const stage = new Stage()
  const events: string[] = []
  stage.events.on('streamingStarted', ({ timeMs }) => events.push(`stream ${timeMs}`))
  stage.events.on('batchSubmitted', info => events.push(`submitted ${info.timeMs} at ${info.submissionMs}`))
  stage.events.on('batchStarted', info => events.push(`started at ${info.processingStartMs}`))
  stage.events.on('outputStarted', ({ output }) => events.push(`output ${output.name}`))
  stage.events.on('outputCompleted', ({ error }) => events.push(`output done ${error}`))
  stage.events.on('batchCompleted', info => events.push(`completed at ${info.processingEndMs} ${info.error}`))
  stage.start([stage.collect(input(new BatchesSource([['a']])))])
  await stage.run(1)
  expect(events).toEqual(['stream 0', 'submitted 1000 at 1000', 'started at 1000', 'output input', 'output done undefined', 'completed at 1000 undefined'])
})

test('a start without output throws and leaves all as it was', async () => {
  const stage = new Stage()
  expect(() => stage.start([])).toThrow('No output operations registered, so nothing to execute')
  expect(stage.runtime.isActive).toBe(false)
  stage.start([stage.collect(input(new BatchesSource([['a']])))])
  await stage.run(1)
  expect(stage.seen).toEqual([[1000, ['a']]])
})

test('an input that cannot start stops those that did', async () => {
  const stage = new Stage()
  const good = new BatchesSource([['a']])
  const bad = new BatchesSource([])
  bad.start = () => { throw new Error('no such place') }
  expect(() => stage.start([stage.collect(input(good)), stage.collect(input(bad))])).toThrow('no such place')
  expect(good.log).toEqual(['start', 'stop'])
  expect(stage.runtime.isActive).toBe(false)
})

test('the timer asks the clock once per time and leaves no alarm behind', async () => {
  const clock = new ManualClock()
  const times: number[] = []
  const generator = new JobGenerator({ clock, periodMs: 10, afterMs: 25, generate: async time => { times.push(time.milliseconds) } })
  generator.start()
  clock.advance(60)
  await generator.idle()
  await generator.stop()
  clock.advance(60)
  await generator.idle()
  expect(times).toEqual([30, 40, 50, 60])
})
