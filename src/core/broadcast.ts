/**
 * A read-only value sent to each executor once, instead of with every function that mentions it.
 * A function that captures a Broadcast takes only its id along; the executor finds the value in its own table.
 */
import { BROADCAST } from './brand.js'

export class Broadcast<T> {
  readonly [BROADCAST] = true
  readonly #read: () => T

  /** Made by `sc.broadcast(value)`; executors make their own with a `read` over their table. */
  constructor(readonly id: number, read: () => T) { this.#read = read }

  get value(): T { return this.#read() }

  toString(): string { return `Broadcast(${this.id})` }
}
