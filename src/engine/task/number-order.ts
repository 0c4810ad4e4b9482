/**
 * The order of numbers by radix: what comparing pairs takes a microsecond per row for, it does in some tens of nanoseconds.
 *
 * A number's 64 bits, its sign turned, have the order of the number; they are sorted by 11 of them at a time, lowest first, each time keeping
 * equal ones in their order. Places at which all numbers have the same bits are left out: whole numbers need half of the passes.
 * The order is that of core/compare: −0 is 0, NaN is above all.
 */
const DIGIT_BITS = 11
const DIGITS = 2 ** DIGIT_BITS
/** Where each digit begins in its half of the 64 bits; the last one of a half is a bit shorter. */
const SHIFTS = [0, 11, 22]

interface Columns { high: Uint32Array; low: Uint32Array; places: Uint32Array }

const columnsOf = (length: number): Columns => ({ high: new Uint32Array(length), low: new Uint32Array(length), places: new Uint32Array(length) })

/** Places in `keys`, in the order of the numbers there; equal ones as they stand. */
export function orderOf(keys: Float64Array, ascending: boolean): Uint32Array {
  let from = columnsOf(keys.length)
  let to = columnsOf(keys.length)
  split(keys, ascending ? 0 : -1, from)
  for (const half of ['low', 'high'] as const) for (const shift of SHIFTS) {
    const starts = startsOf(from[half], shift)
    if (!starts) continue
    scatter(from, to, half === 'low', shift, starts)
    ;[from, to] = [to, from]
  }
  return from.places
}

const number = new Float64Array(1)
const bits = new Uint32Array(number.buffer)
const [LOW, HIGH] = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? [0, 1] as const : [1, 0] as const

/** The bits, in the order of the numbers; `flip` is −1 for the order from above. */
function split(keys: Float64Array, flip: number, { high, low, places }: Columns): void {
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!
    number[0] = key + 0 // −0 is 0
    const sign = bits[HIGH]! >> 31
    const isNaN = key !== key
    high[i] = (isNaN ? -1 : bits[HIGH]! ^ (sign | 0x80000000)) ^ flip
    low[i] = (isNaN ? -1 : bits[LOW]! ^ sign) ^ flip
    places[i] = i
  }
}

/** Where each digit's numbers begin; nothing when all have the same digit. */
function startsOf(digits: Uint32Array, shift: number): Uint32Array | undefined {
  const starts = new Uint32Array(DIGITS)
  for (let i = 0; i < digits.length; i++) starts[(digits[i]! >>> shift) & (DIGITS - 1)]!++
  if (digits.length === 0 || starts[(digits[0]! >>> shift) & (DIGITS - 1)] === digits.length) return undefined
  for (let digit = 0, start = 0; digit < DIGITS; digit++) {
    const count = starts[digit]!
    starts[digit] = start
    start += count
  }
  return starts
}

function scatter(from: Columns, to: Columns, byLow: boolean, shift: number, starts: Uint32Array): void {
  const { high, low, places } = from
  const digits = byLow ? low : high
  for (let i = 0; i < digits.length; i++) {
    const at = starts[(digits[i]! >>> shift) & (DIGITS - 1)]!++
    to.high[at] = high[i]!
    if (byLow) to.low[at] = low[i]!
    to.places[at] = places[i]!
  }
}
