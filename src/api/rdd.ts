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
import { lineage } from '../plan/explain.js'
import { makeNode, type Derive, type PersistNode, type RddNode } from '../plan/rdd-plan.js'
import { hashPartitioner } from '../plan/partitioner.js'
import { cartesian, coalesce, reduceRows, union } from '../operators/combine.js'
import { filter, flatMap, glom, helper, map, mapAsync, mapPartitions } from '../operators/narrow.js'
import { countByValue, distinct, repartition } from '../operators/shuffle.js'
import { sortBy } from '../operators/sort.js'
import { saveAsTextFile } from './save-text.js'
import { call, checkedConcurrency, userFn } from './calls.js'
import { checkedCount } from './partitioner.js'
import { PairRDDFunctions } from './pair-rdd.js'
import type { SparkContext } from './spark-context.js'
import type { AsyncOptions, Result, Row } from './types.js'

export class RDD<T> extends PairRDDFunctions<T> {
  readonly [DRIVER_ONLY] = 'RDD'

  /** @internal made by SparkContext and by operators */
  constructor(readonly context: SparkContext, readonly node: RddNode) { super() }

  derive<U>(operator: Derive): RDD<U> { return new RDD<U>(this.context, operator(this.node)) }

  get id(): number { return this.node.id }
  get sparkContext(): SparkContext { return this.context }
  getNumPartitions(): number { return this.node.numPartitions }

  // — transformations —

  /** f of each row. Shape: RDD<T> → RDD<U>; order and partitions stay. `w => [w, 1]` makes pairs. */
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
  /** All that f gives for each row, in order. */
  flatMap<U>(f: (row: T) => Iterable<U>): RDD<U> { return this.derive(flatMap(userFn('flatMap', f))) }
  /** Rows for which `keep` is true. */
  filter<S extends T>(keep: (row: T) => row is S): RDD<S>
  filter(keep: (row: T) => boolean): RDD<T>
  filter(keep: (row: T) => boolean): RDD<T> { return this.derive(filter(userFn('filter', keep))) }
  /** f of a whole partition, with its index. */
  mapPartitions<U>(f: (rows: IterableIterator<T>) => Iterable<U>, preservesPartitioning = false): RDD<U> {
    return this.derive(mapPartitions(userFn('mapPartitions', f), preservesPartitioning))
  }
  mapPartitionsWithIndex<U>(f: (index: number, rows: IterableIterator<T>) => Iterable<U>, preservesPartitioning = false): RDD<U> {
    const { fn, operator, site } = userFn('mapPartitionsWithIndex', f)
    const user = fn as unknown as typeof f
    return this.derive(mapPartitions(fnRef((rows: IterableIterator<T>, index: number) => user(index, rows), operator, site), preservesPartitioning))
  }
  /** One array per partition. */
  glom(): RDD<T[]> { return this.derive(glom(call('glom').site)) }
  /** Each row once; of equal rows the first seen. */
  distinct(numPartitions = Math.max(1, this.node.numPartitions)): RDD<T> {
    return this.derive(distinct(call('distinct'), hashPartitioner(checkedCount(numPartitions, 'distinct'))))
  }
  /** The rows of this, then those of `other`; nothing is removed. */
  union(other: RDD<T>): RDD<T> { return this.derive(node => union(call('union'), [node, other.node])) }
  /** Ordered by f's result over all partitions: numbers by value, strings by code unit, arrays place by place. */
  sortBy<K>(f: (row: T) => K, ascending = true, numPartitions = this.node.numPartitions): RDD<T> {
    return this.derive(sortBy(userFn('sortBy', f), ascending, checkedCount(Math.max(1, numPartitions), 'sortBy')))
  }
  /** Pairs [f(row), row]. */
  keyBy<K>(f: (row: T) => K): RDD<[K, T]> {
    const { fn, operator, site } = userFn('keyBy', f)
    const key = fn as unknown as (row: T) => K
    return this.derive(map(fnRef((row: T) => [key(row), row], operator, site)))
  }
  /** Every pair of a row of this and a row of `other`. */
  cartesian<U>(other: RDD<U>): RDD<[T, U]> { return this.derive(node => cartesian(call('cartesian'), node, other.node)) }
  /** The same rows in exactly `numPartitions` partitions, dealt out evenly. */
  repartition(numPartitions: number): RDD<T> { return this.derive(repartition(call('repartition'), checkedCount(numPartitions, 'repartition'))) }
  /** Fewer partitions, without moving rows between machines. */
  coalesce(numPartitions: number): RDD<T> { return this.derive(coalesce(call('coalesce'), checkedCount(numPartitions, 'coalesce'))) }

