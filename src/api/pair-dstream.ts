/**
 * Operations on streams of pairs. As with RDDs, their `this` type admits only DStream<[K, V]>: on another stream the checker
 * refuses them and says which element type it found.
 */
import { SparkError } from '../core/errors.js'
import type { Duration, Time } from '../core/time.js'
import type { Derive } from '../plan/rdd-plan.js'
import { hashPartitioner, type PartitionerPlan } from '../plan/partitioner.js'
import { cogroup, join, type JoinKind } from '../operators/join.js'
import { filter, flatMapValues, mapValues } from '../operators/narrow.js'
import { combineByKey, groupByKey, reduceByKey } from '../operators/shuffle.js'
import { derived, reducedWindow, stateful, transformed } from '../operators/streams.js'
import { call, userFn } from './calls.js'
import { Partitioner, partitionerPlan, type Partitions } from './partitioner.js'
import { DStream } from './dstream.js'
import type { Remake } from './live-dstream.js'
import { LookedDStream } from './looked-dstream.js'
import { RDD } from './rdd.js'
import type { MapWithStateDStream } from './map-with-state-dstream.js'
import type { StateSpec } from './state-spec.js'
import type { Result, Row } from './types.js'

export abstract class PairDStreamFunctions<T> extends LookedDStream<T> {
  /** @internal */ abstract readonly slideDuration: Duration
  /** Another stream of the same context: `operator` on every batch. @internal */
  abstract derive<U>(operator: Derive, remake?: Remake): DStream<U>
  /** @internal */ abstract window(windowDuration: Duration, slideDuration?: Duration): DStream<T>

  /**
   * Merges the values of each key within each batch.
   *
   * Shape: DStream<[K, V]> → DStream<[K, V]>; one pair per key, in first-seen order within its partition; an empty batch stays empty.
   * @param f associative; gets two values of one key
   * @example
   * pairs.reduceByKey((a, b) => a + b, 1) // [ [ 'a', 4 ], [ 'b', 2 ] ], [], [ [ 'b', 4 ] ]
   * numbers.reduceByKey((a, b) => a + b) // error TS2684
   */
  reduceByKey<K, V>(this: DStream<[K, V]>, f: (a: V, b: V) => V, partitions?: Partitions): DStream<[K, V]> {
    return this.derive(reduceByKey(userFn('reduceByKey', f), this.placement(partitions, 'reduceByKey')), g => this.reduceByKey(g, partitions))
  }
  /**
   * All values of each key of a batch in one array. Shape: DStream<[K, V]> → DStream<[K, V[]]>.
   * @example pairs.groupByKey(1) // [ [ 'a', [ 1, 3 ] ], [ 'b', [ 2 ] ] ], []
   */
  groupByKey<K, V>(this: DStream<[K, V]>, partitions?: Partitions): DStream<[K, V[]]> {
    return this.derive(groupByKey(call('groupByKey'), this.placement(partitions, 'groupByKey')))
  }
  /**
   * The general form behind reduceByKey and groupByKey: make a combiner of the first value, add a value, merge two.
   * @example pairs.combineByKey(n => [n], (all, n) => [...all, n], (a, b) => [...a, ...b], 1) // [ [ 'a', [ 1, 3 ] ], [ 'b', [ 2 ] ] ], []
   */
  combineByKey<K, V, C>(
    this: DStream<[K, V]>, createCombiner: (value: V) => C, mergeValue: (combined: C, value: V) => C, mergeCombiners: (a: C, b: C) => C,
    partitions?: Partitions, mapSideCombine = true,
  ): DStream<[K, C]> {
    const fn = (f: unknown) => userFn('combineByKey', f)
    const aggregator = { createCombiner: fn(createCombiner), mergeValue: fn(mergeValue), mergeCombiners: fn(mergeCombiners), mapSideCombine }
    return this.derive(combineByKey(call('combineByKey'), aggregator, this.placement(partitions, 'combineByKey')))
  }
  /** f of each value; keys and order stay. @example pairs.mapValues(n => n * 10) // [ [ 'a', 10 ], [ 'b', 20 ], [ 'a', 30 ] ], [] */
  mapValues<K, V, U extends Row | void>(this: DStream<[K, V]>, f: (value: V) => Result<U>): DStream<[K, U]> { return this.derive(mapValues(userFn('mapValues', f)), g => this.mapValues(g)) }
  /**
   * Each of f's results with the value's key.
   * @example pairs.flatMapValues(n => [n, -n]) // [ [ 'a', 1 ], [ 'a', -1 ], [ 'b', 2 ], [ 'b', -2 ], [ 'a', 3 ], [ 'a', -3 ] ]
   */
  flatMapValues<K, V, U>(this: DStream<[K, V]>, f: (value: V) => Iterable<U>): DStream<[K, U]> { return this.derive(flatMapValues(userFn('flatMapValues', f)), g => this.flatMapValues(g)) }

