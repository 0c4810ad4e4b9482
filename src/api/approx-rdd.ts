/**
 * Actions that give about the right answer: with a time limit, from the partitions done by then; or from sketches, in little
 * memory. In time, the former are exact: bounds equal the value and confidence is 1.
 */
import { SparkError } from '../core/errors.js'
import { mapKey, type MapKey } from '../core/hash.js'
import type { JobPromise } from '../core/job-promise.js'
import type { StatCounter } from '../core/stat-counter.js'
import { boundedCount, boundedMean, boundedSum, type BoundedDouble } from '../operators/bounds.js'
import { chain, helper, mapValues, type Call } from '../operators/narrow.js'
import { combineByKey } from '../operators/shuffle.js'
import { addToSketch, emptySketch, estimate, mergeSketches, precisionFor, type Sketch } from '../operators/sketch.js'
import { mergeStats, statsOf } from '../operators/stats.js'
import { call } from './calls.js'
import { DoubleRDDFunctions } from './double-rdd.js'
import { approximate, type PartialResult } from './partial-result.js'
import type { Partitions } from './partitioner.js'
import type { RDD } from './rdd.js'

type Counted<K> = [key: K, count: number][]

export abstract class ApproximateRDDActions<T> extends DoubleRDDFunctions<T> {
  /**
   * The number of rows, estimated if it is not known within timeoutMs.
   *
   * Shape: RDD<T> → PartialResult<BoundedDouble>. Empty gives exactly 0.
   * @param confidence that the true number lies within the bounds
   * @example
   * (await sc.range(100).countApprox(60_000)).initialValue.mean // 100
   */
  countApprox(this: RDD<T>, timeoutMs: number, confidence = 0.95): JobPromise<PartialResult<BoundedDouble>> {
    const sizes = helper(call('countApprox'), (rows: Iterable<unknown>) => { let size = 0; for (const _ of rows) size++; return size })
    return approximate<number, BoundedDouble>(this, sizes, timeoutMs, (parts, share) => boundedCount(parts.reduce((a, b) => a + b, 0), share, checked('countApprox', confidence)))
  }

  /**
   * How often each row occurs, estimated if it is not known within timeoutMs. Rows not yet seen are missing.
   *
   * Shape: RDD<T> → PartialResult<Map<T, BoundedDouble>>. Empty gives an empty Map.
   * @example
   * (await sc.parallelize(["a", "b", "a"]).countByValueApprox(60_000)).initialValue.get("a")!.mean // 2
   */
  countByValueApprox(this: RDD<T>, timeoutMs: number, confidence = 0.95): JobPromise<PartialResult<Map<T, BoundedDouble>>> {
    return countsApprox<T>(this, helper(call('countByValueApprox'), (rows: Iterable<T>) => countEach(rows)), timeoutMs, checked('countByValueApprox', confidence))
  }

  /**
   * How often each key occurs, estimated if it is not known within timeoutMs.
   *
   * Shape: RDD<[K, V]> → PartialResult<Map<K, BoundedDouble>>. Empty gives an empty Map.
   * @example
   * (await sc.parallelize(["a", "b", "a"]).map(w => [w, 1]).countByKeyApprox(60_000)).initialValue.get("b")!.mean // 1
   */
  countByKeyApprox<K, V>(this: RDD<[K, V]>, timeoutMs: number, confidence = 0.95): JobPromise<PartialResult<Map<K, BoundedDouble>>> {
    return countsApprox<K>(this, helper(call('countByKeyApprox'), (rows: Iterable<[K, V]>) => countEach(keysOf(rows))), timeoutMs, checked('countByKeyApprox', confidence))
  }

  /**
   * The sum, estimated if it is not known within timeoutMs.
   *
   * Shape: RDD<number> → PartialResult<BoundedDouble>. Empty gives exactly 0.
   * @example
   * (await sc.range(101).sumApprox(60_000)).initialValue.mean // 5050
   */
  sumApprox(this: RDD<number>, timeoutMs: number, confidence = 0.95): JobPromise<PartialResult<BoundedDouble>> {
    return momentsApprox(this, call('sumApprox'), timeoutMs, (stats, share) => boundedSum(stats, share, checked('sumApprox', confidence)))
  }

  /**
   * The mean, estimated if it is not known within timeoutMs.
   *
   * Shape: RDD<number> → PartialResult<BoundedDouble>. Empty gives NaN.
   * @example
   * (await sc.range(101).meanApprox(60_000)).initialValue.mean // 50
   */
  meanApprox(this: RDD<number>, timeoutMs: number, confidence = 0.95): JobPromise<PartialResult<BoundedDouble>> {
    return momentsApprox(this, call('meanApprox'), timeoutMs, (stats, share) => boundedMean(stats, share, checked('meanApprox', confidence)))
  }

