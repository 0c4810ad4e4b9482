/**
 * A Resilient Distributed Dataset: rows in partitions, described by how they are made, computed when an action asks.
 * Immutable; each transformation gives another RDD. Actions return a JobPromise: await it, or cancel() it.
 */
import { DRIVER_ONLY } from '../core/brand.js'
import { DESCRIBE } from '../core/describe.js'
import { SparkError } from '../core/errors.js'
import type { JobPromise } from '../core/job-promise.js'
import { StorageLevel } from '../core/storage-level.js'
import { fnRef } from '../plan/fn-ref.js'
import { rddTitle } from '../plan/debug-string.js'
import { lineage } from '../plan/explain.js'
import { makeNode, type Derive, type PersistNode, type RddNode } from '../plan/rdd-plan.js'
import { hashPartitioner } from '../plan/partitioner.js'
import { cartesian, coalesce, union } from '../operators/combine.js'
import { filter, flatMap, fold, glom, map, mapAsync, mapPartitions } from '../operators/narrow.js'
import { countByValue, distinct, repartition } from '../operators/shuffle.js'
import { sortBy } from '../operators/sort.js'
import { saveAsTextFile } from './save-text.js'
import { call, checkedConcurrency, userFn } from './calls.js'
import { checkedCount } from './partitioner.js'
import { PairRDDFunctions } from './pair-rdd.js'
import type { SparkContext } from './spark-context.js'
import type { AsyncOptions, Result, Row } from './types.js'

/**
 * Rows in partitions. In the examples `rdd` has 3 in one partition, 1 and 2 in the other; `letters` has b, a, b; `scores` has (a,1), (b,2),
 * (a,3); `teams` has (a,red), (c,green).
 * @example await rdd.map(n => n * 10).collect() // [ 30, 10, 20 ]
 */
export class RDD<T> extends PairRDDFunctions<T> {
  readonly [DRIVER_ONLY] = 'RDD'

  /** @internal made by SparkContext and by operators */
  constructor(/** The context it was made by. */ readonly context: SparkContext, /** Its plan. */ readonly node: RddNode) { super() }

  /** @internal */
  derive<U>(operator: Derive): RDD<U> { return new RDD<U>(this.context, operator(this.node)) }

  /** A number of its own in this process. */
  get id(): number { return this.node.id }
  /** The context it was made by; the same as `context`. */
  get sparkContext(): SparkContext { return this.context }
  /** How many partitions it has; 0 for an empty RDD. @example rdd.getNumPartitions() // 2 */
  getNumPartitions(): number { return this.node.numPartitions }

  // — transformations —

