/**
 * The natural order of values: what sortByKey, top, max and range partitioners use when no comparison is given.
 *
 * Numbers (and bigints among them) by size with NaN last, strings by code units as Java's compareTo, false before true, Dates by
 * time, arrays element by element and then by length. null and undefined come first; kinds that differ are ordered by kind,
 * so that a sort never depends on the order of its input.
 */
export function naturalOrder(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return numbers(a, b)
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0
  const [rankA, rankB] = [rank(a), rank(b)]
  return rankA === rankB ? alike(a, b) : rankA - rankB
}

const numbers = (a: number, b: number): number => a < b ? -1 : a > b ? 1 : a === b ? 0 : Number(Number.isNaN(a)) - Number(Number.isNaN(b))

function rank(value: unknown): number {
  if (value === undefined) return 0
  if (value === null) return 1
  const at = ['boolean', 'number', 'bigint', 'string'].indexOf(typeof value)
  if (at >= 0) return at >= 2 ? at + 1 : at + 2 // numbers and bigints share a rank
  return value instanceof Date ? 5 : Array.isArray(value) ? 6 : 7
}

function alike(a: unknown, b: unknown): number {
  if (Array.isArray(a) && Array.isArray(b)) return arrays(a, b)
  if (a instanceof Date && b instanceof Date) return numbers(a.getTime(), b.getTime())
  const [x, y] = [a as number, b as number]
  return x < y ? -1 : x > y ? 1 : typeof a === 'number' && a !== a ? 1 : typeof b === 'number' && b !== b ? -1 : 0
}

function arrays(a: readonly unknown[], b: readonly unknown[]): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const order = naturalOrder(a[i], b[i])
    if (order !== 0) return order
  }
  return a.length - b.length
}
