/** Pairs whose keys have an order. */
import { compare } from '../core/compare.js'
import { filter, helper } from '../operators/narrow.js'
import { shuffle } from '../operators/shuffle.js'
import { ApproximateRDDActions } from './approx-rdd.js'
import { call } from './calls.js'
import { partitionerPlan, type Partitions } from './partitioner.js'
import type { RDD } from './rdd.js'

export abstract class OrderedRDDFunctions<T> extends ApproximateRDDActions<T> {
  /**
   * Pairs to the partition of their key, each partition sorted by key: one shuffle for both. Equal keys keep their order.
   *
   * Shape: RDD<[K, V]> → RDD<[K, V]>. Empty gives empty partitions.
   * @example
   * await sc.parallelize([[3, "c"], [1, "a"], [2, "b"]]).repartitionAndSortWithinPartitions(1).collect() // [ [ 1, 'a' ], [ 2, 'b' ], [ 3, 'c' ] ]
   */
  repartitionAndSortWithinPartitions<K, V>(this: RDD<[K, V]>, partitions: Partitions, ascending = true): RDD<[K, V]> {
    const here = call('repartitionAndSortWithinPartitions')
    return this.derive(shuffle(here, partitionerPlan(partitions, here.operator), undefined, { ascending, compare: undefined }))
  }

  /**
   * Pairs whose keys lie from `lower` to `upper`, both included, in natural order.
   *
   * Shape: RDD<[K, V]> → RDD<[K, V]>; order and partitions stay. Empty gives empty.
   * @example
   * await sc.range(10).map(n => [n, n]).filterByRange(3, 5).keys().collect() // [ 3, 4, 5 ]
   */
  filterByRange<K, V>(this: RDD<[K, V]>, lower: K, upper: K): RDD<[K, V]> {
    return this.derive(filter(helper(call('filterByRange'), ([key]: [K, V]) => compare(key, lower) >= 0 && compare(key, upper) <= 0)))
  }
}
