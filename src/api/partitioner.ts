/**
 * Which partition a key goes to. Wherever an operation takes a number of partitions it takes a Partitioner as well; a number
 * means a HashPartitioner.
 */
import { hashKey } from '../core/hash.js'
import { SparkError } from '../core/errors.js'
import { fnRef } from '../plan/fn-ref.js'
import type { RDD } from './rdd.js'
import { hashPartitioner, type PartitionerPlan } from '../plan/partitioner.js'

/**
 * Which partition a key goes to; extend it for a rule of your own.
 * @example
 * class ByLength extends Partitioner {
 *   readonly numPartitions = 2
 *   getPartition(key: unknown) { return String(key).length % 2 }
 * }
 * await scores.partitionBy(new ByLength()).glom().collect() // [ [], [ [ 'a', 1 ], [ 'b', 2 ], [ 'a', 3 ] ] ]
 */
export abstract class Partitioner {
  /** How many partitions there are: 1 or more. */
  abstract readonly numPartitions: number
  /** A partition in [0, numPartitions), the same for equal keys. */
  abstract getPartition(key: unknown): number
}

/**
 * By the key's structural hash: the same in every thread, process and engine.
 * @example new HashPartitioner(4).getPartition('a') === new HashPartitioner(4).getPartition('a') // true
 */
export class HashPartitioner extends Partitioner {
  constructor(/** How many partitions there are. */ readonly numPartitions: number) { super() }
  /** hash(key) modulo numPartitions. @throws KEY_UNSUPPORTED for a Map, Set, function or instance @example new HashPartitioner(1).getPartition('a') // 0 */
  getPartition(key: unknown): number { return hashKey(key) % this.numPartitions }
}

/**
 * By ranges of the keys' natural order: partition i holds smaller keys than partition i + 1. The borders are sampled from `rdd` by
 * the job that needs them.
 * @example await scores.partitionBy(new RangePartitioner(2, scores)).glom().collect() // [ [ [ 'a', 1 ], [ 'a', 3 ] ], [ [ 'b', 2 ] ] ]
 */
export class RangePartitioner extends Partitioner {
  /** @internal */
  readonly plan: PartitionerPlan & { readonly kind: 'range' }
  /** How many partitions there are. */
  readonly numPartitions: number

  /** @param plan internal: what sortByKey has made already */
  constructor(numPartitions: number, rdd: Pick<RDD<[any, any]>, 'node'>, ascending = true, plan?: PartitionerPlan & { readonly kind: 'range' }) {
    super()
    this.numPartitions = checkedCount(numPartitions, 'RangePartitioner')
    this.plan = plan ?? Object.freeze({ kind: 'range', numPartitions, sample: rdd.node, ascending, compare: undefined })
    ranges.set(this.plan, this)
  }

  /** Only tasks know the borders. @throws ARGUMENT_INVALID always @example new RangePartitioner(2, scores).getPartition('a') // SparkError [ARGUMENT_INVALID] */
  getPartition(_key: unknown): number {
    throw new SparkError('ARGUMENT_INVALID', { operator: 'RangePartitioner', problem: 'its borders are sampled when a job runs, so there is no partition to tell here', fix: 'partitionBy(partitioner), then mapPartitionsWithIndex' })
  }
}

/** The partitioner that a plan came from. */
const ranges = new WeakMap<PartitionerPlan, Partitioner>()

/** @internal As its user made it. */
export function partitionerOf(plan: PartitionerPlan | undefined): Partitioner | undefined {
  if (plan?.kind === 'hash') return new HashPartitioner(plan.numPartitions)
  if (plan?.kind === 'custom') return plan.identity instanceof Partitioner ? plan.identity : undefined
  return plan && (ranges.get(plan) ?? new RangePartitioner(plan.numPartitions, { node: plan.sample }, plan.ascending, plan))
}

export type Partitions = number | Partitioner

export function partitionerPlan(partitions: Partitions, operator: string): PartitionerPlan {
  if (typeof partitions === 'number') return hashPartitioner(checkedCount(partitions, operator))
  if (partitions instanceof HashPartitioner) return hashPartitioner(checkedCount(partitions.numPartitions, operator))
  if (partitions instanceof RangePartitioner) return partitions.plan
  const getPartition = (key: unknown): number => partitions.getPartition(key)
  return { kind: 'custom', numPartitions: checkedCount(partitions.numPartitions, operator), fn: fnRef(getPartition, operator), identity: partitions }
}

export function checkedCount(count: number, operator: string, what = 'number of partitions'): number {
  if (Number.isInteger(count) && count > 0) return count
  throw new SparkError('ARGUMENT_INVALID', { operator, problem: `the ${what} must be a positive whole number, not ${count}`, fix: 'give 1 or more' })
}
