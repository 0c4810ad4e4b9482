/** Pairs combined by key from a zero, grouped with up to three others, taken away, looked up. */
import { copyOf } from '../core/copy.js'
import { hashKey, keysEqual } from '../core/hash.js'
import type { JobPromise } from '../core/job-promise.js'
import { fnRef } from '../plan/fn-ref.js'
import { cogroup } from '../operators/join.js'
import { filter, helper, map } from '../operators/narrow.js'
import { subtractByKey } from '../operators/sets.js'
import { chain } from '../operators/narrow.js'
import { combineByKey, valueOf } from '../operators/shuffle.js'
import { call, userFn } from './calls.js'
import { OrderedRDDFunctions } from './ordered-rdd.js'
import type { Partitions } from './partitioner.js'
import type { RDD } from './rdd.js'
import type { Row, Wide } from './types.js'

export abstract class PairCombineFunctions<T> extends OrderedRDDFunctions<T> {
  /**
   * The values of each key folded into `zero`: `seqOp` takes a value in, `combOp` merges what two partitions made of a key.
   *
   * Shape: RDD<[K, V]> → RDD<[K, U]>; one row per key, as first seen in its partition. Empty gives empty.
   * @param zero copied for each key, so that seqOp may change its first argument
   * @example
   * await sc.parallelize([["a", 1], ["a", 5], ["b", 2]]).aggregateByKey(0, (most, v) => Math.max(most, v), (a, b) => Math.max(a, b), 1).collect() // [ [ 'a', 5 ], [ 'b', 2 ] ]
   */
  aggregateByKey<K, V, U extends Row>(this: RDD<[K, V]>, zero: U, seqOp: (all: Wide<U>, value: V) => Wide<U>, combOp: (a: Wide<U>, b: Wide<U>) => Wide<U>, partitions?: Partitions): RDD<[K, Wide<U>]> {
    const { operator, site } = userFn('aggregateByKey', seqOp)
    const createCombiner = fnRef((value: V) => seqOp(copyOf(zero) as Wide<U>, value), operator, site)
    const aggregator = { createCombiner, mergeValue: userFn(operator, seqOp), mergeCombiners: userFn(operator, combOp), mapSideCombine: true }
    return this.derive(combineByKey({ operator, site }, aggregator, this.placement(partitions, operator)))
  }

  /**
   * The values of each key folded into `zero`, which enters once per key and partition and so should change nothing.
   *
   * Shape: RDD<[K, V]> → RDD<[K, V]>; one row per key, as first seen in its partition. Empty gives empty.
   * @example
   * await sc.parallelize([["a", 1], ["a", 5], ["b", 2]]).foldByKey(0, (a, b) => a + b, 1).collect() // [ [ 'a', 6 ], [ 'b', 2 ] ]
   */
  foldByKey<K, V>(this: RDD<[K, V]>, zero: V, f: (a: V, b: V) => V, partitions?: Partitions): RDD<[K, V]> {
    const { operator, site } = userFn('foldByKey', f)
    const createCombiner = fnRef((value: V) => f(copyOf(zero), value), operator, site)
    const merge = userFn(operator, f)
    return this.derive(combineByKey({ operator, site }, { createCombiner, mergeValue: merge, mergeCombiners: merge, mapSideCombine: true }, this.placement(partitions, operator)))
  }

  /**
   * As reduceByKey, with the result in a Map on the driver.
   *
   * Shape: RDD<[K, V]> → Map<K, V>. Empty gives an empty Map.
   * @example
   * (await sc.parallelize([["a", 1], ["a", 2]]).reduceByKeyLocally((a, b) => a + b)).get("a") // 3
   */
  reduceByKeyLocally<K, V>(this: RDD<[K, V]>, f: (a: V, b: V) => V): JobPromise<Map<K, V>> {
    userFn('reduceByKeyLocally', f)
    return this.context.collected(this.reduceByKey(f), 'reduceByKeyLocally', pairs => new Map(pairs))
  }

