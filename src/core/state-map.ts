/**
 * The states of a partition's keys, each with the time of the batch that last touched it. Keys are equal by structure (hash.ts);
 * the order is that in which keys were first seen. A Map holds at most 2^24 entries: a full one is followed by another.
 */
import { mapKey, type MapKey } from './hash.js'

/** Never changed once it is there, so that it may be shared with the rows it came from. */
export type StateEntry = readonly [key: unknown, stamped: readonly [state: unknown, timeMs: number]]

// V8 refuses the 16,777,217th entry; a little below, for its own rounding.
const MAX_MAP_SIZE = 2 ** 24 - 16

export class StateMap {
  readonly maps: Map<MapKey, StateEntry>[] = [new Map()]

  /** A map of its own: what changes in it does not reach where the entries came from. */
  constructor(entries: Iterable<StateEntry> = []) { for (const entry of entries) this.add(entry) }

  /** An entry whose key is not there yet. */
  add(entry: StateEntry): void { this.roomy().set(mapKey(entry[0]), entry) }

  get(key: unknown): StateEntry | undefined {
    const id = mapKey(key)
    return this.holderOf(id)?.get(id)
  }

  put(key: unknown, state: unknown, timeMs: number): void {
    const id = mapKey(key)
    const holder = this.holderOf(id)
    const known = holder?.get(id)
    if (known) holder!.set(id, [known[0], [state, timeMs]])
    else this.roomy().set(id, [key === 0 ? 0 : key, [state, timeMs]]) // −0 is 0
  }

  remove(key: unknown): void {
    const id = mapKey(key)
    this.holderOf(id)?.delete(id)
  }

  /** Those that were last touched before `timeMs`, that time itself excluded. */
  getByTime(timeMs: number): StateEntry[] {
    const old: StateEntry[] = []
    for (const entry of this.getAll()) if (entry[1][1] < timeMs) old.push(entry)
    return old
  }

  * getAll(): IterableIterator<StateEntry> { for (const map of this.maps) yield* map.values() }

  private holderOf(id: MapKey): Map<MapKey, StateEntry> | undefined { return this.maps.length === 1 ? this.maps[0] : this.maps.find(map => map.has(id)) }

  private roomy(): Map<MapKey, StateEntry> {
    const last = this.maps.at(-1)!
    if (last.size < MAX_MAP_SIZE) return last
    this.maps.push(new Map())
    return this.maps.at(-1)!
  }
}
