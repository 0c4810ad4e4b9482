/** What is kept of the last batches: bounds in number and bytes, what is coming in first, and nothing live is touched by looking. */
import { expect, test } from 'vitest'
import { SparkConf } from '#src/core/conf.js'
import { ManualClock } from '#src/core/clock.js'
import { EventBus } from '#src/core/events.js'
import { Seconds, Time } from '#src/core/time.js'
import { SparkContext, StreamingContext, type DStream } from '#src/index.js'
import { makeNode, type BlocksNode } from '#src/plan/rdd-plan.js'
import type { KeptRdd } from '#src/streaming/batch-runner.js'
import { History } from '#src/streaming/history/history.js'
import { batchesSource } from '#src/sources/batches.js'
import { gathered, messagesOf } from '../support/context.js'

const blocks = (bytes: number) => makeNode<BlocksNode>({ kind: 'blocks', blocks: [{ format: 'lines', records: 1, bytes, data: undefined }], numPartitions: 1, partitioner: undefined, operator: 'x', site: undefined })
const batch = (second: number, bytes: number) => ({ time: new Time(second * 1000), plan: undefined as never, inputs: new Map([[1, { batch: { rdd: blocks(bytes), records: 1 } }]]), submissionMs: 0, replayed: false })
const moment = (second: number, bytes = 0) => ({ timeMs: second * 1000, kept: bytes ? [{ rdd: blocks(bytes) } as KeptRdd] : [] })

/** Batches 1, 2, … of those bytes; which are kept, and the moment that they begin with. */
function kept(limits: { batches: number; bytes: number }, sizes: number[], { waiting = 0, state = 0 } = {}): { kept: number[]; begins: number | undefined } {
  const history = new History(limits, moment(0))
  sizes.forEach((bytes, i) => history.add(batch(i + 1, bytes), { done: new Set(), leftOut: new Set() }, moment(i + 1, state), waiting))
  return { kept: history.batches.map(({ time }) => time.milliseconds / 1000), begins: history.beginning && history.beginning.timeMs / 1000 }
}
const upTo = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i)

test.each([
  { name: 'all while there are few', limits: { batches: 4, bytes: 1000 }, sizes: [1, 1, 1], expected: { kept: [1, 2, 3], begins: 0 } },
  { name: 'at least the number that is asked for', limits: { batches: 4, bytes: 1000 }, sizes: Array(11).fill(1), expected: { kept: upTo(7, 11), begins: 6 } },
  { name: 'one', limits: { batches: 1, bytes: 1000 }, sizes: Array(5).fill(1), expected: { kept: [5], begins: 4 } },
  { name: 'none', limits: { batches: 0, bytes: 1000 }, sizes: [1, 1], expected: { kept: [], begins: undefined } },
  { name: 'no more than the bytes', limits: { batches: 4, bytes: 10 }, sizes: [3, 3, 3, 3], expected: { kept: [3, 4], begins: 2 } },
  { name: 'less while much is coming in', limits: { batches: 4, bytes: 10 }, sizes: [3, 3, 3, 3], waiting: 5, expected: { kept: [], begins: 4 } },
  { name: 'nothing of a batch that is too large, and again after it', limits: { batches: 4, bytes: 10 }, sizes: [1, 50, 1, 1], expected: { kept: [3, 4], begins: 2 } },
  { name: 'nothing where the state is too large', limits: { batches: 4, bytes: 10 }, sizes: [1, 1, 1, 1, 1], state: 50, expected: { kept: [], begins: undefined } },
])('keeps $name', ({ limits, sizes, waiting, state, expected }) => {
  expect(kept(limits, sizes, { ...waiting ? { waiting } : {}, ...state ? { state } : {} })).toEqual(expected)
})

const sum = (values: number[], before = 0): number => values.reduce((a, b) => a + b, before)

async function opened(settings: Record<string, unknown> = {}) {
  const conf = new SparkConf().setMaster('local[2]')
  for (const [key, value] of Object.entries(settings)) conf.set(key, value)
  const sc = new SparkContext(conf, 'history', new EventBus())
  const clock = new ManualClock(0)
  const ssc = new StreamingContext(sc, Seconds(1), { clock })
  const numbers = ssc.inputStream<number>(batchesSource({ batches: Array.from({ length: 40 }, (_, i) => [i + 1]), numPartitions: 2 }))
  const step = async (count = 1): Promise<void> => { for (let i = 0; i < count; i++) { clock.advance(1000); await ssc.idle() } }
  return { sc, ssc, numbers, step }
}

test('from the middle of a run, state and windows are as they were; what runs goes on as if nobody had looked', async () => {
  const totals = (numbers: DStream<number>) => numbers.map(n => ['k', n]).updateStateByKey(sum)
  const windows = (numbers: DStream<number>) => numbers.reduceByWindow((a, b) => a + b, (a, b) => a - b, Seconds(5), Seconds(1))
  const { sc, ssc, numbers, step } = await opened({ 'spark.tspark.history': 4 })
  const said = messagesOf(sc)
  const [total, window, last] = [gathered(totals(numbers)), gathered(windows(numbers)), gathered(numbers.window(Seconds(3)))]
  ssc.start()
  await step(17)
  for (let looks = 0; looks < 2; looks++) {
    const batches = await ssc.rewind(4)
    expect(batches.map(({ time }) => +time)).toEqual([14000, 15000, 16000, 17000])
    expect(batches.map(({ outputs }) => outputs.map(({ rows }) => rows))).toEqual([14, 15, 16, 17].map(i => [total[i - 1], window[i - 1], last[i - 1]]))
  }
  expect(total.length).toBe(17) // no output has acted again
  await step(2)
  expect([total.at(-1), window.at(-1), last.at(-1)]).toEqual([[['k', 190]], [85], [17, 18, 19]])
  await ssc.stop(true)
  expect(said.filter(text => !/^(no checkpoint|registered)/.test(text))).toEqual([])
})

test('through an edited graph all that is kept is as in a fresh run', async () => {
  const { ssc, numbers, step } = await opened()
  const totals = numbers.map(n => ['k', n]).updateStateByKey(sum)
  gathered(totals)
  ssc.start()
  await step(3)
  totals.replace((values: number[], before = 0) => before + values.length)
  expect((await ssc.rewind(2)).map(({ outputs }) => outputs[0]!.rows)).toEqual([[['k', 2]], [['k', 3]]])
  await ssc.stop(true)
})

test('what fails is told with its batch, and others go on', async () => {
  const { ssc, numbers, step } = await opened()
  gathered(numbers)
  ssc.start()
  await step(3)
  numbers.map(n => { if (n === 2) throw new Error('two'); return n }).print()
  const batches = await ssc.rewind(3)
  expect(batches.map(({ outputs }) => outputs.map(({ rows, error }) => error ? String(error).includes('two') : rows))).toEqual([[[1], [1]], [[2], true], [[3], [3]]])
  await ssc.stop(true)
})

test('where nothing is kept it says so', async () => {
  const { ssc, numbers, step } = await opened({ 'spark.tspark.history': 0 })
  gathered(numbers)
  const reason = (): unknown => { try { return ssc.rewind(1) } catch (error) { return String((error as Error).message) } }
  expect(reason()).toContain('the context does not run')
  ssc.start()
  await step(1)
  expect(reason()).toContain('spark.tspark.history is 0')
  await ssc.stop(true)
})
