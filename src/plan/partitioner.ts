/**
 * Which partition a key belongs to, as data. Hash partitions by core/hash; a range partitioner is planned with what it
 * samples and gets its bounds when the job runs; `custom` carries a user's function.
 */
import type { FnRef } from './fn-ref.js'
import type { RddNode } from './rdd-plan.js'

export type PartitionerPlan =
  | { readonly kind: 'hash'; readonly numPartitions: number }
  | { readonly kind: 'range'; readonly numPartitions: number; readonly sample: RddNode; readonly ascending: boolean; readonly compare: FnRef | undefined }
  | { readonly kind: 'custom'; readonly numPartitions: number; readonly fn: FnRef; readonly identity: object }

export const hashPartitioner = (numPartitions: number): PartitionerPlan => Object.freeze({ kind: 'hash', numPartitions })

/** Whether two partitioners certainly place every key alike, so that no shuffle is needed between them. */
export function samePartitioning(a: PartitionerPlan | undefined, b: PartitionerPlan | undefined): boolean {
  if (!a || !b || a.numPartitions !== b.numPartitions || a.kind !== b.kind) return false
  switch (a.kind) {
    case 'hash': return true
    case 'range': return a === b
    case 'custom': return a.identity === (b as typeof a).identity
    default: return a satisfies never
  }
}
