/**
 * Rows by key: a table from structural keys (core/hash) to `[key, value]` rows, in first-seen order.
 *
 * The rows themselves are what comes out, so a key costs one array and its place. Short strings and whole numbers have a table of
 * their own (short-keys.ts) until it says that it is full; the rest are in a Map. A Map holds at most 2^24 entries: a full one
 * is followed by another.
 */
import { mapKey, type MapKey } from '../../core/hash.js'
import { hashShort, isShort, ShortKeys, type Entry } from './short-keys.js'

export type { Entry }

// V8 refuses the 16,777,217th entry ("Map maximum size exceeded"); a little below, for its own rounding.
const MAX_MAP_SIZE = 2 ** 24 - 16

export class KeyTable {
  readonly rows: Entry[] = []
  #short: ShortKeys | undefined = new ShortKeys(this.rows)
  #last = new Map<MapKey, Entry>()
  /** Of the key that was last looked for: its encoding, or its hash. */
  #id: MapKey
  #hash = 0
  #isShort = false
  readonly #full: Map<MapKey, Entry>[] = []

  /** The row of an equal key, if there is one. Throws KEY_UNSUPPORTED. */
  find(key: unknown): Entry | undefined {
    if (this.#short !== undefined && isShort(key)) {
      this.#isShort = true
      return this.#short.find(key, this.#hash = hashShort(key))
    }
    this.#isShort = false
    const id = this.#id = mapKey(key)
    return this.#last.get(id) ?? (this.#full.length > 0 ? this.#search(id) : undefined)
  }

  /** Only for the key that `find` has just not found: what it found out is used again. */
  add(key: unknown, value: unknown): Entry {
    const entry: Entry = [key === 0 ? 0 : key, value] // −0 is 0
    this.rows.push(entry)
    if (this.#isShort) this.#addShort()
    else this.#set(this.#id, entry)
    return entry
  }

  #addShort(): void {
    this.#short!.add(this.#hash)
    if (this.#short!.room) return
    this.#short = undefined
    for (const row of this.rows) if (isShort(row[0])) this.#set(mapKey(row[0]), row)
  }

  #set(id: MapKey, entry: Entry): void {
    if (this.#last.size >= MAX_MAP_SIZE) {
      this.#full.push(this.#last)
      this.#last = new Map()
    }
    this.#last.set(id, entry)
  }

  #search(id: MapKey): Entry | undefined {
    for (const map of this.#full) {
      const entry = map.get(id)
      if (entry) return entry
    }
    return undefined
  }
}
