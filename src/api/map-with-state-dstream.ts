/** The stream that mapWithState gives: the emitted values and, beside them, the states after each batch. */
import type { StateNode } from '../plan/stream-plan.js'
import type { Duration } from '../core/time.js'
import { emitted, snapshots, stateRecords } from '../operators/map-with-state.js'
import { derived } from '../operators/streams.js'
import { call, userFn } from './calls.js'
import { DStream } from './dstream.js'
import type { Remake } from './live-dstream.js'
import type { StateSpec } from './state-spec.js'
import type { StreamingContext } from './streaming-context.js'

/**
 * What mapWithState gives: a stream of the emitted values, with the states beside them.
 * @example
 * const count = StateSpec.function((key: string, value: number | undefined, state: State<number>) => { state.update((state.getOption() ?? 0) + 1); return key })
 * pairs.mapWithState(count.numPartitions(1)).stateSnapshots() // [ [ 'a', 2 ], [ 'b', 1 ] ], [ [ 'a', 2 ], [ 'b', 1 ] ], [ [ 'a', 2 ], [ 'b', 2 ] ]
 */
export class MapWithStateDStream<K, V, S, U> extends DStream<U> {
  /** @internal made by mapWithState */
  constructor(context: StreamingContext, /** @internal */ readonly records: StateNode, remake?: Remake) { super(context, derived(records, emitted(records)), remake) }

  /**
   * All keys that have a state after the batch, in every batch, in the order in which they were first seen within a partition.
   *
   * Shape: DStream<[K, S]>; an empty batch gives the states as they are.
   * @example
   * ssc.queueStream([['a', 'b', 'a']]).map(w => [w, 1])
   *   .mapWithState(StateSpec.function((key: string, value: number | undefined, state: State<number>) => state.update((state.getOption() ?? 0) + (value ?? 0))))
   *   .stateSnapshots().print()
   */
  stateSnapshots(): DStream<[K, S]> { return new DStream<[K, S]>(this.context, derived(this.records, snapshots(call('stateSnapshots')))) }

  /** @internal */
  override get madeByFunction(): StateNode { return this.records }

  /**
   * How often idle keys are looked for, and the state written; default: every 10 batches. A multiple of the slide.
   * @example pairs.mapWithState(StateSpec.function((key, value, state) => key)).checkpoint(Seconds(10)).count() // [ 3 ], [ 0 ]
   */
  override checkpoint(interval: Duration): this {
    new DStream(this.context, this.records).checkpoint(interval)
    return this
  }
}

/** @throws ARGUMENT_INVALID when a partition count is none */
export function mapWithState<K, V, S, U>(pairs: DStream<[K, V]>, spec: StateSpec<K, V, S, U>): MapWithStateDStream<K, V, S, U> {
  const { initial, partitions, timeout } = spec.settings
  return new MapWithStateDStream(pairs.context, stateRecords(pairs.node, {
    f: userFn('mapWithState', spec.f),
    timed: spec.f.length === 4,
    partitioner: pairs.placement(partitions, 'mapWithState'),
    initial: initial?.node,
    timeout,
    exact: pairs.context.sparkContext.conf.getBoolean('spark.tspark.exactTimeouts'),
  }), f => mapWithState(pairs, spec.withFunction(f)))
}