  /**
   * Each pair of values whose keys are equal in the same batch. Shape: DStream<[K, V]>, DStream<[K, W]> → DStream<[K, [V, W]]>.
   * @example pairs.join(colors, 1) // [ [ 'a', [ 1, 'red' ] ], [ 'a', [ 3, 'red' ] ] ], [], [ [ 'b', [ 4, 'blue' ] ] ]
   */
  join<K, V, W>(this: DStream<[K, V]>, other: DStream<[K, W]>, partitions?: Partitions): DStream<[K, [V, W]]> { return this.joined('join', other, partitions) }
  /**
   * As join, keeping keys that only this side has, with undefined for the other.
   * @example pairs.leftOuterJoin(colors, 1).map(([, both]) => both) // [ [ 1, 'red' ], [ 3, 'red' ], [ 2, undefined ] ], []
   */
  leftOuterJoin<K, V, W>(this: DStream<[K, V]>, other: DStream<[K, W]>, partitions?: Partitions): DStream<[K, [V, W | undefined]]> {
    return this.joined('leftOuterJoin', other, partitions)
  }
  /**
   * As join, keeping keys that only `other` has, with undefined for this side.
   * @example pairs.rightOuterJoin(colors, 1).count() // [ 2 ], [ 0 ], [ 2 ]
   */
  rightOuterJoin<K, V, W>(this: DStream<[K, V]>, other: DStream<[K, W]>, partitions?: Partitions): DStream<[K, [V | undefined, W]]> {
    return this.joined('rightOuterJoin', other, partitions)
  }
  /**
   * As join, keeping the keys of either side, with undefined for the other.
   * @example pairs.fullOuterJoin(colors, 1).count() // [ 3 ], [ 0 ], [ 2 ]
   */
  fullOuterJoin<K, V, W>(this: DStream<[K, V]>, other: DStream<[K, W]>, partitions?: Partitions): DStream<[K, [V | undefined, W | undefined]]> {
    return this.joined('fullOuterJoin', other, partitions)
  }
  /**
   * The values of each key of a batch, side by side. Shape: DStream<[K, V]>, DStream<[K, W]> → DStream<[K, [V[], W[]]]>.
   * @example pairs.cogroup(colors, 1) // [ [ 'a', [ [ 1, 3 ], [ 'red' ] ] ], [ 'b', [ [ 2 ], [] ] ] ], []
   */
  cogroup<K, V, W>(this: DStream<[K, V]>, other: DStream<[K, W]>, partitions?: Partitions): DStream<[K, [V[], W[]]]> {
    const here = call('cogroup')
    const placement = this.placement(partitions, 'cogroup')
    return new DStream(this.context, transformed(here, [this.node, other.node], nodes => cogroup(here, nodes, placement)))
  }

  /**
   * groupByKey over the last `windowDuration`, every `slideDuration`. @throws DURATION_NOT_MULTIPLE
   * @example pairs.groupByKeyAndWindow(Seconds(3), Seconds(3), 1) // [ [ 'a', [ 1, 3 ] ], [ 'b', [ 2, 4 ] ] ]
   */
  groupByKeyAndWindow<K, V>(this: DStream<[K, V]>, windowDuration: Duration, slideDuration: Duration = this.slideDuration, partitions?: Partitions): DStream<[K, V[]]> {
    return this.window(windowDuration, slideDuration).groupByKey(partitions)
  }

