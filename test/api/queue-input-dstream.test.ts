/** Records that are pushed in by hand: what each batch gets. */
import { afterAll, afterEach, expect, test } from 'vitest'
import { EventBus } from '#src/core/events.js'
import { Seconds, SparkContext, StreamingContext, type QueueInputDStream } from '#src/index.js'

const sc = new SparkContext('local[2]', 'by hand', new EventBus())
afterEach(() => StreamingContext.getActive()?.stop(false))
afterAll(() => sc.stop())

function typing(): { ssc: StreamingContext; typed: QueueInputDStream<number>; seen: unknown[] } {
  const ssc = new StreamingContext(sc, Seconds(1))
  ssc.clock.manual()
  const typed = ssc.queueStream<number>()
  const seen: unknown[] = []
  typed.foreachRDD(async rdd => { seen.push(await rdd.collect()) })
  return { ssc, typed, seen }
}

test('what was pushed before the start, between batches and within one', async () => {
  const { ssc, typed, seen } = typing()
  typed.push(1)
  typed.foreachRDD((_, time) => { if (+time === 1000) typed.push(9) })
  ssc.start()
  expect(ssc.waitingRecords).toBe(1)
  typed.push(2, 3)
  await ssc.tick()
  expect(ssc.waitingRecords).toBe(1)
  await ssc.tick(2)
  expect(seen).toEqual([[1, 2, 3], [9], []])
})

test('a feed longer than a batch may be, in pieces; and one at a pace, the same each time', async () => {
  const { ssc, typed, seen } = typing()
  const long = typed.feed(Array.from({ length: 150_000 }, (_, i) => i))
  ssc.start()
  await ssc.tick(2)
  expect((seen as number[][]).map(rows => rows.length)).toEqual([100_000, 50_000])
  expect(await long.done).toBe(150_000)
  seen.length = 0
  const paced = typed.feed([1, 2, 3, 4, 5], { perSecond: 2 })
  await ssc.tick(4)
  expect(seen).toEqual([[1, 2], [3, 4], [5], []])
  expect(await paced.done).toBe(5)
})

test('what waits when the context stops is there when it starts again', async () => {
  const { ssc, typed, seen } = typing()
  ssc.start()
  await ssc.tick()
  await ssc.stop(false)
  typed.push(1)
  ssc.start()
  await ssc.tick()
  expect(seen).toEqual([[], [1]])
})

test('where inputs end with what is there, it ends once a batch leaves nothing behind', async () => {
  sc.conf.set('spark.tspark.once', 'true')
  const { ssc, typed, seen } = typing()
  sc.conf.set('spark.tspark.once', 'false')
  typed.push(1, 2)
  ssc.start()
  const ended = ssc.awaitTermination()
  await ssc.tick()
  await ended
  expect([seen, ssc.getState()]).toEqual([[[1, 2]], 'STOPPED'])
})
