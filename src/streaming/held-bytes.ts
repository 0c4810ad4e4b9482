/** How much memory is held by whoever keeps RDDs: that of their leaves. Rows of the driver's are guessed, files hold none. */
import { parentsOf, type RddNode } from '../plan/rdd-plan.js'

// A short string, a pair and a number in V8's heap, roughly.
const ROW_BYTES = 100

export function heldBytes(rdds: readonly RddNode[]): number {
  const seen = new Set<RddNode>(rdds)
  let bytes = 0
  for (const node of seen) {
    bytes += leafBytes(node)
    for (const parent of parentsOf(node)) seen.add(parent)
  }
  return bytes
}

function leafBytes(node: RddNode): number {
  switch (node.kind) {
    case 'blocks': return node.blocks.reduce((sum, { bytes }) => sum + bytes, 0)
    case 'collection': return node.slices.reduce((sum, slice) => sum + (Array.isArray(slice) ? slice.length * ROW_BYTES : 0), 0)
    default: return 0
  }
}
