/** Two streams joined by key, batch by batch; each has every second of the keys of the other. */
import { SparkContext } from 'tspark'
import { BATCH_FIGURES, queue, queued } from './batches.mjs'

export const shape = {
  what: 'a join of two streams',
  minutes: 4,
  rounds: 3,
  warmUps: 0,
  sizes: {
    full: { records: 2e5, intervalMs: 1000, warmUps: 10, measured: 15 },
    small: { records: 2e4, intervalMs: 500, warmUps: 10, measured: 10 },
    tiny: { records: 200, intervalMs: 100, warmUps: 3, measured: 3 },
  },
  figures: BATCH_FIGURES,
  contenders: { 'tspark': { program: 'tspark' }, 'Spark (Scala)': { scala: 'join' } },
  rivals: ['Spark (Scala)'],
}

export const programs = {
  tspark: size => {
    const sc = new SparkContext('local[2]', 'bench')
    const { records, warmUps, measured } = size
    const stream = (ssc, step) => ssc.queueStream(queue(warmUps + measured + 1, batch => sc.range(records).map(n => [n * step + batch, n])))
    return queued(sc, size, ssc => stream(ssc, 1).join(stream(ssc, 2)).mapValues(([a, b]) => a + b))
  },
}
