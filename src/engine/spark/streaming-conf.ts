/**
 * Settings that the JVM's receivers go by. Its batches only hand over what came: how much a batch takes, and how fast
 * receivers may be, is told by our own estimate; blocks are removed when our windows do not need them any more.
 */
import type { SparkConf } from '../../core/conf.js'

// To us 0 means no limit; Spark's rate limiter refuses it.
const RATES = ['spark.streaming.receiver.maxRate', 'spark.streaming.backpressure.initialRate'] as const

/** All of the user's settings, for the JVM. */
export function jvmConf(conf: SparkConf): readonly (readonly [string, string])[] {
  const rates = RATES.flatMap(key => conf.getNumber(key) > 0 ? [[key, String(Math.ceil(conf.getNumber(key)))] as const] : [])
  const isEstimating = conf.getBoolean('spark.streaming.backpressure.enabled')
  return [
    ...conf.getAll().filter(([key]) => !RATES.some(rate => rate === key)),
    ...rates.filter(([key]) => isEstimating || key !== 'spark.streaming.backpressure.initialRate'),
    // Spark's own estimator would take the time that a batch waits for ours as the time that it needs.
    ['spark.streaming.backpressure.enabled', 'false'],
    ['spark.streaming.unpersist', 'false'],
    // Batches are handed over one after another.
    ['spark.streaming.concurrentJobs', '1'],
    // With its log closed, as it is once receivers have stopped, the last blocks could not be handed over.
    ...isLogging(conf) && !conf.contains(BATCHING) ? [[BATCHING, 'false'] as const] : [],
  ]
}

const BATCHING = 'spark.streaming.driver.writeAheadLog.allowBatching'

export const isLogging = (conf: SparkConf): boolean => conf.getBoolean('spark.streaming.receiver.writeAheadLog.enable')
