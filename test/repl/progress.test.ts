/** What the prompt says of work that takes long: a bar while a line waits, a sentence for a batch that is slower than its interval. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { EventBus, type Events } from '#src/core/events.js'
import { Progress, progressLine } from '#src/repl/progress.js'
import { watchSlowBatches } from '#src/repl/slow-batches.js'

const stage = (part: Partial<Events['stageProgress']> = {}): Events['stageProgress'] => ({ job: 0, stage: 3, done: 5, running: 2, tasks: 8, operator: 'map', site: undefined, ...part })

beforeEach(() => { vi.useFakeTimers() })
afterEach(() => { vi.useRealTimers() })

test.each([
  [[stage()], 41, '[Stage 3:===========>       (5 + 2) / 8]'],
  [[stage({ done: 0 })], 41, '[Stage 3:>                  (0 + 2) / 8]'],
  [[stage({ done: 8, running: 0 })], 41, '[Stage 3:===================(8 + 0) / 8]'],
  [[stage(), stage({ stage: 4 })], 61, '[Stage 3:=====>   (5 + 2) / 8][Stage 4:=====>   (5 + 2) / 8]'],
  [[stage()], 11, '[Stage 3:('],
])('%j in %i columns', (stages, columns, line) => { expect(progressLine(stages, columns)).toBe(line) })

test('a bar is shown after half a second, while the line waits, and goes with the job', async () => {
  const events = new EventBus()
  const shown: (string | undefined)[] = []
  let done = (): void => {}
  const working = new Progress({ events, columns: () => 41, show: text => shown.push(text) }).during(() => new Promise<void>(resolve => { done = resolve }))
  events.emit('stageProgress', stage({ done: 1 }))
  vi.advanceTimersByTime(499)
  expect(shown).toEqual([])
  vi.advanceTimersByTime(1)
  expect(shown).toEqual([progressLine([stage({ done: 1 })], 41)])
  events.emit('jobEnd', { job: 0, error: undefined })
  vi.advanceTimersByTime(200)
  done()
  await working
  events.emit('stageProgress', stage())
  vi.advanceTimersByTime(1000)
  expect(shown.slice(1)).toEqual([undefined, undefined])
})

test('the first batch that is slower than its interval says where the time goes, and no other', () => {
  const events = new EventBus()
  const said: string[] = []
  let nowMs = 0
  watchSlowBatches(events, () => 1000, text => said.push(text), () => nowMs)
  const batch = (timeMs: number, tookMs: number): void => {
    const info = { timeMs, submissionMs: timeMs, processingStartMs: timeMs, processingEndMs: timeMs + tookMs, records: new Map() }
    events.emit('batchStarted', info)
    events.emit('stageProgress', stage({ done: 0, operator: 'reduceByKey', site: { file: '<repl>', line: 3, column: 1 } as never }))
    nowMs += tookMs - 100
    events.emit('stageProgress', stage({ done: 8, operator: 'reduceByKey' }))
    events.emit('batchCompleted', { ...info, error: undefined })
  }
  batch(1000, 900)
  expect(said).toEqual([])
  batch(2000, 1800)
  batch(3000, 1800)
  expect(said).toEqual([expect.stringContaining('the batch of 2000 ms took 1800 ms, longer than its interval of 1000 ms, 1700 ms of it up to reduceByKey at <repl>:3.')])
  events.emit('streamingStarted', { timeMs: 0 })
  batch(4000, 1800)
  expect(said).toHaveLength(2)
})
