/**
 * Records that are compared as a whole, by structure: which are missing, and which came besides. Equality is that of keys (core/hash.ts); what
 * cannot be a key, Maps and instances, is compared by what it is made of.
 */
import { inspect } from 'node:util'
import { beyond } from '../core/beyond.js'
import { mapKey, type MapKey } from '../core/hash.js'

// More lines than this tell no more.
const MOST_SHOWN = 10

/** `- ` what is missing, `+ ` what came instead, a line each; none where all is as it should be. Without `inOrder` any order will do. */
export function rowDifference(expected: readonly unknown[], came: readonly unknown[], { inOrder = false } = {}): string[] {
  const [missing, besides] = [beyond(expected, came, key), beyond(came, expected, key)]
  if (missing.length + besides.length > 0) return [...shown('- expected', missing), ...shown('+ came    ', besides)]
  const at = inOrder ? came.findIndex((row, i) => key(row) !== key(expected[i])) : -1
  return at < 0 ? [] : [`in another order, from record ${at + 1} on:`, `  - expected ${text(expected[at])}`, `  + came     ${text(came[at])}`]
}

function key(row: unknown): MapKey {
  try { return Object.is(row, -0) ? 0 : mapKey(row) } catch { return `\u0000~${whole(row)}` }
}

function shown(mark: string, rows: readonly unknown[]): string[] {
  const lines = rows.slice(0, MOST_SHOWN).map(row => `  ${mark} ${text(row)}`)
  return rows.length > MOST_SHOWN ? [...lines, `  ${mark} … and ${rows.length - MOST_SHOWN} more`] : lines
}

const PLAINLY = { customInspect: false, breakLength: Infinity, compact: true } as const
const whole = (row: unknown): string => inspect(row, { ...PLAINLY, depth: Infinity, sorted: true, maxArrayLength: null, maxStringLength: null })
/** As one would write it down. */
const text = (row: unknown): string => inspect(row, { ...PLAINLY, depth: 5, maxArrayLength: 20, maxStringLength: 200 })
