/**
 * Follows records through a graph by running the batches twice: as they were, and without those records. What differs is what became of
 * them, through any operator, key, window or state, on any engine; where nothing differs any more, they have left.
 */
import { keysEqual } from '../core/hash.js'
import type { Time } from '../core/time.js'
import type { Derive } from '../plan/rdd-plan.js'
import { withParents } from '../plan/stream-edits.js'
import { makeStreamNode, streamParents, type StreamNode, type TransformNode } from '../plan/stream-plan.js'
import type { Seen } from './sight.js'

/** The streams as if `stream` had lacked at `time` what `rest` drops; those that it does not lead to stay themselves. */
export function without(stream: StreamNode, time: Time, rest: Derive): { readonly standIn: StreamNode; readonly lacking: (node: StreamNode) => StreamNode } {
  const { slideDuration, operator, site } = stream
  const standIn = makeStreamNode<TransformNode>({ kind: 'transform', parents: [stream], f: ([rdd], now) => now.equals(time) ? rest(rdd!) : rdd, slideDuration, operator, site })
  const made = new Map<StreamNode, StreamNode>([[stream, standIn]])
  const lacking = (node: StreamNode): StreamNode => {
    const known = made.get(node) ?? withParents(node, node.id, streamParents(node).map(lacking))
    made.set(node, known)
    return known
  }
  return { standIn, lacking }
}

/** Rows that one has beyond the other, as multisets. */
export function difference(rows: readonly unknown[], others: readonly unknown[]): unknown[] {
  const left = [...others]
  return rows.filter(row => {
    const at = left.findIndex(other => same(row, other))
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
}

function same(a: unknown, b: unknown): boolean {
  try { return keysEqual(a, b) } catch { return JSON.stringify(a) === JSON.stringify(b) }
}

export const rowsOf = (seen: Seen | undefined): readonly unknown[] => seen?.rows ?? []
