/** RDDs side by side, and rows with their numbers. */
import { SparkError } from '../core/errors.js'
import { fnRef } from '../plan/fn-ref.js'
import * as zips from '../operators/zip.js'
import { call, userFn } from './calls.js'
import type { RDD } from './rdd.js'
import { SetRDDFunctions } from './set-rdd.js'

type Rows<T> = IterableIterator<T>

export abstract class ZipRDDFunctions<T> extends SetRDDFunctions<T> {
  /**
   * The first row with the other's first, and so on.
   *
   * Shape: RDD<T>, RDD<U> → RDD<[T, U]>; order and partitions stay. Empty when both are.
   * @throws ZIP_PARTITIONS_DIFFER when the numbers of partitions differ; TASK_FAILED in the job when a partition is longer than its counterpart
   * @example
   * await sc.parallelize(["a", "b"]).zip(sc.parallelize([1, 2])).collect() // [ [ 'a', 1 ], [ 'b', 2 ] ]
   */
  zip<U>(this: RDD<T>, other: RDD<U>): RDD<[T, U]> {
    checkPartitions('zip', [this, other])
    return this.derive(node => zips.zipRows(call('zip'), node, other.node))
  }

  /**
   * f of the partitions that have the same index. Scala's second parameter list is the last argument.
   *
   * Shape: RDD<T>, RDD<A>, … → RDD<V>; order: what f gives, partition by partition. f is called for empty partitions, too.
   * @param preservesPartitioning true when f keeps the keys of pairs where they are
   * @throws ZIP_PARTITIONS_DIFFER when the numbers of partitions differ
   * @example
   * await sc.parallelize([1, 2, 3], 1).zipPartitions(sc.parallelize(["a"], 1), (ns, ws) => [[...ns].length, [...ws].length]).collect() // [ 3, 1 ]
   */
  zipPartitions<A, V>(this: RDD<T>, a: RDD<A>, f: (rows: Rows<T>, a: Rows<A>) => Iterable<V>, preservesPartitioning?: boolean): RDD<V>
  zipPartitions<A, B, V>(this: RDD<T>, a: RDD<A>, b: RDD<B>, f: (rows: Rows<T>, a: Rows<A>, b: Rows<B>) => Iterable<V>, preservesPartitioning?: boolean): RDD<V>
  zipPartitions<A, B, C, V>(this: RDD<T>, a: RDD<A>, b: RDD<B>, c: RDD<C>, f: (rows: Rows<T>, a: Rows<A>, b: Rows<B>, c: Rows<C>) => Iterable<V>, preservesPartitioning?: boolean): RDD<V>
  zipPartitions<V>(this: RDD<T>, ...args: unknown[]): RDD<V> {
    const at = args.findIndex(arg => typeof arg === 'function')
    const { fn, operator, site } = userFn('zipPartitions', args[at])
    const others = args.slice(0, at) as RDD<unknown>[]
    checkPartitions('zipPartitions', [this as RDD<unknown>, ...others])
    const user = fn as unknown as (...parts: Rows<unknown>[]) => Iterable<V>
    const spread = fnRef((parts: Rows<unknown>[]) => user(...parts), operator, site)
    return this.derive(node => zips.zipPartitions(spread, [node, ...others.map(other => other.node)], args[at + 1] === true))
  }

  /**
   * Each row with its place in the whole, from 0. Counts the partitions before, in the same job; computes this twice, so persist what is dear.
   *
   * Shape: RDD<T> → RDD<[T, number]>; order and partitions stay. Empty gives empty.
   * @example
   * await sc.parallelize(["a", "b", "c"], 2).zipWithIndex().collect() // [ [ 'a', 0 ], [ 'b', 1 ], [ 'c', 2 ] ]
   */
  zipWithIndex(this: RDD<T>): RDD<[T, number]> { return this.derive(zips.zipWithIndex(call('zipWithIndex'))) }

  /**
   * Each row with a number that no other row has: item k of partition i of n gets k · n + i. Counts nothing.
   *
   * Shape: RDD<T> → RDD<[T, number]>; order and partitions stay. Empty gives empty.
   * @example
   * await sc.parallelize(["a", "b", "c"], 2).zipWithUniqueId().collect() // [ [ 'a', 0 ], [ 'b', 1 ], [ 'c', 3 ] ]
   */
  zipWithUniqueId(this: RDD<T>): RDD<[T, number]> { return this.derive(zips.zipWithUniqueId(call('zipWithUniqueId'))) }
}

function checkPartitions(operator: string, rdds: readonly RDD<any>[]): void {
  const counts = rdds.map(rdd => rdd.getNumPartitions())
  if (counts.some(count => count !== counts[0])) throw new SparkError('ZIP_PARTITIONS_DIFFER', { operator, counts: counts.join(', ') })
}
