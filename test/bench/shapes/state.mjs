/**
 * Sums by key over all batches: the first batch brings every key, each later one touches some of them, other ones each time. The update
 * function is called for every key in every batch, as updateStateByKey has it.
 */
import { SparkContext } from 'tspark'
import { BATCH_FIGURES, queue, queued } from './batches.mjs'

export const shape = {
  what: 'updateStateByKey over many keys of which some are touched',
  minutes: 6,
  rounds: 3,
  warmUps: 0,
  sizes: {
    full: { keys: 1e6, touched: 1e5, intervalMs: 1000, warmUps: 8, measured: 15 },
    small: { keys: 1e5, touched: 1e4, intervalMs: 500, warmUps: 8, measured: 10 },
    tiny: { keys: 500, touched: 50, intervalMs: 100, warmUps: 3, measured: 3 },
  },
  figures: BATCH_FIGURES,
  contenders: { 'tspark': { program: 'tspark' }, 'Spark (Scala)': { scala: 'state' } },
  rivals: ['Spark (Scala)'],
  bars: [{ of: 'tspark', beside: 'Spark (Scala)', figure: 'mean', atLeast: 3 }],
}

export const programs = {
  tspark: size => {
    const sc = new SparkContext('local[2]', 'bench')
    const { keys, touched, warmUps, measured } = size
    const some = batch => sc.range(touched).map(n => [(n * (keys / touched) + batch) % keys, 1])
    return queued(sc, size, ssc => {
      const input = ssc.queueStream(queue(warmUps + measured + 1, batch => batch === 0 ? sc.range(keys).map(n => [n, 1]) : some(batch)))
      return input.updateStateByKey((values, sum) => values.reduce((a, b) => a + b, sum ?? 0))
    })
  },
}
