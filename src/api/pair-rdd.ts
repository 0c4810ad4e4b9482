/**
 * Operations on RDDs of pairs. They stand on every RDD, but their `this` type admits only RDD<[K, V]>, so that
 * `lengths.reduceByKey(…)` is refused with a readable message.
 */
import type { JobPromise } from '../core/job-promise.js'
import { samePartitioning } from '../plan/partitioner.js'
import { join, type JoinKind } from '../operators/join.js'
import { flatMapValues, helper, map, mapValues } from '../operators/narrow.js'
import { combineByKey, groupByKey, keyOf, reduceByKey, shuffle, valueOf } from '../operators/shuffle.js'
import { sortByKey } from '../operators/sort.js'
import { call, userFn } from './calls.js'
import { checkedCount, partitionerPlan, type Partitions } from './partitioner.js'
import { PairCombineFunctions } from './pair-combine.js'
import type { RDD } from './rdd.js'
import type { Result, Row } from './types.js'

export abstract class PairRDDFunctions<T> extends PairCombineFunctions<T> {
  /**
   * Merges the values of each key; combines before the shuffle.
   *
   * Shape: RDD<[K, V]> → RDD<[K, V]>; one row per key, in first-seen order within its partition.
   * @param f associative; gets two values of one key
   * @example await scores.reduceByKey((a, b) => a + b, 1).collect() // [ [ 'a', 4 ], [ 'b', 2 ] ]
   */
  reduceByKey<K, V>(this: RDD<[K, V]>, f: (a: V, b: V) => V, partitions?: Partitions): RDD<[K, V]> {
    return this.derive(reduceByKey(userFn('reduceByKey', f), this.placement(partitions, 'reduceByKey')))
  }

  /**
   * All values of each key in one array. Shape: RDD<[K, V]> → RDD<[K, V[]]>. Prefer reduceByKey where it will do.
   * @example await scores.groupByKey(1).collect() // [ [ 'a', [ 1, 3 ] ], [ 'b', [ 2 ] ] ]
   */
  groupByKey<K, V>(this: RDD<[K, V]>, partitions?: Partitions): RDD<[K, V[]]> {
    return this.derive(groupByKey(call('groupByKey'), this.placement(partitions, 'groupByKey')))
  }

  /**
   * The general form behind reduceByKey and groupByKey: make a combiner of the first value, add a value, merge two.
   * @example await scores.combineByKey(n => [n], (all, n) => [...all, n], (a, b) => [...a, ...b], 1).collect() // [ [ 'a', [ 1, 3 ] ], [ 'b', [ 2 ] ] ]
   */
  combineByKey<K, V, C>(
    this: RDD<[K, V]>, createCombiner: (value: V) => C, mergeValue: (combined: C, value: V) => C, mergeCombiners: (a: C, b: C) => C,
    partitions?: Partitions, mapSideCombine = true,
  ): RDD<[K, C]> {
    const fn = (f: unknown) => userFn('combineByKey', f)
    const aggregator = { createCombiner: fn(createCombiner), mergeValue: fn(mergeValue), mergeCombiners: fn(mergeCombiners), mapSideCombine }
    return this.derive(combineByKey(call('combineByKey'), aggregator, this.placement(partitions, 'combineByKey')))
  }

  /**
   * f of each value; keys, order and partitions stay. Shape: RDD<[K, V]> → RDD<[K, U]>.
   * @example await scores.mapValues(n => n * 10).collect() // [ [ 'a', 10 ], [ 'b', 20 ], [ 'a', 30 ] ]
   */
  mapValues<K, V, U extends Row | void>(this: RDD<[K, V]>, f: (value: V) => Result<U>): RDD<[K, U]> {
    return this.derive(mapValues(userFn('mapValues', f)))
  }

  /**
   * Each of f's results with the value's key. Shape: RDD<[K, V]> → RDD<[K, U]>.
   * @example await teams.flatMapValues(team => [team, team.length]).take(2) // [ [ 'a', 'red' ], [ 'a', 3 ] ]
   */
  flatMapValues<K, V, U>(this: RDD<[K, V]>, f: (value: V) => Iterable<U>): RDD<[K, U]> {
    return this.derive(flatMapValues(userFn('flatMapValues', f)))
  }

