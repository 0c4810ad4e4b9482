/**
 * What has come for each key, beside a table: the keys that a batch touches, in the order in which they were first seen, each with its
 * values. Keys that the table does not have yet get their slots here; those from `firstNew` on have no state before.
 */
import { notAPair, thrown } from '../failure.js'
import { drain, type Source } from '../source.js'
import type { At } from '../task.js'
import { EXOTIC, kept, same } from './plain-data.js'
import type { StateTable } from './state-table.js'

export class Grouped {
  /** Touched slots, first seen first. While the batch lasts, `marks` holds the place of each, from 1. */
  readonly slots: number[] = []
  readonly firstNew: number
  /** A key is none that may be kept: the table ends with this batch. */
  exotic = false

  constructor(readonly table: StateTable, readonly at: At) { this.firstNew = table.slots }

  /** Calls `take(place, value)` for each pair. */
  drain(source: Source, take: (place: number, value: unknown) => void): void {
    drain(source, row => {
      if (!Array.isArray(row) || row.length !== 2) throw notAPair(this.at, row)
      let place: number
      try { place = this.touch(row[0]) } catch (error) { throw thrown(this.at, row, error) }
      take(place, row[1])
    })
  }

  /** Where among the touched the key is, from 0. */
  touch(key: unknown): number {
    const { table } = this
    let slot = table.slot(key)
    if (slot < 0) slot = this.#added(key)
    const mark = table.marks[slot]!
    if (mark > 0) return mark - 1
    return (table.marks[slot] = this.slots.push(slot)) - 1
  }

  /** After the batch: slots that are gone stay marked so. */
  close(): void {
    const { marks } = this.table
    for (const slot of this.slots) if (marks[slot]! > 0) marks[slot] = 0
  }

  #added(key: unknown): number {
    const own = kept(key)
    if (own === EXOTIC) this.exotic = true
    return this.table.add(own === EXOTIC ? key : own, 0)
  }
}

/** New values that functions have given; kept once all functions have been called, since one may still change what another gave. */
export class Given {
  readonly #slots: number[] = []
  readonly #values: unknown[] = []
  exotic = false

  add(slot: number, value: unknown): void {
    this.#slots.push(slot)
    this.#values.push(value)
  }

  /** Keeps what differs from what the table has, and gives its slots; `firstNew` and later ones are all new. */
  settle({ values }: StateTable, firstNew: number): number[] {
    const changed: number[] = []
    this.#slots.forEach((slot, i) => {
      const value = this.#values[i]
      if (slot < firstNew && same(value, values[slot])) return
      const own = kept(value)
      if (own === EXOTIC) this.exotic = true
      values[slot] = own === EXOTIC ? value : own
      changed.push(slot)
    })
    return changed
  }
}