  /**
   * Merges the values of each key over the last `windowDuration`, every `slideDuration`.
   *
   * Shape: DStream<[K, V]> → DStream<[K, V]>; one pair per key present in the window. With `inverse`, cost follows what entered
   * and left rather than the whole window; keys whose values have all left stay with what the inverse leaves (0 for sums)
   * unless `keep` drops them.
   * @param windowDuration  a multiple of the batch duration
   * @throws DURATION_NOT_MULTIPLE when window or slide does not divide into batches
   * @example
   * pairs.reduceByKeyAndWindow((a, b) => a + b, Seconds(3), Seconds(1), 1) // [ [ 'a', 4 ], [ 'b', 2 ] ], [ [ 'a', 4 ], [ 'b', 2 ] ], [ [ 'a', 4 ], [ 'b', 6 ] ]
   * pairs.reduceByKeyAndWindow((a, b) => a + b, (a, b) => a - b, Seconds(1), Seconds(1), 1) // [ [ 'a', 4 ], [ 'b', 2 ] ], [ [ 'a', 0 ], [ 'b', 0 ] ], [ [ 'a', 0 ], [ 'b', 4 ] ]
   */
  reduceByKeyAndWindow<K, V>(this: DStream<[K, V]>, f: (a: V, b: V) => V, windowDuration: Duration, slideDuration?: Duration, partitions?: Partitions): DStream<[K, V]>
  reduceByKeyAndWindow<K, V>(
    this: DStream<[K, V]>, f: (a: V, b: V) => V, inverse: (a: V, b: V) => V, windowDuration: Duration, slideDuration?: Duration,
    partitions?: Partitions, keep?: (pair: [K, V]) => boolean): DStream<[K, V]>
  reduceByKeyAndWindow<K, V>(this: DStream<[K, V]>, f: (a: V, b: V) => V, ...rest: unknown[]): DStream<[K, V]> {
    if (typeof rest[0] !== 'function') return this.windowWhole(f, ...(rest as [Duration, Duration?, Partitions?]))
    return this.windowInverse(f, ...(rest as [(a: V, b: V) => V, Duration, Duration?, Partitions?, ((pair: [K, V]) => boolean)?]))
  }

  /**
   * State by key, kept from batch to batch: f is called for every key that has state or values in this batch.
   *
   * Shape: DStream<[K, V]> → DStream<[K, S]>; all keys with state, every batch, an empty one too; a key with new values comes
   * before those without. Returning undefined forgets the key. f is `(values, state)` or, with four parameters, `(time, key, values, state)`.
   * Where `rememberPartitioner` is given and f has one parameter, f gets each partition whole: an iterator of [key, values, state],
   * and gives the pairs [key, state] to keep.
   * @throws ARGUMENT_INVALID when f names three parameters, or more than four
   * @example pairs.updateStateByKey((values: number[], sum?: number) => values.reduce((a, b) => a + b, sum ?? 0), 1) // [ [ 'a', 4 ], [ 'b', 2 ] ], [ [ 'a', 4 ], [ 'b', 2 ] ], [ [ 'b', 6 ], [ 'a', 4 ] ]
   */
  updateStateByKey<K, V, S = V>(this: DStream<[K, V]>, f: (values: V[], state: S | undefined) => S | undefined, ...options: StateOptions<K, S>): DStream<[K, S]>
  updateStateByKey<K, V, S = V>(this: DStream<[K, V]>, f: (time: Time, key: K, values: V[], state: S | undefined) => S | undefined, ...options: StateOptions<K, S>): DStream<[K, S]>
  updateStateByKey<K, V, S = V>(this: DStream<[K, V]>, f: (rows: IterableIterator<[K, V[], S | undefined]>) => Iterable<[K, S]>, partitions: Partitions, rememberPartitioner: boolean, initial?: RDD<[K, S]>): DStream<[K, S]>
  updateStateByKey<K, V, S>(this: DStream<[K, V]>, f: (...args: never[]) => unknown, ...options: readonly (Partitions | boolean | RDD<[K, S]> | undefined)[]): DStream<[K, S]> {
    if (f.length === 3 || f.length > 4) throw new SparkError('ARGUMENT_INVALID', { operator: 'updateStateByKey', problem: `the function names ${f.length} parameters`, fix: 'write it as (values, state) or (time, key, values, state)' })
    const initial = options.find(option => option instanceof RDD)
    const partitions = options.find(option => typeof option === 'number' || option instanceof Partitioner)
    const remember = options.find(option => typeof option === 'boolean')
    const form = remember !== undefined && f.length === 1 ? 'partition' : f.length === 4 ? 'timed' : 'plain'
    const placement = this.placement(partitions, 'updateStateByKey')
    return new DStream<[K, S]>(this.context, stateful(userFn('updateStateByKey', f), form, this.node, placement, initial?.node, remember), g => this.updateStateByKey(g, ...options as [Partitions, RDD<[K, S]>]))
  }