  /**
   * The values of each key, side by side: of this, and of one to three others.
   *
   * Shape: RDD<[K, V]>, RDD<[K, A]>, … → RDD<[K, [V[], A[], …]]>; keys as first seen, this before the others. A side without the key gives [].
   * @example
   * await sc.parallelize([["a", 1]]).cogroup(sc.parallelize([["a", "x"], ["b", "y"]]), 1).collect() // [ [ 'a', [ [ 1 ], [ 'x' ] ] ], [ 'b', [ [], [ 'y' ] ] ] ]
   */
  cogroup<K, V, A>(this: RDD<[K, V]>, a: RDD<[K, A]>, partitions?: Partitions): RDD<[K, [V[], A[]]]>
  cogroup<K, V, A, B>(this: RDD<[K, V]>, a: RDD<[K, A]>, b: RDD<[K, B]>, partitions?: Partitions): RDD<[K, [V[], A[], B[]]]>
  cogroup<K, V, A, B, C>(this: RDD<[K, V]>, a: RDD<[K, A]>, b: RDD<[K, B]>, c: RDD<[K, C]>, partitions?: Partitions): RDD<[K, [V[], A[], B[], C[]]]>
  cogroup<K>(this: RDD<any>, ...args: (RDD<any> | Partitions | undefined)[]): RDD<[K, any]> {
    const others = args.filter(isRDD)
    return grouped(this, 'cogroup', others, args.slice(others.length).find(arg => arg !== undefined) as Partitions | undefined)
  }

  /**
   * The same as cogroup, without a choice of partitions.
   * @example
   * await sc.parallelize([["a", 1]]).groupWith(sc.parallelize([["a", "x"]])).collect() // [ [ 'a', [ [ 1 ], [ 'x' ] ] ] ]
   */
  groupWith<K, V, A>(this: RDD<[K, V]>, a: RDD<[K, A]>): RDD<[K, [V[], A[]]]>
  groupWith<K, V, A, B>(this: RDD<[K, V]>, a: RDD<[K, A]>, b: RDD<[K, B]>): RDD<[K, [V[], A[], B[]]]>
  groupWith<K, V, A, B, C>(this: RDD<[K, V]>, a: RDD<[K, A]>, b: RDD<[K, B]>, c: RDD<[K, C]>): RDD<[K, [V[], A[], B[], C[]]]>
  groupWith<K>(this: RDD<any>, ...others: RDD<any>[]): RDD<[K, any]> { return grouped(this, 'groupWith', others, undefined) }

  /**
   * Pairs whose key `other` has not.
   *
   * Shape: RDD<[K, V]>, RDD<[K, W]> → RDD<[K, V]>; pairs of a key together, as first seen. Empty when this is.
   * @example
   * await sc.parallelize([["a", 1], ["b", 2]]).subtractByKey(sc.parallelize([["b", 0]])).collect() // [ [ 'a', 1 ] ]
   */
  subtractByKey<K, V, W>(this: RDD<[K, V]>, other: RDD<[K, W]>, partitions?: Partitions): RDD<[K, V]> {
    const placement = this.placement(partitions, 'subtractByKey')
    return this.derive(node => subtractByKey(call('subtractByKey'), node, other.node, placement))
  }

  /**
   * The values of one key. Where the RDD is placed by hash (after partitionBy, reduceByKey …), only that key's partition is computed.
   *
   * Shape: RDD<[K, V]> → V[], in order. [] where the key is not.
   * @throws KEY_UNSUPPORTED for what cannot be a key
   * @example
   * await sc.parallelize([["a", 1], ["b", 2], ["a", 3]]).lookup("a") // [ 1, 3 ]
   */
  lookup<K, V>(this: RDD<[K, V]>, key: K): JobPromise<V[]> {
    const here = call('lookup')
    const found = this.derive<V>(chain(filter(helper(here, (pair: [K, V]) => keysEqual(pair[0], key))), map(helper(here, valueOf))))
    const { partitioner } = this.node
    const only = partitioner?.kind === 'hash' ? [hashKey(key) % partitioner.numPartitions] : undefined
    return this.context.run(found as RDD<unknown>, { kind: 'collect' }, 'lookup', (parts: V[][]) => parts.flat(), only)
  }
}

const isRDD = (arg: unknown): arg is RDD<any> => typeof arg === 'object' && arg !== null && 'node' in arg

function grouped<K>(rdd: RDD<any>, operator: string, others: readonly RDD<any>[], partitions: Partitions | undefined): RDD<[K, any]> {
  const placement = rdd.placement(partitions, operator, ...others)
  return rdd.derive(node => cogroup(call(operator), [node, ...others.map(other => other.node)], placement))
}
