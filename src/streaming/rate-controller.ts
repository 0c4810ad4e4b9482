/**
 * How many records of one input the next batch may take: Spark's back-pressure without its collapse (docs/decisions/0015).
 *
 * Spark's estimator gives the rate. Three things are added. The first batch is small and each next one at most sixteen times as
 * large, for nothing is known yet (slow start). A batch takes less by what batches before it still have to do: the queue is looked at
 * when the batch is taken, not when one has ended. And the rate falls neither below half of what was just achieved, nor because
 * little came: what is not used is believed half as much with each batch, no less.
 */
import type { Clock } from '../core/clock.js'
import type { SparkConf } from '../core/conf.js'
import { PidRateEstimator } from './pid-rate-estimator.js'

export interface RateOptions { readonly conf: SparkConf; readonly clock: Clock; readonly batchMs: number }

/** How a batch went that is done. */
export interface Done { readonly timeMs: number; readonly submissionMs: number; readonly startMs: number; readonly endMs: number; readonly failed: boolean }

interface InFlight { readonly timeMs: number; readonly takenMs: number; readonly records: number; readonly perBatch: number }

// From 1,000 to a million records a second in three batches, and yet one that turns out slow is over in a few intervals.
const MOST_GROWTH = 16
// Of what was just achieved: the estimator alone would fall to minRate after one batch that waited five intervals.
const LEAST_SHARE = 1 / 2
// Of an interval's records, these may still be queued when a batch is taken: executors that run dry in between cost more than the wait.
const SLACK = 1 / 10

export class RateController {
  readonly #clock: Clock
  readonly #batchMs: number
  readonly #estimator: PidRateEstimator | undefined
  readonly #initialRate: number
  readonly #maxRate: number
  readonly #inFlight: InFlight[] = []
  #rate: number
  #freeMs = -Infinity
  #hasLearnt = false
  /** What small batches may not bring the rate below: they are mostly overhead, and say only that more is possible. */
  #floor: number

  constructor({ conf, clock, batchMs }: RateOptions) {
    this.#clock = clock
    this.#batchMs = batchMs
    this.#estimator = estimatorOf(conf, batchMs)
    this.#maxRate = conf.getNumber('spark.streaming.receiver.maxRate') || Infinity
    this.#initialRate = this.#estimator ? Math.min(this.#maxRate, conf.getNumber('spark.streaming.backpressure.initialRate') || Infinity) : this.#maxRate
    this.#rate = this.#floor = this.#initialRate
  }

  /** Records a second; Infinity where nothing limits them. */
  get rate(): number { return this.#rate }

  /** Records of a batch when no other is on its way. */
  get perBatch(): number { return atLeastOne(this.#rate * this.#batchMs / 1000) }

  /** Records that a batch taken now may hold: what can be done in one interval, less what is still to be done. */
  allowed(): number {
    const [running, ...waiting] = this.#inFlight
    if (!running || !this.#estimator) return this.perBatch
    if (!this.#hasLearnt) return running.records > 0 ? 0 : this.perBatch
    const { rate, left } = this.#progress(running)
    const whole = rate * this.#batchMs / 1000
    const queued = left + waiting.reduce((sum, { records }) => sum + records, 0)
    return atLeastOne(whole - Math.max(0, queued - whole * SLACK))
  }

  taken(timeMs: number, records: number): void {
    this.#inFlight.push({ timeMs, records, perBatch: this.perBatch, takenMs: this.#clock.now() })
  }

  completed(done: Done): void {
    const found = this.#inFlight.findIndex(({ timeMs }) => timeMs === done.timeMs)
    const [batch] = this.#inFlight.splice(0, found + 1).slice(-1)
    this.#freeMs = done.endMs
    if (batch && this.#estimator && !done.failed && batch.records > 0) this.#learn(batch, done, this.#estimator)
  }

  #learn({ records, perBatch }: InFlight, done: Done, estimator: PidRateEstimator): void {
    const processingMs = Math.max(1, done.endMs - done.startMs)
    const estimated = this.#estimated(records, processingMs, done, estimator)
    const isSmall = processingMs <= this.#batchMs && records < perBatch / 2
    const most = Math.max(this.#initialRate, MOST_GROWTH * records / this.#batchMs * 1000)
    const learnt = isSmall ? Math.max(this.#floor, this.#rate / 2, Math.min(estimated, most)) : Math.min(estimated, most)
    if (!isSmall) this.#floor = Math.min(this.#initialRate, learnt)
    this.#rate = Math.min(this.#maxRate, learnt)
    this.#hasLearnt = true
  }

  #estimated(records: number, processingMs: number, { endMs, startMs, submissionMs }: Done, estimator: PidRateEstimator): number {
    const achieved = records / processingMs * 1000
    const rate = estimator.compute({ timeMs: endMs, records, processingMs, schedulingMs: Math.max(0, startMs - submissionMs) })
    return Math.max(achieved * LEAST_SHARE, rate ?? achieved)
  }

  /** How fast the batch that runs is, as far as one can see, and how many of its records are left. */
  #progress({ takenMs, records }: InFlight): { readonly rate: number; readonly left: number } {
    const elapsedMs = Math.max(1, this.#clock.now() - Math.max(takenMs, this.#freeMs))
    const expectedMs = records / this.#rate * 1000
    if (elapsedMs <= expectedMs || records === 0) return { rate: this.#rate, left: Math.max(0, records - this.#rate * elapsedMs / 1000) }
    // Over its time: as slow as it has shown itself to be, and as much again to come as it is late.
    const rate = records / elapsedMs * 1000
    return { rate, left: rate * (elapsedMs - expectedMs) / 1000 }
  }
}

function estimatorOf(conf: SparkConf, batchIntervalMs: number): PidRateEstimator | undefined {
  return conf.getBoolean('spark.streaming.backpressure.enabled') ? new PidRateEstimator({
    batchIntervalMs,
    proportional: conf.getNumber('spark.streaming.backpressure.pid.proportional'),
    integral: conf.getNumber('spark.streaming.backpressure.pid.integral'),
    derivative: conf.getNumber('spark.streaming.backpressure.pid.derived'),
    minRate: conf.getNumber('spark.streaming.backpressure.pid.minRate'),
  }) : undefined
}

const atLeastOne = (records: number): number => records > 0 ? Math.max(1, Math.floor(records)) : 0