  // — keeping —

  /** The same rows, computed once and then kept at `level`. */
  persist(level: StorageLevel = StorageLevel.MEMORY_ONLY): RDD<T> {
    return this.derive(parent => makeNode<PersistNode>({
      kind: 'persist', parent, level, numPartitions: parent.numPartitions, partitioner: parent.partitioner, ...call('persist'),
    }))
  }
  cache(): RDD<T> { return this.persist() }
  /** Lets go of what persist() kept; it is computed again when asked for. */
  unpersist(): RDD<T> { this.context.unpersist(this.node); return this }

  // — actions —

  /** All rows, in order of partitions. */
  collect(): JobPromise<T[]> { return this.context.collected(this, 'collect', rows => rows) }
  count(): JobPromise<number> { return this.context.run(this, { kind: 'count' }, 'count', (counts: number[]) => counts.reduce((a, b) => a + b, 0)) }
  /** The first n rows; computes only as many partitions as that takes. */
  take(n: number): JobPromise<T[]> { return this.context.take(this, n, 'take') }
  /** @throws EMPTY_COLLECTION when there are no rows */
  first(): JobPromise<T> { return this.context.then(this.context.take(this, 1, 'first'), rows => rows.length ? rows[0]! : empty('first')) }
  isEmpty(): JobPromise<boolean> { return this.context.then(this.context.take(this, 1, 'isEmpty'), rows => rows.length === 0) }
  /** f over all rows; associative. @throws EMPTY_COLLECTION when there are no rows */
  reduce(f: (a: T, b: T) => T): JobPromise<T> {
    const ref = userFn('reduce', f)
    const fold = f as (a: unknown, b: unknown) => unknown
    const rows = mapPartitions(helper(ref, (values: Iterable<unknown>) => reduceRows(values, fold)))
    return this.context.collected(this.derive<T>(rows), 'reduce', partials => partials.length ? partials.reduce((a, b) => f(a, b)) : empty('reduce'))
  }
  /** f of each row, in the executors; its results are dropped. console.log in f prints above the prompt. */
  foreach(f: (row: T) => void): JobPromise<void> { return this.context.run(this, { kind: 'foreach', f: userFn('foreach', f) }, 'foreach', () => undefined) }
  /** f of each partition, in the executors. */
  foreachPartition(f: (rows: IterableIterator<T>) => void): JobPromise<void> {
    return this.context.run(this, { kind: 'apply', f: userFn('foreachPartition', f) }, 'foreachPartition', () => undefined)
  }
  /** How often each row occurs. */
  countByValue(): JobPromise<Map<T, number>> {
    const counted = this.derive<[T, number]>(countByValue(call('countByValue'), hashPartitioner(Math.max(1, this.node.numPartitions))))
    return this.context.collected(counted, 'countByValue', pairs => new Map(pairs))
  }
  /** Writes `path/part-00000…`, one file per partition, and `_SUCCESS`. @throws when the directory exists */
  saveAsTextFile(path: string): JobPromise<void> { return saveAsTextFile(this, path) }

  // — looking —

  /** The lineage, one operator a line. */
  toDebugString(): string { return lineage(this.node).join('\n') }
  [DESCRIBE](): readonly string[] { return lineage(this.node) }
  override toString(): string { return `${this.node.operator} RDD[${this.id}]` }
}

function empty(operator: string): never { throw new SparkError('EMPTY_COLLECTION', { operator }) }