  /** The keys, repeated as they occur. @example await scores.keys().collect() // [ 'a', 'b', 'a' ] */
  keys<K, V>(this: RDD<[K, V]>): RDD<K> { return this.derive(map(helper(call('keys'), keyOf))) }
  /** The values. @example await scores.values().collect() // [ 1, 2, 3 ] */
  values<K, V>(this: RDD<[K, V]>): RDD<V> { return this.derive(map(helper(call('values'), valueOf))) }

  /**
   * Each pair of values with equal keys. Shape: RDD<[K, V]>, RDD<[K, W]> → RDD<[K, [V, W]]>.
   * @example await scores.join(teams, 1).collect() // [ [ 'a', [ 1, 'red' ] ], [ 'a', [ 3, 'red' ] ] ]
   */
  join<K, V, W>(this: RDD<[K, V]>, other: RDD<[K, W]>, partitions?: Partitions): RDD<[K, [V, W]]> {
    return this.joined('join', other, partitions)
  }
  /**
   * As join, keeping keys that only this side has, with undefined for the other.
   * @example await scores.leftOuterJoin(teams, 1).values().collect() // [ [ 1, 'red' ], [ 3, 'red' ], [ 2, undefined ] ]
   */
  leftOuterJoin<K, V, W>(this: RDD<[K, V]>, other: RDD<[K, W]>, partitions?: Partitions): RDD<[K, [V, W | undefined]]> {
    return this.joined('leftOuterJoin', other, partitions)
  }
  /**
   * As join, keeping keys that only `other` has, with undefined for this side.
   * @example await scores.rightOuterJoin(teams, 1).values().collect() // [ [ 1, 'red' ], [ 3, 'red' ], [ undefined, 'green' ] ]
   */
  rightOuterJoin<K, V, W>(this: RDD<[K, V]>, other: RDD<[K, W]>, partitions?: Partitions): RDD<[K, [V | undefined, W]]> {
    return this.joined('rightOuterJoin', other, partitions)
  }
  /** As join, keeping the keys of either side, with undefined for the other. @example await scores.fullOuterJoin(teams, 1).count() // 4 */
  fullOuterJoin<K, V, W>(this: RDD<[K, V]>, other: RDD<[K, W]>, partitions?: Partitions): RDD<[K, [V | undefined, W | undefined]]> {
    return this.joined('fullOuterJoin', other, partitions)
  }

  /** Each pair to the partition of its key; nothing moves where it is there already. @example scores.partitionBy(3).getNumPartitions() // 3 */
  partitionBy<K, V>(this: RDD<[K, V]>, partitions: Partitions): RDD<[K, V]> {
    const placement = partitionerPlan(partitions, 'partitionBy')
    return this.derive(node => samePartitioning(node.partitioner, placement) ? node : shuffle(call('partitionBy'), placement)(node))
  }

  /**
   * Ordered by key over all partitions. Samples its input when a job runs, not when it is called.
   * @example await scores.sortByKey(false).keys().collect() // [ 'b', 'a', 'a' ]
   */
  sortByKey<K, V>(this: RDD<[K, V]>, ascending = true, numPartitions = this.node.numPartitions): RDD<[K, V]> {
    return this.derive(sortByKey(call('sortByKey'), ascending, checkedCount(Math.max(1, numPartitions), 'sortByKey')))
  }

  /** All pairs as a Map; of equal keys the last wins. @example (await scores.collectAsMap()).get('a') // 3 */
  collectAsMap<K, V>(this: RDD<[K, V]>): JobPromise<Map<K, V>> {
    return this.context.collected(this, 'collectAsMap', pairs => new Map(pairs))
  }

  /** How often each key occurs, as a Map. @example (await scores.countByKey()).get('a') // 2 */
  countByKey<K, V>(this: RDD<[K, V]>): JobPromise<Map<K, number>> {
    return this.context.collected(this.mapValues(() => 1).reduceByKey((a, b) => a + b), 'countByKey', pairs => new Map(pairs))
  }

  /** @internal */
  joined<R>(kind: JoinKind, other: RDD<any>, partitions: Partitions | undefined): RDD<R> {
    const placement = this.placement(partitions, kind, other)
    return this.derive(node => join(call(kind), kind, node, other.node, placement))
  }
}
