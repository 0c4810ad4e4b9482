/**
 * From a key to its slot. A table of a million keys is larger than the processor's caches, so what counts is how many places of memory a
 * search visits: here the place holds the key itself, if it is a number or a string of up to 11 characters, and else two hashes of it.
 * A Map visits its bucket, the entry, the string; it was two to three times slower to search and four times to build (Node 20, 500,000
 * keys `k123456`).
 *
 * Four numbers a place: slot + 1, and three words that are the key. What hashes alone are compared by is looked up in `keys`.
 */
import { mapKey } from '../../../core/hash.js'

const WORDS = 4
const FIRST_PLACES = 64
// Above this share of places in use a search becomes long.
const MOST_USED = 2 / 3
const REMOVED = -1

// The last word says what the two others are; of a short string, in its lowest byte, how long it is.
const INT = 0x10, FLOAT = 0x20, ODD = 0x30, HASHED = 0x40
const SHORT_UNITS = 11

// So that nobody can prepare keys which meet in one place.
const SEED = Math.random() * 2 ** 32 | 0

const float = new Float64Array(1)
const floatWords = new Int32Array(float.buffer)

export class SlotIndex {
  #places = new Int32Array(FIRST_PLACES * WORDS)
  #mask = FIRST_PLACES - 1
  #used = 0
  #live = 0
  /** The key that was last looked for. */
  #a = 0
  #b = 0
  #c = 0

  constructor(readonly keys: readonly unknown[]) {}

  /** −1: there is none. Throws KEY_UNSUPPORTED. */
  find(key: unknown): number {
    const place = this.#search(key)
    return place < 0 ? -1 : this.#places[place]! - 1
  }

  /** Only for the key that `find` has just not found. */
  add(slot: number): void {
    this.#put(slot + 1, this.#a, this.#b, this.#c)
    this.#live++
    if (++this.#used > (this.#mask + 1) * MOST_USED) this.#grow()
  }

  remove(key: unknown): void {
    const place = this.#search(key)
    if (place < 0) return
    this.#places[place] = REMOVED
    this.#live--
  }

  #search(key: unknown): number {
    this.#pack(key)
    const places = this.#places
    const [a, b, c] = [this.#a, this.#b, this.#c]
    const mask = this.#mask
    for (let at = spread(a, b, c) & mask; ; at = (at + 1) & mask) {
      const place = at * WORDS
      const slot = places[place]!
      if (slot === 0) return -1
      if (slot === REMOVED || places[place + 1] !== a || places[place + 2] !== b || places[place + 3] !== c) continue
      if (c !== HASHED || mapKey(this.keys[slot - 1]) === mapKey(key)) return place
    }
  }

  #put(slot: number, a: number, b: number, c: number): void {
    const places = this.#places
    const mask = this.#mask
    let at = spread(a, b, c) & mask
    while (places[at * WORDS] !== 0) at = (at + 1) & mask
    const place = at * WORDS
    places[place] = slot
    places[place + 1] = a
    places[place + 2] = b
    places[place + 3] = c
  }

  /** Places of removed keys are free again afterwards. */
  #grow(): void {
    const old = this.#places
    let places = this.#mask + 1
    while (this.#live > places * MOST_USED / 2) places *= 2
    this.#places = new Int32Array(places * WORDS)
    this.#mask = places - 1
    this.#used = this.#live
    for (let place = 0; place < old.length; place += WORDS) if (old[place]! > 0) this.#put(old[place]!, old[place + 1]!, old[place + 2]!, old[place + 3]!)
  }

  /** Equal keys, and no others unless they are HASHED, give the same words. */
  #pack(key: unknown): void {
    switch (typeof key) {
      case 'string': return key.length <= SHORT_UNITS && this.#packShort(key) ? undefined : this.#hash(mapKey(key) as string)
      case 'number': return this.#packNumber(key)
      case 'boolean': return this.#set(key ? 1 : 2, 0, ODD)
      case 'undefined': return this.#set(3, 0, ODD)
      default: return key === null ? this.#set(4, 0, ODD) : this.#hash(String(mapKey(key)))
    }
  }

  /** False for characters that take two bytes. */
  #packShort(key: string): boolean {
    const { length } = key
    let [a, b, c, units] = [0, 0, length, 0]
    for (let i = 0; i < length; i++) {
      const unit = key.charCodeAt(i)
      units |= unit
      if (i < 4) a |= unit << (i << 3)
      else if (i < 8) b |= unit << ((i - 4) << 3)
      else c |= unit << ((i - 7) << 3)
    }
    this.#set(a, b, c)
    return units < 0x100
  }

  #packNumber(key: number): void {
    if ((key | 0) === key) return this.#set(key | 0, 0, INT) // −0 is 0
    float[0] = key === key ? key : NaN
    this.#set(floatWords[0]!, floatWords[1]!, FLOAT)
  }

  #hash(text: string): void {
    let [a, b] = [SEED, text.length]
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i)
      a = Math.imul(a ^ unit, 0x01000193)
      b = Math.imul(b ^ unit, 0x5bd1e995) ^ (b >>> 15)
    }
    this.#set(a, b, HASHED)
  }

  #set(a: number, b: number, c: number): void {
    this.#a = a
    this.#b = b
    this.#c = c
  }
}

function spread(a: number, b: number, c: number): number {
  let h = Math.imul(a ^ SEED, 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 15) ^ b, 0xc2b2ae35)
  h = Math.imul(h ^ (h >>> 13) ^ c, 0x9e3779b1)
  return h ^ (h >>> 16)
}
