/**
 * Spark's PIDRateEstimator, number for number: from how a batch went to the rate at which the next ones may take records in.
 *
 * With the default gains (1, 0.2, 0) it says: as many records a second as the last batch was processed at, less a fifth of what had
 * heaped up before it. Time and records are arguments; it knows no clock, no receiver and no batch.
 */
export interface PidSettings {
  readonly batchIntervalMs: number
  readonly proportional: number
  readonly integral: number
  readonly derivative: number
  /** Records a second, below which the rate never goes. */
  readonly minRate: number
}

/** One batch: when it was done, what one input gave for it, and how long it ran and had waited. */
export interface Processed { readonly timeMs: number; readonly records: number; readonly processingMs: number; readonly schedulingMs: number }

export class PidRateEstimator {
  #latestMs = -1
  #latestRate = -1
  #latestError = -1
  #isFirst = true

  constructor(readonly settings: PidSettings) {}

  /** Records a second; undefined for the first batch, and for one that says nothing. */
  compute({ timeMs, records, processingMs, schedulingMs }: Processed): number | undefined {
    if (timeMs <= this.#latestMs || records <= 0 || processingMs <= 0) return undefined
    const { batchIntervalMs, proportional, integral, derivative, minRate } = this.settings
    const processingRate = records / processingMs * 1000
    const error = this.#latestRate - processingRate
    const historicalError = schedulingMs * processingRate / batchIntervalMs
    const errorChange = (error - this.#latestError) / ((timeMs - this.#latestMs) / 1000)
    const newRate = Math.max(minRate, this.#latestRate - proportional * error - integral * historicalError - derivative * errorChange)
    this.#latestMs = timeMs
    this.#latestRate = this.#isFirst ? processingRate : newRate
    this.#latestError = this.#isFirst ? 0 : error
    const isFirst = this.#isFirst
    this.#isFirst = false
    return isFirst ? undefined : newRate
  }
}