  /**
   * f of each row. Shape: RDD<T> → RDD<U>; order and partitions stay. `w => [w, 1]` makes pairs.
   * @example await letters.map(w => [w, 1]).collect() // [ [ 'b', 1 ], [ 'a', 1 ], [ 'b', 1 ] ]
   */
  map<U extends Row | void>(f: (row: T) => Result<U>): RDD<U> { return this.derive(map(userFn('map', f))) }
  /**
   * f of each row, where f is async: a request, a look-up. At most `concurrency` (8) promises of a partition wait at once.
   *
   * Shape: RDD<T> → RDD<U>; order and partitions stay; an empty partition stays empty.
   * @throws TASK_FAILED when a promise rejects: the error names the row, and no further one is begun
   * @example
   * sc.parallelize([3, 1, 2]).mapAsync(async n => [n, await Promise.resolve(n * 2)], { concurrency: 2 })
   */
  mapAsync<U extends Row | void>(f: (row: T) => U | PromiseLike<U>, options: AsyncOptions = {}): RDD<U> {
    return this.derive(mapAsync(userFn('mapAsync', f), checkedConcurrency(options)))
  }
  /**
   * All that f gives for each row, in order. Shape: RDD<T> → RDD<U>.
   * @example await sc.parallelize(['to be', 'or']).flatMap(l => l.split(' ')).collect() // [ 'to', 'be', 'or' ]
   */
  flatMap<U>(f: (row: T) => Iterable<U>): RDD<U> { return this.derive(flatMap(userFn('flatMap', f))) }
  /** Rows for which `keep` is true, in order; partitions stay, emptied ones too. @example await rdd.filter(n => n > 1).collect() // [ 3, 2 ] */
  filter<S extends T>(keep: (row: T) => row is S): RDD<S>
  filter(keep: (row: T) => boolean): RDD<T>
  filter(keep: (row: T) => boolean): RDD<T> { return this.derive(filter(userFn('filter', keep))) }
  /**
   * f of each whole partition, as an iterator; called for empty ones too. Shape: RDD<T> → RDD<U>.
   * @example await rdd.mapPartitions(rows => [[...rows].length]).collect() // [ 1, 2 ]
   */
  mapPartitions<U>(f: (rows: IterableIterator<T>) => Iterable<U>, preservesPartitioning = false): RDD<U> {
    return this.derive(mapPartitions(userFn('mapPartitions', f), preservesPartitioning))
  }
  /**
   * As mapPartitions, with the partition's number from 0.
   * @example await rdd.mapPartitionsWithIndex((i, rows) => [...rows].map(n => [i, n])).collect() // [ [ 0, 3 ], [ 1, 1 ], [ 1, 2 ] ]
   */
  mapPartitionsWithIndex<U>(f: (index: number, rows: IterableIterator<T>) => Iterable<U>, preservesPartitioning = false): RDD<U> {
    const { fn, operator, site } = userFn('mapPartitionsWithIndex', f)
    const user = fn as unknown as typeof f
    return this.derive(mapPartitions(fnRef((rows: IterableIterator<T>, index: number) => user(index, rows), operator, site), preservesPartitioning))
  }
  /** One array per partition. Shape: RDD<T> → RDD<T[]>. @example await rdd.glom().collect() // [ [ 3 ], [ 1, 2 ] ] */
  glom(): RDD<T[]> { return this.derive(glom(call('glom').site)) }
  /**
   * Each row once, equal by structure; of equal rows the first seen. @throws KEY_UNSUPPORTED for rows that cannot be keys
   * @example await letters.distinct(1).collect() // [ 'b', 'a' ]
   */
  distinct(numPartitions = Math.max(1, this.node.numPartitions)): RDD<T> {
    return this.derive(distinct(call('distinct'), hashPartitioner(checkedCount(numPartitions, 'distinct'))))
  }
  /** The rows of this, then those of `other`; nothing is removed. @example await rdd.union(rdd).collect() // [ 3, 1, 2, 3, 1, 2 ] */
  union(other: RDD<T>): RDD<T> { return this.derive(node => union(call('union'), [node, other.node])) }
  /**
   * Ordered by f's result over all partitions: numbers by value, strings by code unit, arrays place by place. Samples when a job runs.
   * @example await rdd.sortBy(n => -n).collect() // [ 3, 2, 1 ]
   */
  sortBy<K>(f: (row: T) => K, ascending = true, numPartitions = this.node.numPartitions): RDD<T> {
    return this.derive(sortBy(userFn('sortBy', f), ascending, checkedCount(Math.max(1, numPartitions), 'sortBy')))
  }
  /** Pairs [f(row), row]. Shape: RDD<T> → RDD<[K, T]>. @example await rdd.keyBy(n => n % 2).collect() // [ [ 1, 3 ], [ 1, 1 ], [ 0, 2 ] ] */
  keyBy<K>(f: (row: T) => K): RDD<[K, T]> {
    const { fn, operator, site } = userFn('keyBy', f)
    const key = fn as unknown as (row: T) => K
    return this.derive(map(fnRef((row: T) => [key(row), row], operator, site)))
  }
  /** Every pair of a row of this and a row of `other`. @example await rdd.cartesian(letters).count() // 9 */
  cartesian<U>(other: RDD<U>): RDD<[T, U]> { return this.derive(node => cartesian(call('cartesian'), node, other.node)) }
  /**
   * The same rows in exactly `numPartitions` partitions, dealt out evenly. @throws ARGUMENT_INVALID below 1
   * @example rdd.repartition(3).getNumPartitions() // 3
   */
  repartition(numPartitions: number): RDD<T> { return this.derive(repartition(call('repartition'), checkedCount(numPartitions, 'repartition'))) }
  /**
   * At most that many partitions, made by putting neighbours together; with `shuffle`, exactly that many, rows dealt out evenly.
   * @throws ARGUMENT_INVALID below 1
   * @example await rdd.coalesce(1).glom().collect() // [ [ 3, 1, 2 ] ]
   */
  coalesce(numPartitions: number, shuffle = false): RDD<T> {
    const count = checkedCount(numPartitions, 'coalesce')
    return this.derive(shuffle ? repartition(call('coalesce'), count) : coalesce(call('coalesce'), count))
  }

