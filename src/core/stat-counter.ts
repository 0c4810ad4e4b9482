/**
 * Count, mean, variance and extremes of numbers in one pass, after Spark's StatCounter: Welford's running moments, and their
 * exact merge, so that partitions can be counted apart. Its fields are public, so that it travels as a row.
 */
export class StatCounter {
  /** How many numbers. */
  n = 0
  /** Their mean; 0 when there are none. */
  mu = 0
  /** Sum of squared distances from the mean. */
  m2 = 0
  /** The greatest; -Infinity when there are none. */
  maxValue = -Infinity
  /** The least; Infinity when there are none. */
  minValue = Infinity

  /** @param values counted at once @example new StatCounter([1, 2, 3, 4]).mean // 2.5 */
  constructor(values: Iterable<number> = []) { for (const value of values) this.merge(value) }

  /** Takes in a number, or all that another has counted; gives itself. @example new StatCounter([1, 2]).merge(new StatCounter([3])).sum // 6 */
  merge(value: number | StatCounter): this {
    if (value instanceof StatCounter) return join(this, value)
    const delta = value - this.mu
    this.n++
    this.mu += delta / this.n
    this.m2 += delta * (value - this.mu)
    this.maxValue = Math.max(this.maxValue, value)
    this.minValue = Math.min(this.minValue, value)
    return this
  }

  /** How many numbers. */
  get count(): number { return this.n }
  /** Their sum. */
  get sum(): number { return this.n * this.mu }
  /** NaN when nothing was counted, as are the variances and deviations. */
  get mean(): number { return this.n === 0 ? NaN : this.mu }
  /** The greatest. */
  get max(): number { return this.maxValue }
  /** The least. */
  get min(): number { return this.minValue }
  /** Mean squared distance from the mean. */
  get popVariance(): number { return this.n === 0 ? NaN : this.m2 / this.n }
  /** The same over n − 1; NaN below two numbers. */
  get sampleVariance(): number { return this.n <= 1 ? NaN : this.m2 / (this.n - 1) }
  /** The root of popVariance. */
  get popStdev(): number { return Math.sqrt(this.popVariance) }
  /** The root of sampleVariance. */
  get sampleStdev(): number { return Math.sqrt(this.sampleVariance) }
  /** popVariance. */
  get variance(): number { return this.popVariance }
  /** popStdev. */
  get stdev(): number { return this.popStdev }

  toString(): string {
    const [mean, stdev, max, min] = [this.mean, this.stdev, this.max, this.min].map(value => Number.isFinite(value) ? value.toFixed(6) : String(value))
    return `(count: ${this.n}, mean: ${mean}, stdev: ${stdev}, max: ${max}, min: ${min})`
  }
}

function join<C extends StatCounter>(counter: C, other: StatCounter): C {
  if (other.n === 0) return counter
  const delta = other.mu - counter.mu
  const total = counter.n + other.n
  counter.m2 += other.m2 + delta * delta * counter.n * other.n / total
  counter.mu += delta * other.n / total
  counter.n = total
  counter.maxValue = Math.max(counter.maxValue, other.maxValue)
  counter.minValue = Math.min(counter.minValue, other.minValue)
  return counter
}
