/** The other accumulators that Spark has: sums of any numbers, and lists. */
import { AccumulatorV2, SumAccumulator } from './accumulator.js'

/**
 * Adds numbers. There is one kind of number here, so it differs from LongAccumulator only in its name.
 * @example
 * const total = sc.doubleAccumulator()
 * await rdd.foreach(n => total.add(n / 2))
 * total.value // 3
 */
export class DoubleAccumulator extends SumAccumulator {
  /** A new one at zero. @example sc.doubleAccumulator().copyAndReset().value // 0 */
  copyAndReset(): DoubleAccumulator { return new DoubleAccumulator() }
}

/**
 * Gathers values. Their order is that in which tasks ended, and within a task that of its adds.
 * @example
 * const seen = sc.collectionAccumulator<number>()
 * await rdd.coalesce(1).foreach(n => seen.add(n))
 * seen.value // [ 3, 1, 2 ]
 */
export class CollectionAccumulator<T> extends AccumulatorV2<T, T[]> {
  #values: T[] = []

  /** Takes in a value. @example sc.collectionAccumulator<string>().add('a') */
  add(value: T): void { this.#values.push(value) }
  /** A copy of all values so far. */
  get value(): T[] { return [...this.#values] }
  /** Whether nothing was added. @example sc.collectionAccumulator().isZero() // true */
  isZero(): boolean { return this.#values.length === 0 }
  /** Forgets all. @example sc.collectionAccumulator().reset() */
  reset(): void { this.#values = [] }
  /** Takes in what another has. @example sc.collectionAccumulator().merge(sc.collectionAccumulator()) */
  merge(other: CollectionAccumulator<T>): void { this.mergeDelta(other.#values) }
  /** A new one without values. @example sc.collectionAccumulator().copyAndReset().value // [] */
  copyAndReset(): CollectionAccumulator<T> { return new CollectionAccumulator<T>() }
  /** The values, for the way back from a task. @example sc.collectionAccumulator().delta() // [] */
  delta(): T[] { return this.#values }
  /** Takes in a delta. @example sc.collectionAccumulator<number>().mergeDelta([1, 2]) */
  mergeDelta(values: T[]): void { for (const value of values) this.#values.push(value) }
  override toString(): string { return `CollectionAccumulator(id: ${this.id}, name: ${this.name ?? 'None'}, value: [${this.#values.map(String).join(', ')}])` }
}