  // — keeping —

  /**
   * The same rows, computed once and then kept.
   * @example
   * const kept = rdd.map(n => n * 10).persist()
   * await kept.count() // 3
   */
  persist(level: StorageLevel = StorageLevel.MEMORY_ONLY): RDD<T> {
    return this.derive(parent => makeNode<PersistNode>({
      kind: 'persist', parent, level, numPartitions: parent.numPartitions, partitioner: parent.partitioner, ...call('persist'),
    }))
  }
  /** persist() at its default level. @example await rdd.cache().count() // 3 */
  cache(): RDD<T> { return this.persist() }
  /** Lets go of what persist() kept; it is computed again when asked for. @example await rdd.cache().unpersist().count() // 3 */
  unpersist(): RDD<T> { this.context.unpersist(this.node); return this }

  // — actions —

  /** All rows, in order of partitions; none: []. @example await rdd.collect() // [ 3, 1, 2 ] */
  collect(): JobPromise<T[]> { return this.context.collected(this, 'collect', rows => rows) }
  /** How many rows there are; none: 0. @example await rdd.count() // 3 */
  count(): JobPromise<number> { return this.context.run(this, { kind: 'count' }, 'count', (counts: number[]) => counts.reduce((a, b) => a + b, 0)) }
  /** The first n rows, fewer where there are no more; computes only as many partitions as that takes. @example await rdd.take(2) // [ 3, 1 ] */
  take(n: number): JobPromise<T[]> { return this.context.take(this, n, 'take') }
  /** The first row. @throws EMPTY_COLLECTION when there are none @example await rdd.first() // 3 */
  first(): JobPromise<T> { return this.context.then(this.context.take(this, 1, 'first'), rows => rows.length ? rows[0]! : empty('first')) }
  /** Whether there are no rows. @example await sc.emptyRDD().isEmpty() // true */
  isEmpty(): JobPromise<boolean> { return this.context.then(this.context.take(this, 1, 'isEmpty'), rows => rows.length === 0) }
  /** f over all rows; associative. @throws EMPTY_COLLECTION when there are none @example await rdd.reduce((a, b) => a + b) // 6 */
  reduce(f: (a: T, b: T) => T): JobPromise<T> {
    return this.context.collected(this.derive<T>(fold(userFn('reduce', f))), 'reduce', partials => partials.length ? partials.reduce((a, b) => f(a, b)) : empty('reduce'))
  }
  /**
   * f of each row, in the executors; its results are dropped. console.log in f prints above the prompt.
   * @example
   * const sum = sc.longAccumulator()
   * await rdd.foreach(n => sum.add(n))
   * sum.value // 6
   */
  foreach(f: (row: T) => void): JobPromise<void> { return this.context.run(this, { kind: 'foreach', f: userFn('foreach', f) }, 'foreach', () => undefined) }
  /**
   * f of each partition, in the executors.
   * @example
   * const partitions = sc.longAccumulator()
   * await rdd.foreachPartition(() => partitions.add(1))
   * partitions.value // 2
   */
  foreachPartition(f: (rows: IterableIterator<T>) => void): JobPromise<void> {
    return this.context.run(this, { kind: 'apply', f: userFn('foreachPartition', f) }, 'foreachPartition', () => undefined)
  }
  /** How often each row occurs, as a Map; none: an empty one. @example (await letters.countByValue()).get('b') // 2 */
  countByValue(): JobPromise<Map<T, number>> {
    const counted = this.derive<[T, number]>(countByValue(call('countByValue'), hashPartitioner(Math.max(1, this.node.numPartitions))))
    return this.context.collected(counted, 'countByValue', pairs => new Map(pairs))
  }
  /**
   * Writes `path/part-00000…`, one file per partition and one line per row, then `_SUCCESS`. @throws OUTPUT_EXISTS when `path` is there
   * @example
   * await rdd.saveAsTextFile(`${dir}/numbers`)
   * await sc.textFile(`${dir}/numbers`).sortBy(line => line).collect() // [ '1', '2', '3' ]
   */
  saveAsTextFile(path: string): JobPromise<void> { return saveAsTextFile(this, path) }

  // — looking —

  [DESCRIBE](): readonly string[] { return lineage(this.node) }
  override toString(): string { return rddTitle(this.node) }
}

function empty(operator: string): never { throw new SparkError('EMPTY_COLLECTION', { operator }) }
