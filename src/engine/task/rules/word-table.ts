/**
 * Words by their bytes: each distinct one gets a number, in the order of first appearance, and is counted. Open addressing in typed
 * arrays; no string is made before `texts`. Equal here means equal bytes: invalid UTF-8 that reads alike is told apart, and
 * whoever takes the texts has to merge them.
 *
 * A word of up to eight bytes is two 32-bit numbers and its length, read at once and compared at once; of a longer one these are its
 * hash and the rest is compared byte by byte (measured: 37 million words/s, against 21 with a hash and a comparison by bytes).
 */
import type { Bytes } from './line-chunks.js'

const FIRST_ENTRIES = 2048
const FIRST_BYTES = 32 * 1024
// A larger one is not kept for the next task.
const MOST_KEPT_BYTES = 2 * 1024 * 1024
const NONE = -1
const SHORT = 8
// A slot: two numbers, the length (−1: free), the entry. Two slots per entry, so that half of them are free.
const WIDTH = 4

/** What of the first and of the second four bytes belongs to a word of that length. */
const LOW = Int32Array.from({ length: SHORT + 1 }, (_, length) => length >= 4 ? -1 : (1 << (8 * length)) - 1)
const HIGH = Int32Array.from({ length: SHORT + 1 }, (_, length) => length >= 8 ? -1 : length <= 4 ? 0 : (1 << (8 * (length - 4))) - 1)

/**
 * The thread's last table, emptied: a task of 4 MiB of words needs half a megabyte of tables, and forty of them a second left 64 MB a thread to be
 * collected.
 */
let kept: WordTable | undefined

export class WordTable {
  /** One that is empty; whoever is done with it gives it back by `keep()`. */
  static take(): WordTable {
    const table = kept ?? new WordTable()
    kept = undefined
    return table
  }

  #size = 0
  #slots = freeSlots(2 * FIRST_ENTRIES)
  #mask = 2 * FIRST_ENTRIES - 1
  /** Entry e's text is starts[e] to starts[e + 1]. */
  #starts = new Uint32Array(FIRST_ENTRIES + 1)
  #text = Buffer.allocUnsafeSlow(FIRST_BYTES)
  #missing = NONE
  counts = new Float64Array(FIRST_ENTRIES)

