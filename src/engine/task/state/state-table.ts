/**
 * The states of a partition, by key, as an executor keeps them from one batch to the next. A key has a slot for as long as the
 * table lives; values stand by slot. Rows come in the order of slots, that is as keys were first seen; or, where the keys
 * that a batch touches come first (updateStateByKey), in an order of their own.
 *
 * What is in it was kept (plain-data.ts) and is never given out but as a copy.
 */
import { sizeOf } from '../size.js'
import type { Push, Source } from '../source.js'
import { copied } from './plain-data.js'
import { SlotIndex } from './slot-index.js'

export interface Columns {
  readonly keys: unknown[]
  readonly values: unknown[]
  /** When each was last touched, where that counts. */
  readonly times: number[] | undefined
  /** The slots that rows come from; absent: all but those that are gone. */
  order: Int32Array | undefined
  readonly gone: readonly number[]
}

const GONE = -1
// A place in the index with room to grow, and one in each of the lists.
const SLOT_BYTES = 72
const JUDGED = 256

export class StateTable {
  readonly keys: unknown[]
  readonly values: unknown[]
  readonly times: number[] | undefined
  order: Int32Array | undefined
  gone: number[]
  /** By slot: −1 where the key is gone; else what the batch wants to know of it, 0 between batches. */
  marks: Int32Array
  /** Whether keys have to be copied before they are given away. */
  objectKeys = false
  readonly #index: SlotIndex

  constructor({ keys, values, times, order, gone }: Columns) {
    this.keys = keys
    this.values = values
    this.times = times
    this.order = order
    this.gone = [...gone]
    this.marks = new Int32Array(Math.max(64, keys.length))
    for (const slot of gone) this.marks[slot] = GONE
    this.#index = new SlotIndex(keys)
    for (let slot = 0; slot < keys.length; slot++) if (this.marks[slot] !== GONE) this.#register(keys[slot], slot)
  }

  /** How many keys it has had; the next one gets this slot. */
  get slots(): number { return this.keys.length }
  /** How many keys it has. */
  get live(): number { return this.keys.length - this.gone.length }

  /** −1: it has no such key. Throws KEY_UNSUPPORTED. */
  slot(key: unknown): number { return this.#index.find(key) }

  /** A key that it has not; the key itself was kept. */
  add(key: unknown, value: unknown, timeMs = 0): number {
    const slot = this.keys.push(key === 0 ? 0 : key) - 1 // −0 is 0
    this.#register(key, slot)
    this.values.push(value)
    this.times?.push(timeMs)
    if (slot === this.marks.length) this.marks = grown(this.marks)
    return slot
  }

  remove(slot: number): void {
    this.#index.remove(this.keys[slot])
    this.marks[slot] = GONE
    this.gone.push(slot)
    if (typeof this.values[slot] === 'object') this.values[slot] = null
  }

  /** The key as a function may have it. */
  key(slot: number): unknown { return this.objectKeys ? copied(this.keys[slot]) : this.keys[slot] }

  isGone(slot: number): boolean { return this.marks[slot] === GONE }

  /** The slots, in the order of rows. */
  rowSlots(): Int32Array {
    if (this.order) return this.order
    const slots = new Int32Array(this.live)
    for (let slot = 0, at = 0; slot < this.keys.length; slot++) if (this.marks[slot] !== GONE) slots[at++] = slot
    return slots
  }

  /** The same rows without the slots of keys that are gone. */
  compacted(): StateTable {
    const slots = [...this.rowSlots()]
    const { times } = this
    return new StateTable({
      keys: slots.map(slot => this.keys[slot]), values: slots.map(slot => this.values[slot]), times: times && slots.map(slot => times[slot]!),
      order: this.order && Int32Array.from(slots, (_, i) => i), gone: [],
    })
  }

  rows(): Source { return rowsOf(this, this.rowSlots()) }

  /** The rows of a table that ends here: nothing is copied. */
  plainRows(): Source { return rowsOf(this, this.rowSlots(), value => value) }

  #register(key: unknown, slot: number): void {
    this.#index.find(key)
    this.#index.add(slot)
    if (typeof key === 'object') this.objectKeys = true
  }

  /** An estimate of the heap it takes. */
  bytes(): number {
    const step = Math.max(1, Math.floor(this.slots / JUDGED))
    let judged = 0
    let bytes = 0
    for (let slot = 0; slot < this.slots; slot += step, judged++) bytes += SLOT_BYTES + sizeOf(this.keys[slot]) + sizeOf(this.values[slot])
    return judged === 0 ? 0 : bytes / judged * this.slots
  }
}

/** An estimate before there is a table. */
export const ROW_BYTES = SLOT_BYTES + 40

/** `[key, state]`, or `[0, [key, [state, timeMs]]]` where times count: fresh rows, whose objects are the reader's own. */
export function rowsOf({ keys, values, times }: Pick<Columns, 'keys' | 'values' | 'times'>, slots: Int32Array, copy = copied): Source {
  const row = times
    ? (slot: number): unknown => [0, [copy(keys[slot]), [copy(values[slot]), times[slot]]]]
    : (slot: number): unknown => [copy(keys[slot]), copy(values[slot])]
  return (push: Push) => {
    let at = 0
    return () => {
      const end = Math.min(at + RUN, slots.length)
      while (at < end) push(row(slots[at++]!))
      return at < slots.length
    }
  }
}

// As long as the other sources' runs.
const RUN = 1024

function grown(marks: Int32Array): Int32Array {
  const more = new Int32Array(marks.length * 2)
  more.set(marks)
  return more
}
