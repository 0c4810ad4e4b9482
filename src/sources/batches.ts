/**
 * Given batches, one after another: the input of tests and of the conformance cases. A null batch is "no RDD at this time";
 * after the last one all are empty. Starting again begins with the first; recovery from a checkpoint goes on by batch times.
 */
import type { InputSource } from '../plan/stream-plan.js'
import { collectionOf } from './rows.js'

export interface BatchesOptions {
  readonly batches: readonly (readonly unknown[] | null)[]
  /** Contiguous slices per batch, also of an empty one. Default: the engine's parallelism. */
  readonly numPartitions?: number
}

export function batchesSource({ batches, numPartitions }: BatchesOptions): InputSource {
  let next = 0
  let firstMs: number | undefined
  let goesOn = false
  let batchMs = 0
  let slices = numPartitions ?? 1
  return {
    name: 'batches',
    start(context) {
      next = 0
      goesOn = Number.isSafeInteger(context.recovered)
      firstMs = goesOn ? Number(context.recovered) : undefined
      batchMs = context.batchDuration.milliseconds
      slices = numPartitions ?? context.defaultParallelism
    },
    stop() {},
    checkpoint: () => firstMs,
    batch(time) {
      firstMs ??= time.milliseconds
      if (goesOn) next = (time.milliseconds - firstMs) / batchMs
      goesOn = false
      const rows = next < batches.length ? batches[next]! : []
      next++
      return rows && { rdd: collectionOf('batches', rows, slices), records: rows.length }
    },
  }
}
