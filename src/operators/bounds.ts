/**
 * What a part of the partitions says of the whole: estimates with their bounds, by the rules of Spark's approximate evaluators
 * (CountEvaluator, SumEvaluator, MeanEvaluator). `share` is the part of the partitions that is done; with all of them the
 * value is exact and its bounds are the value. Counts use the normal approximation of Spark's Pascal distribution.
 */
import type { StatCounter } from '../core/stat-counter.js'

/** A number that lies between low and high with that confidence. @example (await rdd.countApprox(60_000)).initialValue.high // 3 */
export class BoundedDouble {
  constructor(
    /** The estimate. */ readonly mean: number, /** How sure, from 0 to 1. */ readonly confidence: number,
    /** The lower bound. */ readonly low: number, /** The upper bound. */ readonly high: number,
  ) {}
  toString(): string { return `[${this.low.toFixed(3)}, ${this.high.toFixed(3)}]` }
}

const exactly = (value: number): BoundedDouble => new BoundedDouble(value, 1, value, value)

export function boundedCount(counted: number, share: number, confidence: number): BoundedDouble {
  if (share === 1) return exactly(counted)
  if (share === 0) return new BoundedDouble(0, 0, 0, Infinity)
  const left = counted * (1 - share) / share
  const reach = normalQuantile((1 + confidence) / 2) * Math.sqrt(left / share)
  return new BoundedDouble(counted + left, confidence, counted + Math.max(0, Math.floor(left - reach)), counted + Math.ceil(left + reach))
}

export function boundedMean(seen: StatCounter, share: number, confidence: number): BoundedDouble {
  if (share === 1) return exactly(seen.mean)
  if (seen.count <= 1) return new BoundedDouble(seen.mean, confidence, -Infinity, Infinity)
  const reach = factor(seen.count, confidence) * Math.sqrt(seen.sampleVariance / seen.count)
  return new BoundedDouble(seen.mean, confidence, seen.mean - reach, seen.mean + reach)
}

export function boundedSum(seen: StatCounter, share: number, confidence: number): BoundedDouble {
  if (share === 1) return exactly(seen.sum)
  if (share === 0 || seen.count === 0) return new BoundedDouble(0, 0, -Infinity, Infinity)
  const count = (seen.count + 1 - share) / share
  const countVariance = (seen.count + 1) * (1 - share) / (share * share)
  const meanVariance = seen.sampleVariance / seen.count
  const deviation = Math.sqrt(seen.mean ** 2 * countVariance + count ** 2 * meanVariance + meanVariance * countVariance)
  const reach = Number.isNaN(deviation) ? Infinity : factor(seen.count, confidence) * deviation
  return new BoundedDouble(seen.mean * count, confidence, seen.mean * count - reach, seen.mean * count + reach)
}

/** Few numbers know less of their own spread: Student's t up to 100 of them. */
const factor = (count: number, confidence: number): number => {
  const upper = (1 + confidence) / 2
  return count > 100 ? normalQuantile(upper) : studentQuantile(upper, count - 1)
}

/** Found by halving: a dozen calls per estimate cost nothing, and only the distribution itself need be right. */
export const normalQuantile = (probability: number): number => solve(probability, x => x < 0 ? 1 - normal(-x) : normal(x))
export const studentQuantile = (probability: number, degrees: number): number => degrees <= 0 ? Infinity : solve(probability, t => student(t, degrees))

function solve(probability: number, distribution: (x: number) => number): number {
  let [low, high] = [-1e6, 1e6]
  for (let round = 0; round < 100; round++) {
    const middle = (low + high) / 2
    if (distribution(middle) < probability) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** Φ(x) for x ≥ 0, as half plus the incomplete gamma series. */
function normal(x: number): number {
  if (x > 8) return 1
  let [term, sum] = [x, x]
  for (let k = 1; k < 200; k++) sum += term *= x * x / (2 * k + 1)
  return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI)
}

/** P(T ≤ t), by the closed sums for whole degrees of freedom (Abramowitz and Stegun 26.7.3 and 26.7.4). */
function student(t: number, degrees: number): number {
  const angle = Math.atan(t / Math.sqrt(degrees))
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)]
  const odd = degrees % 2 === 1
  let term = odd ? cos : 1
  let sum = degrees === 1 ? 0 : term
  for (let k = odd ? 2 : 1; k <= degrees - 3; k += 2) sum += term *= cos * cos * k / (k + 1)
  return 0.5 + (odd ? (angle + sin * sum) / Math.PI : sin * sum / 2)
}
