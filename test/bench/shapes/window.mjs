/**
 * A window with an inverse: counts by key over the last minute, every second. A batch has a record for each of `records`, keys scattered over all of
 * them and over the batches. The window is full before the first batch that counts.
 */
import { Milliseconds, SparkContext } from 'tspark'
import { BATCH_FIGURES, queue, queued } from './batches.mjs'

export const shape = {
  what: 'counts by key over a window that slides, with an inverse',
  minutes: 9,
  rounds: 3,
  warmUps: 0,
  sizes: {
    full: { keys: 1e5, records: 1e5, slides: 60, intervalMs: 1000, warmUps: 62, measured: 15 },
    small: { keys: 1e4, records: 1e4, slides: 30, intervalMs: 500, warmUps: 32, measured: 10 },
    tiny: { keys: 100, records: 100, slides: 4, intervalMs: 100, warmUps: 5, measured: 3 },
  },
  figures: BATCH_FIGURES,
  contenders: { 'tspark': { program: 'tspark' }, 'Spark (Scala)': { scala: 'window' } },
  rivals: ['Spark (Scala)'],
  bars: [{ of: 'tspark', beside: 'Spark (Scala)', figure: 'mean', atLeast: 3 }],
}

export const programs = {
  tspark: size => {
    const sc = new SparkContext('local[2]', 'bench')
    const { keys, records, slides, intervalMs, warmUps, measured } = size
    return queued(sc, size, ssc => {
      const input = ssc.queueStream(queue(warmUps + measured + 1, batch => sc.range(records).map(n => [Math.imul(n + batch, 7919) % keys, 1])))
      return input.reduceByKeyAndWindow((a, b) => a + b, (a, b) => a - b, Milliseconds(slides * intervalMs), Milliseconds(intervalMs))
    })
  },
}
