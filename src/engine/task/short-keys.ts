/**
 * An open-addressed table for the keys that most programs have: short strings and whole numbers.
 *
 * V8's Map asks its C++ side for the hash of every new string: 54 ns for a word that split() has just made; here it is
 * 30 ns (Node 20, 3,769 distinct words, docs/decisions/0013). It compares with ===, so what is 0 and −0 is one key. Beyond MOST entries,
 * and when keys crowd (made on purpose, perhaps), `room` says that a Map is the better place.
 */

/** `[key, value]` */
export type Entry = [key: unknown, value: unknown]

// Longer strings are hashed faster by V8.
const SHORT_UNITS = 24
const MOST = 2 ** 24
const MOST_STEPS = 64
const FIRST_SLOTS = 64
const FNV_PRIME = 0x01000193

// So that nobody can prepare keys which meet in one place.
const SEED = Math.random() * 2 ** 32 | 0

export class ShortKeys {
  /** By place: the hash of a key, and its row's number, counted from 1. No pointers, so that garbage collection passes it by. */
  #slots = new Int32Array(FIRST_SLOTS * 2)
  #mask = FIRST_SLOTS - 1
  #size = 0
  #crowded = false

  /** `rows` are its owner's, who may add others to them. */
  constructor(readonly rows: readonly Entry[]) {}

  get room(): boolean { return this.#size < MOST && !this.#crowded }

  find(key: string | number, hash: number): Entry | undefined {
    const slots = this.#slots
    const mask = this.#mask
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const row = slots[at * 2 + 1]!
      if (row === 0) return undefined
      if (slots[at * 2] !== hash) continue
      const entry = this.rows[row - 1]!
      if (entry[0] === key) return entry
    }
  }

  /** The last of the rows, whose key is not there yet. */
  add(hash: number): void {
    this.#put(hash, this.rows.length)
    // Half full at most: a search is then 1.5 steps long on average.
    if (++this.#size * 2 > this.#mask) this.#grow()
  }

  #put(hash: number, row: number): void {
    const slots = this.#slots
    let at = hash & this.#mask
    let steps = 0
    for (; slots[at * 2 + 1] !== 0; at = (at + 1) & this.#mask) steps++
    slots[at * 2] = hash
    slots[at * 2 + 1] = row
    if (steps > MOST_STEPS) this.#crowded = true
  }

  #grow(): void {
    const slots = this.#slots
    this.#slots = new Int32Array(slots.length * 2)
    this.#mask = this.#mask * 2 + 1
    for (let at = 0; at < slots.length; at += 2) if (slots[at + 1] !== 0) this.#put(slots[at]!, slots[at + 1]!)
  }
}

/** Whether a key may stand in the table. */
export const isShort = (key: unknown): key is string | number =>
  typeof key === 'string' ? key.length <= SHORT_UNITS : typeof key === 'number' && (key | 0) === key

export const hashShort = (key: string | number): number => typeof key === 'string' ? hashText(key) : spread(key ^ SEED)

function hashText(key: string): number {
  let hash = SEED ^ key.length
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), FNV_PRIME)
  return hash ^ (hash >>> 15)
}

const spread = (value: number): number => {
  const mixed = Math.imul(value, 0x9e3779b1)
  return mixed ^ (mixed >>> 15)
}
