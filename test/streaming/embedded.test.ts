/** The streaming layer on the embedded engine: what a failed batch leaves behind is the same as on the model. */
import { afterAll, describe, expect, test } from 'vitest'
import { LineFeeder } from '../support/line-feeder.js'
import { ManualClock, Seconds, SparkContext, StreamingContext, type DStream } from '#src/index.js'

const sc = new SparkContext('local[2]', 'streaming')
afterAll(() => sc.stop())

/** One batch per element; what the output saw, by time, and the times that failed. */
async function run(batches: string[][], make: (words: DStream<string>) => DStream<unknown>): Promise<{ seen: [number, unknown[]][]; failed: number[] }> {
  const clock = new ManualClock()
  const ssc = new StreamingContext(sc, Seconds(1), { clock })
  let next = 0
  const words = ssc.inputStream<string>({ name: 'words', start() {}, stop() {}, batch: () => ({ rdd: sc.parallelize(batches[next++] ?? [], 2).node, records: 1 }) })
  const seen: [number, unknown[]][] = []
  const failed: number[] = []
  const off = sc.events.on('batchCompleted', ({ timeMs, error }) => { if (error !== undefined) failed.push(timeMs) })
  make(words).foreachRDD(async (rdd, time) => { seen.push([Number(time), (await rdd.collect()).sort()]) })
  ssc.start()
  ssc.awaitTermination().catch(() => {})
  for (const _ of batches) {
    clock.advance(1000)
    await ssc.idle()
  }
  await ssc.stop(false)
  off()
  return { seen, failed }
}

const batches = [['a', 'b'], ['b', 'bad'], ['b'], ['c']]
const pairs = (words: DStream<string>) => words.map(word => { if (word === 'bad') throw new Error('special error'); return [word, 1] })

describe('a failed batch stays alone', () => {
  test.each<{ name: string; make: (words: DStream<string>) => DStream<unknown>; expected: unknown[][] }>([
    { name: 'reduceByKey', make: words => pairs(words).reduceByKey((a, b) => a + b), expected: [[['a', 1], ['b', 1]], [['b', 1]], [['c', 1]]] },
    { name: 'reduceByKeyAndWindow', make: words => pairs(words).reduceByKeyAndWindow((a, b) => a + b, Seconds(2), Seconds(1)), expected: [[['a', 1], ['b', 1]], [['b', 1]], [['b', 1], ['c', 1]]] },
    { name: 'its inverse form', make: words => pairs(words).reduceByKeyAndWindow((a, b) => a + b, (a, b) => a - b, Seconds(2), Seconds(1)), expected: [[['a', 1], ['b', 1]], [['b', 1]], [['b', 1], ['c', 1]]] },
    {
      name: 'updateStateByKey', make: words => pairs(words).updateStateByKey((values, state?: number) => values.reduce((a, b) => a + b, state ?? 0)),
      expected: [[['a', 1], ['b', 1]], [['a', 1], ['b', 2]], [['a', 1], ['b', 2], ['c', 1]]],
    },
  ])('$name', async ({ make, expected }) => {
    const { seen, failed } = await run(batches, make)
    expect(failed).toEqual([2000])
    expect(seen).toEqual([1000, 3000, 4000].map((timeMs, i) => [timeMs, expected[i]]))
  })
})

test('an endless loop in state is ended by cancelling its batch, and the next batch runs', async () => {
  const clock = new ManualClock()
  const ssc = new StreamingContext(sc, Seconds(1), { clock })
  let next = 0
  const input = ['a', 'loop', 'b']
  const words = ssc.inputStream<string>({ name: 'words', start() {}, stop() {}, batch: () => ({ rdd: sc.parallelize([input[next++]!], 1).node, records: 1 }) })
  const seen: unknown[] = []
  const state = words.map(word => { while (word === 'loop'); return [word, 1] }).updateStateByKey((values, before?: number) => values.length + (before ?? 0))
  state.foreachRDD(async (rdd, time) => {
    const job = rdd.collect()
    if (Number(time) === 2000) setImmediate(() => job.cancel('by Ctrl-C'))
    seen.push([Number(time), (await job).sort()])
  })
  ssc.start()
  ssc.awaitTermination().catch(() => {})
  for (const _ of input) {
    clock.advance(1000)
    await ssc.idle()
  }
  await ssc.stop(false)
  expect(seen).toEqual([[1000, [['a', 1]]], [3000, [['a', 1], ['b', 1]]]])
})

// Fewer lines than wait for a first batch at most: of more, the rest would stay with the sender.
test('a graceful stop puts out every line that was received, though no batch had its time', async () => {
  const server = await LineFeeder.open()
  const ssc = new StreamingContext(sc, Seconds(1), { clock: new ManualClock() })
  let lines = 0
  ssc.socketTextStream('127.0.0.1', server.port).foreachRDD(async rdd => { lines += await rdd.count() })
  const all = new Promise<void>(resolve => { const off = sc.events.on('received', ({ records }) => { if (records === 900) { off(); resolve() } }) })
  ssc.start()
  await server.connected()
  await server.send(Array.from({ length: 900 }, (_, i) => `line ${i}\n`).join(''))
  await all
  await ssc.stop(false, true)
  expect(lines).toBe(900)
  await server.goAway()
})
