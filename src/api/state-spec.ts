/**
 * What mapWithState does with a key: the function, the states to begin with, the partitions, how long a key may be idle.
 * Immutable: each setting gives another StateSpec. The types are read off the function's parameters; where they are not
 * written they are `any`, as in an example from the Spark guide.
 */
import { SparkError } from '../core/errors.js'
import type { State } from '../core/state.js'
import { Duration } from '../core/time.js'
import type { RDD } from './rdd.js'
import { Partitioner, type Partitions } from './partitioner.js'
import type { Row } from './types.js'

type IsAny<T> = 0 extends 1 & T ? true : false
type StateIn<P> = IsAny<P> extends true ? any : P extends State<infer S> ? S : never
type Given<P> = IsAny<P> extends true ? any : Exclude<P, undefined>
type Emitted<R> = IsAny<R> extends true ? any : Exclude<R, undefined>

/** The StateSpec of a function `(key, value, state)` or, with four parameters, `(time, key, value, state)`. */
export type StateSpecOf<F extends MappingFunction> = Parameters<F> extends [infer _T, infer K, infer V, infer P]
  ? StateSpec<K, Given<V>, StateIn<P>, Emitted<ReturnType<F>>>
  : Parameters<F> extends [infer K, infer V, infer P] ? StateSpec<K, Given<V>, StateIn<P>, ReturnType<F>> : StateSpec<any, any, any, ReturnType<F>>

export type MappingFunction = (...args: any[]) => Row | void

interface Settings { readonly initial?: RDD<[any, any]>; readonly partitions?: Partitions; readonly timeout?: Duration }

/**
 * What mapWithState does with a key; made by StateSpec.function.
 * @example pairs.mapWithState(StateSpec.function((key, value, state) => key).numPartitions(1)) // [ 'a', 'b', 'a' ], [], [ 'b' ]
 */
export class StateSpec<K, V, S, U> {
  /** Only for the checker: whose streams this fits, and what comes of it. */
  declare readonly types: (key: K, value: V) => [S, U]

  private constructor(/** @internal */ readonly f: MappingFunction, /** @internal */ readonly settings: Settings = {}) {}

  /**
   * A spec from a function that is called for each pair of a batch, and once for a key that times out (its value is then
   * undefined and state.isTimingOut()).
   *
   * Shape: `(key, value | undefined, state) => U`, every result is emitted; or `(time, key, value | undefined, state) =>
   * U | undefined`, and undefined emits nothing. Told apart by the number of parameters.
   * @throws ARGUMENT_INVALID when the function names neither 3 nor 4 parameters
   * @example
   * StateSpec.function((key: string, value: number | undefined, state: State<number>) => {
   *   const sum = (value ?? 0) + (state.getOption() ?? 0)
   *   state.update(sum)
   *   return [key, sum]
   * })
   */
  static function<F extends MappingFunction>(f: F): StateSpecOf<F> {
    if (typeof f !== 'function' || (f.length !== 3 && f.length !== 4)) {
      const problem = typeof f === 'function' ? `the function names ${f.length} parameters` : `needs a function, not ${f === null ? 'null' : typeof f}`
      throw new SparkError('ARGUMENT_INVALID', { operator: 'StateSpec.function', problem, fix: 'write it as (key, value, state) or (time, key, value, state)' })
    }
    return new StateSpec(f) as StateSpecOf<F>
  }

  /**
   * States to begin with: RDD<[K, S]>, one pair per key. They count as touched by the first batch.
   * @example
   * StateSpec.function((key: string, value: number | undefined, state: State<number>) => state.getOption()).initialState(sc.parallelize([['a', 5]]))
   */
  initialState(rdd: RDD<[K, S]>): this { return this.with({ initial: rdd }) }

  /**
   * Into how many partitions keys go; without it, sc.defaultParallelism.
   * @example
   * StateSpec.function((key, value, state) => key).numPartitions(4)
   */
  numPartitions(numPartitions: number): this { return this.with({ partitions: numPartitions }) }

  /**
   * Which partition a key goes to.
   * @example
   * StateSpec.function((key, value, state) => key).partitioner(new HashPartitioner(4))
   */
  partitioner(partitioner: Partitioner): this { return this.with({ partitions: partitioner }) }

  /**
   * A key that no batch has touched for longer than `idleDuration` is given to the function once more, with no value, and then
   * forgotten. Idle keys are looked for at checkpoint batches, as in Spark: every 10 batches unless `.checkpoint(interval)` of
   * the resulting stream says otherwise; with `spark.tspark.exactTimeouts` in every batch.
   * @example
   * StateSpec.function((key, value, state) => key).timeout(Seconds(30))
   */
  timeout(idleDuration: Duration): this {
    if (!(idleDuration instanceof Duration)) throw new SparkError('ARGUMENT_INVALID', { operator: 'StateSpec.timeout', problem: `needs a Duration, not ${String(idleDuration)}`, fix: 'write Seconds(30)' })
    return this.with({ timeout: idleDuration })
  }

  /** The same settings with another function. @internal */
  withFunction(f: MappingFunction): this { return new StateSpec<K, V, S, U>(StateSpec.function(f).f, this.settings) as this }

  private with(more: Settings): this { return new StateSpec<K, V, S, U>(this.f, { ...this.settings, ...more }) as this }
  toString(): string { return `StateSpec(${Object.keys(this.settings).join(', ')})` }
}
