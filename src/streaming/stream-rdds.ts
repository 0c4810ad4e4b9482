/**
 * The RDDs that streams make themselves, without an operator: a union of batches, and nothing at all.
 */
import { samePartitioning } from '../plan/partitioner.js'
import { makeNode } from '../plan/rdd-plan.js'
import type { CollectionNode, RddNode, UnionNode } from '../plan/rdd-plan.js'
import type { StreamNode } from '../plan/stream-plan.js'

/** The rows of all `rdds`, one after another; where all place their keys alike, the partitioner is kept. */
export function united(rdds: readonly RddNode[], { operator, site }: StreamNode): RddNode {
  const first = rdds[0]
  if (!first) return makeNode<CollectionNode>({ kind: 'collection', slices: [], numPartitions: 0, partitioner: undefined, operator, site })
  if (rdds.length === 1) return first
  const aligned = rdds.every(rdd => samePartitioning(rdd.partitioner, first.partitioner))
  const numPartitions = aligned ? first.numPartitions : rdds.reduce((sum, rdd) => sum + rdd.numPartitions, 0)
  return makeNode<UnionNode>({ kind: 'union', parents: rdds, aligned, numPartitions, partitioner: aligned ? first.partitioner : undefined, operator, site })
}

/** Whether an input certainly holds no row, as far as its leaf tells. */
export function certainlyEmpty(rdd: RddNode): boolean {
  switch (rdd.kind) {
    case 'collection': return rdd.slices.every(slice => slice.length === 0)
    case 'blocks': return rdd.blocks.every(block => block.records === 0)
    case 'files': return rdd.splits.length === 0
    default: return false
  }
}
