/** The other accumulators that Spark has: sums of any numbers, and lists. */
import { AccumulatorV2 } from './accumulator.js'

/**
 * Adds numbers. There is one kind of number here, so it differs from LongAccumulator only in its name.
 * @example
 * const total = sc.doubleAccumulator()
 * await rdd.foreach(n => total.add(n / 2))
 * total.value // 3
 */
export class DoubleAccumulator extends AccumulatorV2<number, number> {
  #sum = 0
  #count = 0

  /** Takes in a number. @example sc.doubleAccumulator().add(1.5) */
  add(value: number): void { this.#sum += value; this.#count++ }
  /** The sum so far. */
  get value(): number { return this.#sum }
  /** The sum so far. */
  get sum(): number { return this.#sum }
  /** How many numbers were added. */
  get count(): number { return this.#count }
  /** Their mean; NaN when there are none. */
  get avg(): number { return this.#sum / this.#count }
  /** Whether nothing was added. @example sc.doubleAccumulator().isZero() // true */
  isZero(): boolean { return this.#sum === 0 && this.#count === 0 }
  /** Back to zero. @example sc.doubleAccumulator().reset() */
  reset(): void { this.#sum = 0; this.#count = 0 }
  /** Takes in what another has. @example sc.doubleAccumulator().merge(sc.doubleAccumulator()) */
  merge(other: DoubleAccumulator): void { this.#sum += other.#sum; this.#count += other.#count }
  /** A new one at zero. @example sc.doubleAccumulator().copyAndReset().value // 0 */
  copyAndReset(): DoubleAccumulator { return new DoubleAccumulator() }
  /** Sum and count, for the way back from a task. @example sc.doubleAccumulator().delta() // [ 0, 0 ] */
  delta(): [number, number] { return [this.#sum, this.#count] }
  /** Takes in a delta. @example sc.doubleAccumulator().mergeDelta([1.5, 1]) */
  mergeDelta([sum, count]: [number, number]): void { this.#sum += sum; this.#count += count }
  override toString(): string { return `DoubleAccumulator(id: ${this.id}, name: ${this.name ?? 'None'}, value: ${this.#sum})` }
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
