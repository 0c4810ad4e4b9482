/**
 * Pairs as a column of keys and one of values, as they are written (row-columns.ts): the pairs themselves need not be kept, so they die
 * young, and V8 keeps columns of numbers without an object for each.
 */
export class PairColumns {
  constructor(readonly keys: unknown[] = [], readonly values: unknown[] = []) {}

  get length(): number { return this.keys.length }

  /** Takes the row in, if it is nothing but a pair. */
  push(row: unknown): boolean {
    if (!isPlainPair(row)) return false
    this.keys.push(row[0])
    this.values.push(row[1])
    return true
  }

  slice(from: number, to: number): PairColumns { return new PairColumns(this.keys.slice(from, to), this.values.slice(from, to)) }

  rows(): unknown[] { return this.keys.map((key, i) => [key, this.values[i]]) }
}

export const isPlainPair = (row: unknown): row is [unknown, unknown] =>
  Array.isArray(row) && row.length === 2 && Object.getPrototypeOf(row) === Array.prototype && isThere(row, 0) && isThere(row, 1)

/** Not a hole. */
const isThere = (row: readonly unknown[], at: number): boolean => row[at] !== undefined || at in row
