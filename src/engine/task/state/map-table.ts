/**
 * mapWithState on a table: what its function sees as the map of states is the table itself, so that a batch costs what it touches. An
 * object that it was given as a state is its own until the batch ends: then what became of it is kept, whether or not it said so.
 */
import type { StateEntry } from '../../../core/state-map.js'
import { pull, type Source } from '../source.js'
import type { At } from '../task.js'
import { Given, Grouped } from './group-rows.js'
import { copied } from './plain-data.js'
import type { StateTable } from './state-table.js'
import type { TableChange } from './update-table.js'

export type MapStates = (states: StatesOfBatch, pairs: Iterable<unknown>) => unknown[]

/** What mapWithState asks of its states; core/state-map.ts says it of a map. */
export class StatesOfBatch {
  readonly grouped: Grouped
  /** By place among the touched: its state now, in the function's own copy, and whether it was put there. */
  readonly #states: unknown[] = []
  readonly #put: boolean[] = []
  readonly #times: number[]

  constructor(readonly table: StateTable, at: At) {
    this.grouped = new Grouped(table, at)
    this.#times = table.times!
  }

  get(key: unknown): StateEntry | undefined {
    const slot = this.table.slot(key)
    return slot < 0 ? undefined : this.#entry(slot)
  }

  put(key: unknown, state: unknown, timeMs: number): void {
    const place = this.grouped.touch(key)
    this.#states[place] = state
    this.#put[place] = true
    this.#times[this.grouped.slots[place]!] = timeMs
  }

  remove(key: unknown): void {
    const slot = this.table.slot(key)
    if (slot >= 0) this.table.remove(slot)
  }

  getByTime(timeMs: number): StateEntry[] {
    const old: StateEntry[] = []
    for (let slot = 0; slot < this.#times.length; slot++) if (this.#times[slot]! < timeMs && !this.table.isGone(slot)) old.push(this.#entry(slot))
    return old
  }

  settle(): TableChange {
    const { table, grouped } = this
    const [put, seen] = [new Given(), new Given()]
    grouped.close()
    grouped.slots.forEach((slot, place) => { if (!table.isGone(slot)) (this.#put[place] ? put : seen).add(slot, this.#states[place]) })
    // What was put has another time, though it may be the same state.
    const changed = [...put.settle(table, 0), ...seen.settle(table, Infinity)]
    return { changed, front: undefined, exotic: grouped.exotic || put.exotic || seen.exotic }
  }

  #entry(slot: number): StateEntry {
    const { keys, values } = this.table
    const key = keys[slot]
    const known = this.table.marks[slot]!
    const place = this.grouped.touch(key)
    if (known === 0) this.#states[place] = copied(values[slot])
    return [copied(key), [this.#states[place], this.#times[slot]!]]
  }
}

/** Gives what the function has emitted. */
export function mapTable(table: StateTable, pairs: Source, f: MapStates, at: At): { readonly emitted: unknown[]; readonly change: TableChange } {
  const states = new StatesOfBatch(table, at)
  const emitted = f(states, pull(pairs))
  return { emitted, change: states.settle() }
}
