/** Small leaves that sources make of rows they hold. */
import { makeNode, type CollectionNode, type RddNode } from '../plan/rdd-plan.js'

/** Rows in `numPartitions` contiguous slices, as sc.parallelize cuts them: slice i is [i·length/n, (i+1)·length/n). */
export function collectionOf(operator: string, rows: readonly unknown[], numPartitions: number): CollectionNode {
  const border = (i: number): number => Math.floor((i * rows.length) / numPartitions)
  const slices = Array.from({ length: numPartitions }, (_, i) => rows.slice(border(i), border(i + 1)))
  return makeNode<CollectionNode>({ kind: 'collection', operator, site: undefined, partitioner: undefined, numPartitions, slices })
}

/** An RDD without rows and partitions, as sc.emptyRDD. */
export const emptyOf = (operator: string): CollectionNode => collectionOf(operator, [], 0)

/** Rows of an RDD where that is known without running a job. */
export const knownRecords = (node: RddNode): number => node.kind === 'collection' ? node.slices.reduce((sum, slice) => sum + slice.length, 0) : 0
