/**
 * Counters that tasks add to and the driver reads.
 *
 * A task gets its own zero copy; what it added comes back with its result and is merged once, when the task has succeeded, so
 * that a task run again is not counted twice. Own accumulators extend AccumulatorV2.
 */
import { ACCUMULATOR } from './brand.js'

export abstract class AccumulatorV2<In, Out> {
  readonly [ACCUMULATOR] = true
  /** Given by `sc.register`; -1 before. */
  id = -1
  name: string | undefined

  abstract add(value: In): void
  abstract get value(): Out
  abstract isZero(): boolean
  abstract reset(): void
  abstract merge(other: AccumulatorV2<In, Out>): void
  /** A fresh one of the same kind, at zero: what a task starts with. */
  abstract copyAndReset(): AccumulatorV2<In, Out>
  /** What travels back from a task, as plain data … */
  abstract delta(): unknown
  /** … and how the driver takes it in. */
  abstract mergeDelta(delta: unknown): void
}

/** Adds whole numbers. */
export class LongAccumulator extends AccumulatorV2<number, number> {
  #sum = 0
  #count = 0

  add(value: number): void { this.#sum += value; this.#count++ }
  get value(): number { return this.#sum }
  get sum(): number { return this.#sum }
  get count(): number { return this.#count }
  get avg(): number { return this.#sum / this.#count }
  isZero(): boolean { return this.#sum === 0 && this.#count === 0 }
  reset(): void { this.#sum = 0; this.#count = 0 }
  merge(other: LongAccumulator): void { this.#sum += other.#sum; this.#count += other.#count }
  copyAndReset(): LongAccumulator { return new LongAccumulator() }
  delta(): [number, number] { return [this.#sum, this.#count] }
  mergeDelta([sum, count]: [number, number]): void { this.#sum += sum; this.#count += count }
  override toString(): string { return `LongAccumulator(id: ${this.id}, name: ${this.name ?? 'None'}, value: ${this.#sum})` }
}
