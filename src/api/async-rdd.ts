/** Spark's names for actions that do not block. Here no action blocks: these are the plain ones under other names, for programs that are carried over. */
import type { JobPromise } from '../core/job-promise.js'
import { FoldRDDActions } from './fold-rdd.js'
import type { RDD } from './rdd.js'

export abstract class AsyncRDDActions<T> extends FoldRDDActions<T> {
  /**
   * The same as count().
   * @example
   * await sc.range(3).countAsync() // 3
   */
  countAsync(this: RDD<T>): JobPromise<number> { return this.count() }

  /**
   * The same as collect().
   * @example
   * await sc.range(3).collectAsync() // [ 0, 1, 2 ]
   */
  collectAsync(this: RDD<T>): JobPromise<T[]> { return this.collect() }

  /**
   * The same as take(num).
   * @example
   * await sc.range(3).takeAsync(2) // [ 0, 1 ]
   */
  takeAsync(this: RDD<T>, num: number): JobPromise<T[]> { return this.take(num) }

  /**
   * The same as foreach(f); cancel() ends it.
   * @example
   * const job = sc.range(3).foreachAsync(n => { n + 1 })
   * await job
   */
  foreachAsync(this: RDD<T>, f: (row: T) => void): JobPromise<void> { return this.foreach(f) }

  /**
   * The same as foreachPartition(f); cancel() ends it.
   * @example
   * await sc.range(3).foreachPartitionAsync(rows => { for (const row of rows) row + 1 })
   */
  foreachPartitionAsync(this: RDD<T>, f: (rows: IterableIterator<T>) => void): JobPromise<void> { return this.foreachPartition(f) }
}
