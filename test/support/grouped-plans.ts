/** aggregateByKey as a plan, with a zero that begins each partition. */
import { combineByKey } from '#src/operators/shuffle.js'
import type { PartitionerPlan } from '#src/plan/partitioner.js'
import type { Derive } from '#src/plan/rdd-plan.js'
import { ref } from './plans.ts'

type Merge = (a: number, b: number) => number

export const aggregateByKey = (zero: number, seqOp: Merge, combOp: Merge, partitioner: PartitionerPlan): Derive => combineByKey({ operator: 'aggregateByKey', site: undefined }, {
  createCombiner: ref('aggregateByKey', (value: number) => seqOp(zero, value)), mergeValue: ref('aggregateByKey', seqOp), mergeCombiners: ref('aggregateByKey', combOp), mapSideCombine: true,
}, partitioner)
