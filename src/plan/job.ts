/**
 * A job: which partitions of which RDD to compute, and what to make of each. Results come back one per partition, in the
 * order of `partitions`; the action merges them on the driver.
 */
import type { FnRef } from './fn-ref.js'
import type { RddNode } from './rdd-plan.js'

/**
 * What a task makes of its partition's rows.
 * collect: all rows. take: at most n rows. count: their number. foreach: f(row), nothing comes back.
 * reduce: { empty: true } or { empty: false, value }. apply: f(iterator over the rows, partition index) → value.
 */
export type Action =
  | { readonly kind: 'collect' }
  | { readonly kind: 'take'; readonly n: number }
  | { readonly kind: 'count' }
  | { readonly kind: 'foreach'; readonly f: FnRef }
  | { readonly kind: 'reduce'; readonly f: FnRef }
  | { readonly kind: 'apply'; readonly f: FnRef }

export interface Job {
  readonly rdd: RddNode
  readonly action: Action
  /** Indices into the RDD's partitions; absent: all. */
  readonly partitions?: readonly number[]
  /** For listeners and progress: `count at <repl>:3`. */
  readonly description: string
}
