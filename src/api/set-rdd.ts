/** RDDs as sets: what two have in common, what only one has, and rows put together by a function of them. */
import * as sets from '../operators/sets.js'
import { groupByKey } from '../operators/shuffle.js'
import { chain } from '../operators/narrow.js'
import { call, userFn } from './calls.js'
import { keying } from './keying.js'
import { OutputRDDFunctions } from './output-rdd.js'
import type { Partitions } from './partitioner.js'
import type { RDD } from './rdd.js'

export abstract class SetRDDFunctions<T> extends OutputRDDFunctions<T> {
  /**
   * Rows that both have, each once, compared as keys are (by structure).
   *
   * Shape: RDD<T>, RDD<T> → RDD<T>. Order: hash partitions, rows as first seen in this. Empty when either is.
   * @throws KEY_UNSUPPORTED in the job for rows without equality by value (Maps, class instances)
   * @example
   * await sc.parallelize([1, 2, 2, 3]).intersection(sc.parallelize([2, 3, 4]), 1).collect() // [ 2, 3 ]
   */
  intersection(this: RDD<T>, other: RDD<T>, partitions?: Partitions): RDD<T> {
    const placement = this.placement(partitions ?? this.node.numPartitions, 'intersection')
    return this.derive(node => sets.intersection(call('intersection'), node, other.node, placement))
  }

  /**
   * Rows of this that `other` has not; a row that stands here twice stays twice.
   *
   * Shape: RDD<T>, RDD<T> → RDD<T>. Order: hash partitions, equal rows together, as first seen. Empty when this is.
   * @throws KEY_UNSUPPORTED in the job for rows without equality by value
   * @example
   * await sc.parallelize([1, 2, 2, 3]).subtract(sc.parallelize([3]), 1).collect() // [ 1, 2, 2 ]
   */
  subtract(this: RDD<T>, other: RDD<T>, partitions?: Partitions): RDD<T> {
    const placement = this.placement(partitions ?? this.node.numPartitions, 'subtract')
    return this.derive(node => sets.subtract(call('subtract'), node, other.node, placement))
  }

  /**
   * The rows for which f gives the same key, in one array. To only count or sum them, keyBy and reduceByKey move less.
   *
   * Shape: RDD<T> → RDD<[K, T[]]>. Order: keys as first seen within their partition, rows as they came. Empty gives empty.
   * @throws KEY_UNSUPPORTED in the job when f gives what cannot be a key
   * @example
   * await sc.parallelize([1, 2, 3]).groupBy(n => n % 2 ? "odd" : "even", 1).collect() // [ [ 'odd', [ 1, 3 ] ], [ 'even', [ 2 ] ] ]
   */
  groupBy<K>(this: RDD<T>, f: (row: T) => K, partitions?: Partitions): RDD<[K, T[]]> {
    const placement = this.placement(partitions ?? this.node.numPartitions, 'groupBy')
    return this.derive(chain(keying(userFn('groupBy', f)), groupByKey(call('groupBy'), placement)))
  }
}
