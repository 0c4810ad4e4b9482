/** Recorded rows as an input: batch by batch, in the partitions that they had. */
import type { InputSource, SparkContext } from '../index.js'
import { makeNode, type CollectionNode } from '../plan/rdd-plan.js'

/** Rows of each batch, by partition; null: no RDD at this time; after the last there are none. */
export function givenSlices(batches: readonly (readonly (readonly unknown[])[] | null)[]): InputSource {
  return given(batches, slices => makeNode<CollectionNode>({ kind: 'collection', slices: slices.length ? slices : [[]], numPartitions: Math.max(1, slices.length), partitioner: undefined, operator: 'recorded', site: undefined }), slices => slices.reduce((sum, { length }) => sum + length, 0), [])
}

/** Rows of each batch, cut into that many slices. */
export const givenBatches = (batches: readonly (readonly unknown[] | null)[], numPartitions: number, sc: SparkContext): InputSource =>
  given(batches, rows => sc.parallelize(rows, numPartitions).node, ({ length }) => length, [])

/** Batch i, from 0, at the i-th time it is asked. */
function given<B>(batches: readonly (B | null)[], rddOf: (batch: B) => CollectionNode | ReturnType<SparkContext['parallelize']>['node'], recordsOf: (batch: B) => number, none: B): InputSource {
  let next = 0
  return {
    name: 'batches',
    start() { next = 0 },
    stop() {},
    batch() {
      const batch = next < batches.length ? batches[next]! : none
      next++
      return batch && { rdd: rddOf(batch), records: recordsOf(batch) }
    },
  }
}
