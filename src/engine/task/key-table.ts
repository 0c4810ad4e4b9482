/**
 * Rows by key: a table from structural keys (core/hash) to `[key, value]` rows, in first-seen order.
 *
 * The rows themselves are what comes out, so a key costs one array and one Map entry. A Map holds at most 2^24 entries:
 * a full one is followed by another.
 */
import { mapKey, type MapKey } from '../../core/hash.js'

export type Entry = [key: unknown, value: unknown]

// V8 refuses the 16,777,217th entry ("Map maximum size exceeded"); a little below, for its own rounding.
const MAX_MAP_SIZE = 2 ** 24 - 16

export class KeyTable {
  readonly rows: Entry[] = []
  #last = new Map<MapKey, Entry>()
  #id: MapKey
  readonly #full: Map<MapKey, Entry>[] = []

  /** The row of an equal key, if there is one. Throws KEY_UNSUPPORTED. */
  find(key: unknown): Entry | undefined {
    const id = this.#id = mapKey(key)
    return this.#last.get(id) ?? (this.#full.length > 0 ? this.#search(id) : undefined)
  }

  /** Only for the key that `find` has just not found: its encoding is used again. */
  add(key: unknown, value: unknown): Entry {
    if (this.#last.size >= MAX_MAP_SIZE) {
      this.#full.push(this.#last)
      this.#last = new Map()
    }
    const entry: Entry = [key === 0 ? 0 : key, value] // −0 is 0
    this.#last.set(this.#id, entry)
    this.rows.push(entry)
    return entry
  }

  #search(id: MapKey): Entry | undefined {
    for (const map of this.#full) {
      const entry = map.get(id)
      if (entry) return entry
    }
    return undefined
  }
}
