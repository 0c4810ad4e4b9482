/** Whether two lists of rows are the same: in order, or as multisets where no order is promised. What conformance cases and recordings are compared by. */
import { beyond } from '../core/beyond.js'
import { encode, keyOf, type Encoded } from './rows.js'

/** Rows that are in one list only; where just their order differs, those from the first that does. */
export interface Difference { readonly missing: readonly Encoded[]; readonly unexpected: readonly Encoded[] }

/** Of rows that are encoded already. */
export function differenceOf(found: readonly Encoded[], expected: readonly Encoded[], isOrdered: boolean): Difference | undefined {
  const [missing, unexpected] = [beyond(expected, found, keyOf), beyond(found, expected, keyOf)]
  if (missing.length > 0 || unexpected.length > 0) return { missing, unexpected }
  const at = isOrdered ? found.findIndex((row, i) => keyOf(row) !== keyOf(expected[i]!)) : -1
  return at < 0 ? undefined : { missing: expected.slice(at), unexpected: found.slice(at) }
}

/** Of plain rows. */
export const sameRows = (found: readonly unknown[], expected: readonly unknown[], isOrdered: boolean): boolean =>
  differenceOf(found.map(encode), expected.map(encode), isOrdered) === undefined
