/**
 * What the families of RDD methods stand on. Each family is a class of its own file, each extends the one before, and RDD
 * extends them all; methods name the RDDs they are for by their `this` type.
 */
import type { JobPromise } from '../core/job-promise.js'
import type { FnRef } from '../plan/fn-ref.js'
import type { Derive, RddNode } from '../plan/rdd-plan.js'
import { partitionerPlan, type Partitions } from './partitioner.js'
import type { PartitionerPlan } from '../plan/partitioner.js'
import type { RDD } from './rdd.js'
import type { SparkContext } from './spark-context.js'

export abstract class RDDBase<T> {
  abstract readonly context: SparkContext
  abstract readonly node: RddNode
  /** @internal Another RDD of the same context, made from this one by an operator. */
  abstract derive<U>(operator: Derive): RDD<U>
  abstract collect(): JobPromise<T[]>

  /** @internal f(rows, index) of each partition; `merge` gets the results in order of partitions. */
  applied<P, R>(f: FnRef, merge: (parts: P[]) => R): JobPromise<R> {
    return this.context.run(this as unknown as RDD<unknown>, { kind: 'apply', f }, f.operator, merge)
  }

  /** @internal What was asked for, else the partitioner that one of the RDDs has already, else hash over the default parallelism. */
  placement(partitions: Partitions | undefined, operator: string, ...others: readonly RDD<any>[]): PartitionerPlan {
    if (partitions !== undefined) return partitionerPlan(partitions, operator)
    const placed = [this.node, ...others.map(other => other.node)].find(node => node.partitioner)
    return placed?.partitioner ?? partitionerPlan(this.context.defaultParallelism, operator)
  }
}