  /**
   * State by key, by a function that is called for the keys of the batch only; see StateSpec. Cost follows the batch in calls,
   * and the states are kept from batch to batch.
   *
   * Shape: DStream<[K, V]> → DStream<U> of what the function gives, in the order of the batch's pairs within a partition; an
   * empty batch gives nothing, unless keys time out. `.stateSnapshots()` gives all keys with their states.
   * @throws TASK_FAILED in the batch where the function throws: the state stays as it was before
   * @example
   * ssc.queueStream([['a', 'b', 'a']]).map(w => [w, 1]).mapWithState(StateSpec.function((key: string, value: number | undefined, state: State<number>) => {
   *   const sum = (value ?? 0) + (state.getOption() ?? 0)
   *   state.update(sum)
   *   return [key, sum]
   * })).print()
   */
  mapWithState<K, V, S, U>(this: DStream<[K, V]>, spec: StateSpec<K, V, S, U>): MapWithStateDStream<K, V, S, U> { return this.context.mapWithState(this, spec) }

  /** @internal */
  placement(partitions: Partitions | undefined, operator: string): PartitionerPlan {
    return partitions === undefined ? hashPartitioner(this.context.sparkContext.defaultParallelism) : partitionerPlan(partitions, operator)
  }

  /** @internal */
  joined<R>(kind: JoinKind, other: DStream<any>, partitions: Partitions | undefined): DStream<R> {
    const here = call(kind)
    const placement = this.placement(partitions, kind)
    return new DStream<R>(this.context, transformed(here, [this.node, other.node], ([left, right]) => join(here, kind, left!, right!, placement)))
  }

  /** Each batch is reduced first, so that the window holds few rows. @internal */
  windowWhole<K, V>(this: DStream<[K, V]>, f: (a: V, b: V) => V, windowDuration: Duration, slideDuration = this.slideDuration, partitions?: Partitions): DStream<[K, V]> {
    const reduced = reduceByKey(userFn('reduceByKeyAndWindow', f), this.placement(partitions, 'reduceByKeyAndWindow'))
    return this.derive<[K, V]>(reduced).window(windowDuration, slideDuration).derive(reduced, g => this.windowWhole(g, windowDuration, slideDuration, partitions))
  }

  /** @internal */
  windowInverse<K, V>(
    this: DStream<[K, V]>, f: (a: V, b: V) => V, inverse: (a: V, b: V) => V, windowDuration: Duration, slideDuration = this.slideDuration,
    partitions?: Partitions, keep?: (pair: [K, V]) => boolean): DStream<[K, V]> {
    const fn = (g: unknown) => userFn('reduceByKeyAndWindow', g)
    const window = reducedWindow(fn(f), fn(inverse), this.node, windowDuration, slideDuration, this.placement(partitions, 'reduceByKeyAndWindow'))
    return new DStream<[K, V]>(this.context, keep ? derived(window, filter(fn(keep))) : window, (g, h = inverse) => this.windowInverse(g, h, windowDuration, slideDuration, partitions, keep))
  }
}

/** A number of partitions or a Partitioner, and an RDD of states to begin with; either may be left out. */
export type StateOptions<K, S> = [] | [Partitions | RDD<[K, S]>] | [Partitions, RDD<[K, S]>] | [Partitions, boolean, RDD<[K, S]>?]
