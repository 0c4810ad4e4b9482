/**
 * How much of the heap rows take, roughly: sampled, since looking at each row would cost more than most work on it. Sizes are
 * those of V8 in 64 bits; a guess that is wrong by half does no harm, since the limit is a share of the memory there is.
 */

/** An estimate of the bytes of a value and all it holds. Long arrays are judged by a few of their items. */
export function sizeOf(value: unknown, depth = 0): number {
  switch (typeof value) {
    case 'string': return 24 + value.length
    case 'number': return 8
    case 'bigint': return 24
    case 'object': return value === null ? 8 : sizeOfObject(value, depth)
    default: return 8
  }
}

const MOST_DEPTH = 8
const JUDGED_ITEMS = 16

function sizeOfObject(value: object, depth: number): number {
  if (depth > MOST_DEPTH) return 64
  if (Array.isArray(value)) return 48 + sizeOfItems(value, depth)
  if (ArrayBuffer.isView(value)) return 128 + value.byteLength
  if (value instanceof Map) return 64 + value.size * 96
  if (value instanceof Set) return 64 + value.size * 48
  return 48 + sizeOfItems(Object.values(value), depth)
}

function sizeOfItems(items: readonly unknown[], depth: number): number {
  const { length } = items
  if (length === 0) return 0
  const step = Math.max(1, Math.floor(length / JUDGED_ITEMS))
  let bytes = 0
  let judged = 0
  for (let at = 0; at < length; at += step, judged++) bytes += 8 + sizeOf(items[at], depth + 1)
  return bytes / judged * length
}

// Each of the first rows is looked at, then one of sixteen.
const FIRST = 16
const ONE_OF = 16

/** Adds up rows, and says when they are more than may be held. */
export class Meter {
  #rows = 0
  #judged = 0
  #judgedBytes = 0
  #more = 0
  #full = false

  constructor(readonly limitBytes: number, readonly mostRows: number, readonly perRowBytes = 0) {}

  /** True when they are too many by now. */
  add(row: unknown): boolean {
    const rows = ++this.#rows
    if (rows <= FIRST || rows % ONE_OF === 0) this.#judge(row)
    return this.#full ||= rows === this.mostRows
  }

  /** What is held already has grown by as much as `value`. */
  grow(value: unknown): boolean {
    this.#more += typeof value === 'number' ? 8 : sizeOf(value)
    return this.#full ||= this.bytes > this.limitBytes
  }

  get rows(): number { return this.#rows }
  get averageBytes(): number { return this.#judged === 0 ? 0 : this.#judgedBytes / this.#judged }
  get bytes(): number { return this.#rows * this.averageBytes + this.#more }

  /** Looks again at what is held: `grow` cannot know what became of a value. True when it is too much indeed. */
  recount(held: readonly unknown[]): boolean {
    const step = Math.max(1, Math.floor(held.length / 256))
    this.#judged = this.#judgedBytes = this.#more = 0
    for (let at = 0; at < held.length; at += step) this.#take(held[at])
    this.#rows = held.length
    return this.#full = this.bytes > this.limitBytes || (this.mostRows > 0 && this.#rows >= this.mostRows)
  }

  reset(): void {
    this.#rows = this.#judged = this.#judgedBytes = this.#more = 0
    this.#full = false
  }

  #judge(row: unknown): void {
    this.#take(row)
    this.#full ||= this.bytes > this.limitBytes
  }

  #take(row: unknown): void {
    this.#judged++
    this.#judgedBytes += this.perRowBytes + sizeOf(row)
  }
}
