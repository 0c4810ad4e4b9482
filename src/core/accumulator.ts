/**
 * Counters that tasks add to and the driver reads.
 *
 * A task gets its own zero copy; what it added comes back with its result and is merged once, when the task has succeeded, so
 * that a task run again is not counted twice. Own accumulators extend AccumulatorV2.
 */
import { ACCUMULATOR } from './brand.js'

/**
 * What tasks add to and the driver reads; extend it for an accumulator of your own and `sc.register` it.
 * @example const count: AccumulatorV2<number, number> = sc.longAccumulator("rows")
 */
export abstract class AccumulatorV2<In, Out> {
  readonly [ACCUMULATOR] = true
  /** Given by `sc.register`; -1 before. */
  id = -1
  /** Given by `sc.register`, for people. */
  name: string | undefined

  /** Takes in one value, in a task or on the driver. */
  abstract add(value: In): void
  /** The result so far, of all tasks that have succeeded. */
  abstract get value(): Out
  /** Whether nothing has been added. */
  abstract isZero(): boolean
  /** Back to zero. */
  abstract reset(): void
  /** Takes in what another of the same kind has. */
  abstract merge(other: AccumulatorV2<In, Out>): void
  /** A fresh one of the same kind, at zero: what a task starts with. */
  abstract copyAndReset(): AccumulatorV2<In, Out>
  /** What travels back from a task, as plain data … */
  abstract delta(): unknown
  /** … and how the driver takes it in. */
  abstract mergeDelta(delta: unknown): void
}

/** A sum of numbers and how many they were: what the long and the double accumulator both are. */
export abstract class SumAccumulator extends AccumulatorV2<number, number> {
  #sum = 0
  #count = 0

  /**
   * Adds a number, here or in a function that runs in an executor.
   * @example
   * const sum = sc.longAccumulator()
   * sum.add(5)
   * sum.value // 5
   */
  add(value: number): void { this.#sum += value; this.#count++ }
  /** The sum so far. @example sc.longAccumulator().value // 0 */
  get value(): number { return this.#sum }
  /** The same as value. */
  get sum(): number { return this.#sum }
  /** How many numbers were added. */
  get count(): number { return this.#count }
  /** sum / count; NaN before the first. */
  get avg(): number { return this.#sum / this.#count }
  /** Whether nothing has been added. @example sc.longAccumulator().isZero() // true */
  isZero(): boolean { return this.#sum === 0 && this.#count === 0 }
  /**
   * Back to zero.
   * @example
   * const sum = sc.longAccumulator()
   * sum.add(5)
   * sum.reset()
   * sum.value // 0
   */
  reset(): void { this.#sum = 0; this.#count = 0 }
  /**
   * Adds what another has.
   * @example
   * const [a, b] = [sc.longAccumulator(), sc.longAccumulator()]
   * b.add(5)
   * a.merge(b)
   * a.value // 5
   */
  merge(other: SumAccumulator): void { this.#sum += other.#sum; this.#count += other.#count }
  /** Sum and count, for the way back from a task. @example sc.longAccumulator().delta() // [ 0, 0 ] */
  delta(): [number, number] { return [this.#sum, this.#count] }
  /**
   * Adds the sum and count of a task.
   * @example
   * const sum = sc.longAccumulator()
   * sum.mergeDelta([5, 1])
   * sum.value // 5
   */
  mergeDelta([sum, count]: [number, number]): void { this.#sum += sum; this.#count += count }
  override toString(): string { return `${this.constructor.name}(id: ${this.id}, name: ${this.name ?? 'None'}, value: ${this.#sum})` }
}

/**
 * Adds numbers; made by `sc.longAccumulator`. What a task that is run again added counts once.
 * @example
 * const seen = sc.longAccumulator("seen")
 * await rdd.foreach(n => seen.add(n))
 * seen.value // 6
 */
export class LongAccumulator extends SumAccumulator {
  /** A new one at zero: what a task starts with. @example sc.longAccumulator().copyAndReset().value // 0 */
  copyAndReset(): LongAccumulator { return new LongAccumulator() }
}
