/** A streaming context on a manual clock over the embedded engine, for tests of the api: step() runs one batch to its end. */
import { EventBus, type Events } from '#src/core/events.js'
import { ManualClock, Milliseconds, SparkContext, StreamingContext, type DStream, type RDD } from '#src/index.js'
import { batchesSource } from '#src/sources/batches.js'

export function openContext({ batchMs = 1000, sc = openSpark() }: { batchMs?: number; sc?: SparkContext } = {}) {
  const clock = new ManualClock(0)
  const ssc = new StreamingContext(sc, Milliseconds(batchMs), { clock })
  return {
    sc, ssc, clock,
    batches: <T>(batches: (T[] | null)[], numPartitions = 2): DStream<T> => ssc.inputStream<T>(batchesSource({ batches, numPartitions })),
    async step(count = 1): Promise<void> {
      for (let i = 0; i < count; i++) {
        clock.advance(batchMs)
        await ssc.idle()
      }
    },
  }
}

export const openSpark = (): SparkContext => new SparkContext('local[2]', 'test', new EventBus())

/** Each batch's rows, as they come. */
export function gathered<T>(stream: DStream<T>): T[][] {
  const batches: T[][] = []
  stream.foreachRDD(async (rdd: RDD<T>) => { batches.push(await rdd.collect()) })
  return batches
}

export function messagesOf(sc: SparkContext): string[] {
  const said: string[] = []
  sc.events.on('message', ({ text }) => said.push(text))
  return said
}

export function printedBy(sc: SparkContext): Events['printed'][] {
  const blocks: Events['printed'][] = []
  sc.events.on('printed', block => blocks.push(block))
  return blocks
}
