/**
 * A read-only value sent to each executor once, instead of with every function that mentions it.
 * A function that captures a Broadcast takes only its id along; the executor finds the value in its own table.
 */
import { BROADCAST } from './brand.js'

/**
 * A value that each executor has once; made by `sc.broadcast`.
 * @example
 * const known = sc.broadcast(new Set(['to']))
 * await sc.parallelize(['to', 'be']).filter(w => known.value.has(w)).collect() // [ 'to' ]
 */
export class Broadcast<T> {
  readonly [BROADCAST] = true
  readonly #read: () => T

  /** Made by `sc.broadcast(value)`; executors make their own with a `read` over their table. */
  constructor(/** Its number in this context. */ readonly id: number, read: () => T, /** @internal */ readonly release: (forGood: boolean) => void = () => {}) { this.#read = read }

  /** The value; in an executor its own copy, not to be changed. @example sc.broadcast([1, 2]).value // [ 1, 2 ] */
  get value(): T { return this.#read() }

  /** Executors forget their copies; those that need it again get it again. @example sc.broadcast([1, 2]).unpersist() */
  unpersist(): void { this.release(false) }

  /**
   * Executors forget it for good: a job that uses it afterwards fails. @throws BROADCAST_DESTROYED in that job
   * @example sc.broadcast([1, 2]).destroy()
   */
  destroy(): void { this.release(true) }

  toString(): string { return `Broadcast(${this.id})` }
}
