/** Actions on RDDs of numbers: sums, moments, histograms. On any other RDD they do not compile. */
import { SparkError } from '../core/errors.js'
import type { JobPromise } from '../core/job-promise.js'
import type { StatCounter } from '../core/stat-counter.js'
import { helper } from '../operators/narrow.js'
import { add } from '../operators/shuffle.js'
import { addCounts, evenBuckets, histogramOf, mergeStats, moments as partialMoments, sums } from '../operators/stats.js'
import { AsyncRDDActions } from './async-rdd.js'
import { call } from './calls.js'
import type { RDD } from './rdd.js'

export abstract class DoubleRDDFunctions<T> extends AsyncRDDActions<T> {
  /**
   * Shape: RDD<number> → number. Empty gives 0.
   * @example
   * await sc.parallelize([1, 2, 3]).sum() // 6
   */
  sum(this: RDD<number>): JobPromise<number> { return this.context.collected(this.derive<number>(sums(call('sum'))), 'sum', rows => rows.reduce(add, 0)) }

  /**
   * Count, mean, deviation and extremes in one pass.
   *
   * Shape: RDD<number> → StatCounter. Empty: count 0, mean and deviations NaN.
   * @example
   * String(await sc.parallelize([1, 2, 3, 4]).stats()) // '(count: 4, mean: 2.500000, stdev: 1.118034, max: 4.000000, min: 1.000000)'
   */
  stats(this: RDD<number>): JobPromise<StatCounter> { return moments(this, 'stats', stats => stats) }

  /**
   * Shape: RDD<number> → number. Empty gives NaN.
   * @example
   * await sc.parallelize([1, 2, 3, 4]).mean() // 2.5
   */
  mean(this: RDD<number>): JobPromise<number> { return moments(this, 'mean', stats => stats.mean) }

  /**
   * Of the population: divided by n. The same as popVariance.
   *
   * Shape: RDD<number> → number. Empty gives NaN.
   * @example
   * await sc.parallelize([1, 2, 3, 4]).variance() // 1.25
   */
  variance(this: RDD<number>): JobPromise<number> { return moments(this, 'variance', stats => stats.popVariance) }

  /**
   * The root of variance(). Empty gives NaN.
   * @example
   * await sc.parallelize([1, 3]).stdev() // 1
   */
  stdev(this: RDD<number>): JobPromise<number> { return moments(this, 'stdev', stats => stats.popStdev) }

  /**
   * The same as variance().
   * @example
   * await sc.parallelize([1, 2, 3, 4]).popVariance() // 1.25
   */
  popVariance(this: RDD<number>): JobPromise<number> { return moments(this, 'popVariance', stats => stats.popVariance) }

  /**
   * The same as stdev().
   * @example
   * await sc.parallelize([1, 3]).popStdev() // 1
   */
  popStdev(this: RDD<number>): JobPromise<number> { return moments(this, 'popStdev', stats => stats.popStdev) }

  /**
   * Of a sample: divided by n − 1. Fewer than two numbers give NaN.
   * @example
   * await sc.parallelize([1, 3]).sampleVariance() // 2
   */
  sampleVariance(this: RDD<number>): JobPromise<number> { return moments(this, 'sampleVariance', stats => stats.sampleVariance) }

  /**
   * The root of sampleVariance(). Fewer than two numbers give NaN.
   * @example
   * await sc.parallelize([1, 2, 3]).sampleStdev() // 1
   */
  sampleStdev(this: RDD<number>): JobPromise<number> { return moments(this, 'sampleStdev', stats => stats.sampleStdev) }

  /**
   * How many numbers lie in each bucket. A bucket holds its lower border, the last one its upper border, too; what lies in none
   * (NaN as well) is not counted.
   *
   * Shape: RDD<number> → with a number of buckets, [borders, counts], of equal width from the least to the greatest number;
   * with borders, counts, one fewer than there are borders. `evenBuckets` says that borders are equally far apart, and is faster.
   * @throws EMPTY_COLLECTION for a number of buckets, when there are no rows; ARGUMENT_INVALID for infinite or NaN rows then, and for fewer than two borders
   * @example
   * await sc.range(51).histogram(2) // [ [ 0, 25, 50 ], [ 25, 26 ] ]
   * await sc.range(51).histogram([0, 5, 25, 50]) // [ 5, 20, 26 ]
   */
  histogram(this: RDD<number>, buckets: number): JobPromise<[borders: number[], counts: number[]]>
  histogram(this: RDD<number>, borders: readonly number[], evenBuckets?: boolean): JobPromise<number[]>
  histogram(this: RDD<number>, buckets: number | readonly number[], even = false): JobPromise<unknown> {
    if (typeof buckets !== 'number') return counted(this, checkedBorders(buckets), even)
    if (!(Number.isInteger(buckets) && buckets > 0)) throw invalid(`the number of buckets must be a positive whole number, not ${buckets}`, 'give 1 or more')
    const range = moments(this, 'histogram', ({ n, min, max }) => n === 0 ? empty() : evenBuckets(finite(min), finite(max), buckets))
    return this.context.then(range, async borders => [borders, await counted(this, borders, true)])
  }
}

const moments = <R>(rdd: RDD<number>, operator: string, pick: (stats: StatCounter) => R): JobPromise<R> =>
  rdd.context.collected(rdd.derive<StatCounter>(partialMoments(call(operator))), operator, parts => pick(mergeStats(parts)))

const counted = (rdd: RDD<number>, borders: readonly number[], even: boolean): JobPromise<number[]> =>
  rdd.applied<number[], number[]>(helper(call('histogram'), (rows: Iterable<number>) => histogramOf(rows, borders, even)), parts => addCounts(parts, borders.length - 1))

function checkedBorders(borders: readonly number[]): readonly number[] {
  if (borders.length < 2) throw invalid('buckets array must have at least two elements', 'give borders such as [0, 10, 20], or a number of buckets')
  if (borders.every((border, i) => i === 0 || border >= borders[i - 1]!)) return borders
  throw invalid('the borders must be in ascending order', 'sort them first')
}

function finite(extreme: number): number {
  if (Number.isFinite(extreme)) return extreme
  throw invalid('Histogram on either an empty RDD or RDD containing +/-infinity or NaN', 'filter(Number.isFinite) first, or give the borders')
}

function empty(): never { throw new SparkError('EMPTY_COLLECTION', { operator: 'histogram' }) }
const invalid = (problem: string, fix: string): SparkError => new SparkError('ARGUMENT_INVALID', { operator: 'histogram', problem, fix })
