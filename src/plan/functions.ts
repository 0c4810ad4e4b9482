/** The users' and operators' functions that an RDD is made by: for whoever wants to know what a running graph mentions. */
import type { FnRef } from './fn-ref.js'
import { parentsOf, type RddNode } from './rdd-plan.js'

/** Of a node and all it is made from, each once. */
export function functionsOf(rdd: RddNode): FnRef[] {
  const nodes = new Set([rdd])
  for (const node of nodes) for (const parent of parentsOf(node)) nodes.add(parent)
  const found = new Set<FnRef>()
  for (const node of nodes) for (const [name, part] of Object.entries(node)) if (!IS_NO_PART.has(name)) collect(part, found)
  return [...found]
}

const IS_NO_PART = new Set(['parent', 'parents', 'slices', 'blocks', 'splits', 'site'])
// Of a node: an aggregator or a partitioner, and the functions in it.
const DEEPEST = 2

function collect(part: unknown, found: Set<FnRef>, depth = DEEPEST): void {
  if (typeof part !== 'object' || part === null) return
  if ('fn' in part && typeof part.fn === 'function') found.add(part as FnRef)
  else if (depth > 0) for (const inner of Object.values(part)) collect(inner, found, depth - 1)
}
