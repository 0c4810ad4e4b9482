/**
 * Natural order, for sorting without a comparison: numbers by value (NaN last, as in Java), strings by code unit, dates by
 * instant, arrays place by place, null and undefined first; different kinds by kind, so that any mixture has one order.
 */
export function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return compareNumbers(a, b)
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0
  const rank = rankOf(a) - rankOf(b)
  if (rank !== 0) return rank
  if (Array.isArray(a)) return compareArrays(a, b as unknown[])
  return compareSame(a, b)
}

function compareNumbers(a: number, b: number): number {
  if (a < b) return -1
  if (a > b) return 1
  return a === b ? 0 : Number(a !== a) - Number(b !== b)
}

function compareArrays(a: readonly unknown[], b: readonly unknown[]): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const order = compare(a[i], b[i])
    if (order !== 0) return order
  }
  return a.length - b.length
}

/** Same kind, neither number nor string nor array: dates, bigints, booleans and whatever has a valueOf. */
function compareSame(a: unknown, b: unknown): number {
  const x = a as number
  const y = b as number
  if (x < y) return -1
  return x > y ? 1 : 0
}

const KINDS = ['undefined', 'null', 'boolean', 'number', 'bigint', 'string', 'date', 'array', 'object']
const rankOf = (value: unknown): number => KINDS.indexOf(kindOf(value))

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return value instanceof Date ? 'date' : typeof value
}
