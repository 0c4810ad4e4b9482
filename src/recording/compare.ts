/** Whether two lists of rows are the same: in order, or as multisets where no order is promised. What conformance cases and recordings are compared by. */
import { encode, keyOf, type Encoded } from './rows.js'

/** Rows that are in one list only; where just their order differs, those from the first that does. */
export interface Difference { readonly missing: readonly Encoded[]; readonly unexpected: readonly Encoded[] }

/** Of rows that are encoded already. */
export function differenceOf(found: readonly Encoded[], expected: readonly Encoded[], isOrdered: boolean): Difference | undefined {
  const [missing, unexpected] = [without(expected, found), without(found, expected)]
  if (missing.length > 0 || unexpected.length > 0) return { missing, unexpected }
  const at = isOrdered ? found.findIndex((row, i) => keyOf(row) !== keyOf(expected[i]!)) : -1
  return at < 0 ? undefined : { missing: expected.slice(at), unexpected: found.slice(at) }
}

/** Of plain rows. */
export const sameRows = (found: readonly unknown[], expected: readonly unknown[], isOrdered: boolean): boolean =>
  differenceOf(found.map(encode), expected.map(encode), isOrdered) === undefined

/** Rows of the first list that the second has not, or not as often. */
function without(rows: readonly Encoded[], others: readonly Encoded[]): Encoded[] {
  const left = new Map<string, number>()
  for (const key of others.map(keyOf)) left.set(key, (left.get(key) ?? 0) + 1)
  return rows.filter(row => {
    const key = keyOf(row)
    const count = left.get(key) ?? 0
    left.set(key, count - 1)
    return count <= 0
  })
}
