/**
 * Total order: keys are placed by ranges whose bounds are sampled when the job runs, then each partition is sorted.
 * Without a comparison, core/compare's natural order.
 */
import type { FnRef } from '../plan/fn-ref.js'
import type { PartitionerPlan } from '../plan/partitioner.js'
import type { Derive } from '../plan/rdd-plan.js'
import { chain, helper, map, type Call } from './narrow.js'
import { shuffle, valueOf } from './shuffle.js'

export const sortByKey = (call: Call, ascending: boolean, numPartitions: number, compare?: FnRef): Derive => parent => {
  const partitioner: PartitionerPlan = { kind: 'range', numPartitions, sample: parent, ascending, compare }
  return shuffle(call, partitioner, undefined, { ascending, compare })(parent)
}

export const sortBy = (keyFn: FnRef<(row: never) => unknown>, ascending: boolean, numPartitions: number): Derive => {
  const key = keyFn.fn as (row: unknown) => unknown
  return chain(map(helper(keyFn, (row: unknown) => [key(row), row])), sortByKey(keyFn, ascending, numPartitions), map(helper(keyFn, valueOf)))
}
