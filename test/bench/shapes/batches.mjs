/** What the shapes of streams share: a context that runs for so many batches, and what is said about their times. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Milliseconds, StreamingContext } from 'tspark'

/** Runs what `build(ssc)` sets up until `count` batches are done: their BatchInfos, in order. */
export async function batches(sc, { intervalMs, count }, build) {
  const ssc = new StreamingContext(sc, Milliseconds(intervalMs))
  const checkpoint = mkdtempSync(join(tmpdir(), 'bench-checkpoint-'))
  const done = []
  const all = new Promise(resolve => ssc.addStreamingListener({
    onBatchCompleted({ batchInfo }) {
      done.push(batchInfo)
      if (done.length === count) resolve()
    },
  }))
  ssc.checkpoint(checkpoint)
  build(ssc)
  ssc.start()
  await all
  await ssc.stop()
  rmSync(checkpoint, { recursive: true, force: true })
  return done.slice(0, count)
}

/** Times of batches, as every stream shape answers them. */
export function batchFigures(measured) {
  const times = measured.map(({ processingDelay }) => processingDelay).sort((a, b) => a - b)
  return { mean: times.reduce((a, b) => a + b, 0) / times.length, median: times[times.length >> 1], worst: times.at(-1) }
}

/** The figures of shapes whose input is made by the executors, a queued RDD per batch. */
export const BATCH_FIGURES = {
  mean: { title: 'a batch, mean', unit: 'ms' },
  median: { title: 'median', unit: 'ms', ratio: false },
  worst: { title: 'worst', unit: 'ms', ratio: false },
}

/**
 * A shape over queued RDDs: `stream(ssc, queues)` gives pairs of key and number, which are counted in each batch. One more batch, which
 * is not timed, sums the numbers: in that all contenders must agree.
 */
export function queued(sc, { warmUps, measured, intervalMs }, stream) {
  return {
    async play() {
      let result
      const last = warmUps + measured
      const done = await batches(sc, { intervalMs, count: last + 1 }, ssc => {
        let batch = 0
        stream(ssc).foreachRDD(async rdd => {
          const at = batch++
          if (at < last) await rdd.count()
          if (at === last) result = [await rdd.count(), await rdd.map(pair => pair[1]).sum()]
        })
      })
      return { ...batchFigures(done.slice(warmUps, last)), result }
    },
    close: () => sc.stop(),
  }
}

/** `count` queued RDDs made by `make(batch)`. */
export const queue = (count, make) => Array.from({ length: count }, (_, batch) => make(batch))