  get size(): number { return this.#size }
  get bytes(): number { return this.#text.length + this.#slots.byteLength + this.#starts.byteLength + this.counts.byteLength }

  /** Counts the word once more; gives its number. */
  add(from: Bytes, start: number, end: number): number {
    const length = end - start
    const { view } = from
    if (length > SHORT) return this.#find(longHash(from, start, end), 0, length, from.bytes, start)
    if (start + SHORT > view.byteLength) return this.#find(gathered(from.bytes, start, Math.min(end, start + 4)), gathered(from.bytes, start + 4, end), length, from.bytes, start)
    return this.#find(view.getInt32(start, true) & LOW[length]!, view.getInt32(start + 4, true) & HIGH[length]!, length, from.bytes, start)
  }

  /** What is no text: a field that its line does not have. */
  addMissing(): number {
    if (this.#missing === NONE) this.#missing = this.#entry(0)
    else this.counts[this.#missing]!++
    return this.#missing
  }

  /** All words, by their numbers; `undefined` for what is missing. */
  texts(): (string | undefined)[] {
    const starts = this.#starts
    const ascii = this.#text.toString('latin1', 0, starts[this.#size])
    return Array.from({ length: this.#size }, (_, entry) => {
      if (entry === this.#missing) return undefined
      const [start, end] = [starts[entry]!, starts[entry + 1]!]
      return this.#isAscii(start, end) ? ascii.slice(start, end) : this.#text.toString('utf8', start, end)
    })
  }

  keep(): void {
    if (this.bytes > MOST_KEPT_BYTES) return
    this.clear()
    kept = this
  }

  clear(): void {
    for (let at = 2; at < this.#slots.length; at += WIDTH) this.#slots[at] = NONE
    this.#size = 0
    this.#missing = NONE
  }

  #find(a: number, b: number, length: number, bytes: Uint8Array, start: number): number {
    const slots = this.#slots
    const mask = this.#mask
    for (let slot = slotOf(a, b, length) & mask; ; slot = (slot + 1) & mask) {
      const at = slot * WIDTH
      const found = slots[at + 2]!
      if (found === length && slots[at] === a && slots[at + 1] === b && (length <= SHORT || this.#is(slots[at + 3]!, bytes, start, length))) {
        const entry = slots[at + 3]!
        this.counts[entry]!++
        return entry
      }
      if (found === NONE) return this.#insert(a, b, length, bytes, start, at)
    }
  }

  #is(entry: number, bytes: Uint8Array, start: number, length: number): boolean {
    const text = this.#text
    const from = this.#starts[entry]!
    for (let i = 0; i < length; i++) if (bytes[start + i] !== text[from + i]) return false
    return true
  }

  #insert(a: number, b: number, length: number, bytes: Uint8Array, start: number, at: number): number {
    const end = this.#starts[this.#size]!
    this.#reserve(end + length)
    for (let i = 0; i < length; i++) this.#text[end + i] = bytes[start + i]!
    const slots = this.#slots
    slots[at] = a
    slots[at + 1] = b
    slots[at + 2] = length
    slots[at + 3] = this.#size
    return this.#entry(length)
  }

  #entry(length: number): number {
    const entry = this.#size++
    this.#starts[entry + 1] = this.#starts[entry]! + length
    this.counts[entry] = 1
    if (this.#size === this.counts.length) this.#grow()
    return entry
  }

  #isAscii(start: number, end: number): boolean {
    for (let at = start; at < end; at++) if (this.#text[at]! >= 0x80) return false
    return true
  }

  #reserve(length: number): void {
    if (length <= this.#text.length) return
    const longer = Buffer.allocUnsafeSlow(Math.max(2 * this.#text.length, length))
    this.#text.copy(longer, 0, 0, this.#starts[this.#size])
    this.#text = longer
  }

  #grow(): void {
    const capacity = 2 * this.#size
    this.#starts = copied(this.#starts, new Uint32Array(capacity + 1))
    this.counts = copied(this.counts, new Float64Array(capacity))
    const old = this.#slots
    const slots = this.#slots = freeSlots(2 * capacity)
    const mask = this.#mask = 2 * capacity - 1
    for (let from = 0; from < old.length; from += WIDTH) {
      if (old[from + 2] === NONE) continue
      let slot = slotOf(old[from]!, old[from + 1]!, old[from + 2]!) & mask
      while (slots[slot * WIDTH + 2] !== NONE) slot = (slot + 1) & mask
      for (let i = 0; i < WIDTH; i++) slots[slot * WIDTH + i] = old[from + i]!
    }
  }
}

function slotOf(a: number, b: number, length: number): number {
  const hash = Math.imul(a ^ Math.imul(b, 0x85ebca6b) ^ length, 0x9e3779b1)
  return hash ^ (hash >>> 15)
}

function longHash({ bytes, view }: Bytes, start: number, end: number): number {
  let hash = end - start
  let at = start
  for (; at + 4 <= end; at += 4) hash = Math.imul(hash ^ view.getInt32(at, true), 0x9e3779b1) ^ (hash >>> 13)
  for (; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x85ebca6b)
  return hash
}

/** At most four bytes at the end of a buffer, as a little-endian number. */
function gathered(bytes: Uint8Array, start: number, end: number): number {
  let number = 0
  for (let at = end - 1; at >= start; at--) number = (number << 8) | bytes[at]!
  return number
}

function freeSlots(count: number): Int32Array {
  const slots = new Int32Array(WIDTH * count)
  for (let at = 2; at < slots.length; at += WIDTH) slots[at] = NONE
  return slots
}

function copied<A extends Uint32Array | Float64Array>(from: A, to: A): A {
  to.set(from)
  return to
}