  /**
   * About how many different rows there are, by HyperLogLog, in a few KiB per partition.
   *
   * Shape: RDD<T> → number. Empty gives 0.
   * @param relativeSD the standard deviation of the result over the truth, above 0.000017; smaller takes more memory
   * @throws ARGUMENT_INVALID for a relativeSD that is too small; KEY_UNSUPPORTED in the job for rows that cannot be keys
   * @example
   * await sc.parallelize(["a", "b", "a"]).countApproxDistinct() // 2
   */
  countApproxDistinct(this: RDD<T>, relativeSD = 0.05): JobPromise<number> {
    const p = precision('countApproxDistinct', relativeSD)
    const sketched = helper(call('countApproxDistinct'), (rows: Iterable<T>) => {
      const sketch = emptySketch(p)
      for (const row of rows) addToSketch(sketch, row)
      return sketch
    })
    return this.applied<Sketch, number>(sketched, parts => estimate(parts.reduce(mergeSketches, emptySketch(p))))
  }

  /**
   * About how many different values each key has, by HyperLogLog.
   *
   * Shape: RDD<[K, V]> → RDD<[K, number]>; one row per key, as first seen in its partition. Empty gives empty.
   * @throws ARGUMENT_INVALID for a relativeSD that is too small
   * @example
   * await sc.range(10).map(n => ["a", n % 4]).countApproxDistinctByKey().collect() // [ [ 'a', 4 ] ]
   */
  countApproxDistinctByKey<K, V>(this: RDD<[K, V]>, relativeSD = 0.05, partitions?: Partitions): RDD<[K, number]> {
    const p = precision('countApproxDistinctByKey', relativeSD)
    const here = call('countApproxDistinctByKey')
    const aggregator = {
      createCombiner: helper(here, (value: V) => addToSketch(emptySketch(p), value)), mergeValue: helper(here, addToSketch), mergeCombiners: helper(here, mergeSketches), mapSideCombine: true,
    }
    return this.derive(chain(combineByKey(here, aggregator, this.placement(partitions, here.operator)), mapValues(helper(here, estimate))))
  }
}

function countEach<K>(keys: Iterable<K>): Counted<K> {
  const counts = new Map<MapKey, [K, number]>()
  for (const key of keys) {
    const found = counts.get(mapKey(key))
    if (found) found[1]++
    else counts.set(mapKey(key), [key, 1])
  }
  return [...counts.values()]
}

function* keysOf<K>(pairs: Iterable<[K, unknown]>): Iterable<K> { for (const [key] of pairs) yield key }

function countsApprox<K>(rdd: RDD<any>, f: Parameters<typeof approximate>[1], timeoutMs: number, confidence: number): JobPromise<PartialResult<Map<K, BoundedDouble>>> {
  return approximate<Counted<K>, Map<K, BoundedDouble>>(rdd, f, timeoutMs, (parts, share) => {
    const counts = new Map<MapKey, [K, number]>()
    for (const part of parts) for (const [key, count] of part) counts.set(mapKey(key), [key, count + (counts.get(mapKey(key))?.[1] ?? 0)])
    return new Map([...counts.values()].map(([key, count]) => [key, boundedCount(count, share, confidence)]))
  })
}

const momentsApprox = (rdd: RDD<number>, here: Call, timeoutMs: number, evaluate: (stats: StatCounter, share: number) => BoundedDouble): JobPromise<PartialResult<BoundedDouble>> =>
  approximate<StatCounter, BoundedDouble>(rdd as RDD<any>, helper(here, statsOf), timeoutMs, (parts, share) => evaluate(mergeStats(parts), share))

function precision(operator: string, relativeSD: number): number {
  if (relativeSD > 0.000017) return precisionFor(relativeSD)
  throw new SparkError('ARGUMENT_INVALID', { operator, problem: `accuracy (${relativeSD}) must be greater than 0.000017`, fix: 'give 0.05, or 0.01 for four times the memory or so' })
}

function checked(operator: string, confidence: number): number {
  if (confidence >= 0 && confidence <= 1) return confidence
  throw new SparkError('ARGUMENT_INVALID', { operator, problem: `confidence (${confidence}) must be in [0,1]`, fix: 'leave it out, or give 0.95' })
}
