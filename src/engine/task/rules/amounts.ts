/**
 * Numbers in text, merged per word in the order of the lines by the user's own function, so that rounding is what it is without rules.
 * `exact` says that all were whole and small enough for their order not to matter.
 */
import type { Fn } from '../fuse.js'
import { unruled } from './unruled.js'

// Above it, whole numbers have neighbours that are missing.
export const MOST_EXACT = Number.MAX_SAFE_INTEGER
const MOST_DIGITS = 15
const TENS = Array.from({ length: MOST_DIGITS + 1 }, (_, i) => 10 ** i)

export class Amounts {
  values: Float64Array = new Float64Array(2048)
  exact = true
  #total = 0

  constructor(readonly merge: Fn, readonly parse: (text: string | undefined) => number) {}

  /** The number of a field that its line does not have. */
  missing(): number { return this.parse(undefined) }

  /** `first`: the entry is new. */
  add(entry: number, first: boolean, value: number): void {
    if (this.exact) this.#judge(value)
    if (entry >= this.values.length) this.values = grown(this.values, entry)
    this.values[entry] = first ? value : this.#merged(this.values[entry]!, value)
  }

  /** Digits with or without a point are read as they stand: a whole number below 10^15 over a power of ten is rounded once. */
  read(bytes: Buffer, start: number, end: number): number {
    const negative = bytes[start] === 45 && start < end
    let value = 0
    let digits = 0
    let point = -1
    for (let at = negative ? start + 1 : start; at < end; at++) {
      const digit = bytes[at]! - 48
      if (digit >= 0 && digit <= 9) {
        value = value * 10 + digit
        digits++
      } else if (digit === -2 && point < 0) point = digits
      else return this.parse(bytes.toString('utf8', start, end))
    }
    if (digits === 0 || digits > MOST_DIGITS) return this.parse(bytes.toString('utf8', start, end))
    if (point >= 0) value /= TENS[digits - point]!
    return negative ? -value : value
  }

  #judge(value: number): void {
    this.#total += Math.abs(value)
    this.exact = Number.isInteger(value) && !Object.is(value, -0) && this.#total <= MOST_EXACT
  }

  #merged(a: number, b: number): number {
    const merged = this.merge(a, b)
    return typeof merged === 'number' ? merged : unruled('a sum is no number')
  }
}

function grown(values: Float64Array, entry: number): Float64Array {
  const larger = new Float64Array(2 * entry)
  larger.set(values)
  return larger
}
