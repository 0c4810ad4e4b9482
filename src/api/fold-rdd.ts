/** Many rows to one value, or to the first few in order. */
import { compare as naturalOrder } from '../core/compare.js'
import { copyOf } from '../core/copy.js'
import { SparkError } from '../core/errors.js'
import type { JobPromise } from '../core/job-promise.js'
import * as folds from '../operators/fold.js'
import { fold, helper } from '../operators/narrow.js'
import { call, userFn } from './calls.js'
import type { RDD } from './rdd.js'
import { SampleRDDFunctions } from './sample-rdd.js'
import type { Row, Wide } from './types.js'

type Compare<T> = folds.Compare<T>

export abstract class FoldRDDActions<T> extends SampleRDDFunctions<T> {
  /**
   * All rows merged into `zero` by f. `zero` is used once per partition and once more at the end, so it should change nothing.
   *
   * Shape: RDD<T> → T. Order: rows within a partition, then partitions. Empty gives zero.
   * @param f associative; may change and give back its first argument
   * @example
   * await sc.parallelize([1, 2, 3]).fold(0, (a, b) => a + b) // 6
   */
  fold(this: RDD<T>, zero: T, f: (a: T, b: T) => T): JobPromise<T> {
    return this.context.collected(this.derive<T>(folds.foldPartitions(userFn('fold', f), zero)), 'fold', parts => parts.reduce((a, b) => f(a, b), copyOf(zero)))
  }

  /**
   * As fold, to a result of another type: `seqOp` takes a row in, `combOp` merges the partitions' results.
   *
   * Shape: RDD<T> → U. Order: rows within a partition, then partitions. Empty gives zero.
   * @param zero copied for each partition; seqOp and combOp may change their first argument
   * @example
   * await sc.parallelize([1, 2, 3]).aggregate([0, 0], ([sum, n], x) => [sum + x, n + 1], (a, b) => [a[0] + b[0], a[1] + b[1]]) // [ 6, 3 ]
   */
  aggregate<U extends Row>(this: RDD<T>, zero: U, seqOp: (all: Wide<U>, row: T) => Wide<U>, combOp: (a: Wide<U>, b: Wide<U>) => Wide<U>): JobPromise<Wide<U>> {
    userFn('aggregate', combOp)
    const partials = this.derive<Wide<U>>(folds.foldPartitions(userFn('aggregate', seqOp), zero))
    return this.context.collected(partials, 'aggregate', parts => parts.reduce((a, b) => combOp(a, b), copyOf(zero) as Wide<U>))
  }

  /**
   * As reduce, but partitions are merged in the executors first, in `depth` rounds: for many partitions with large results.
   *
   * Shape: RDD<T> → T. Order: neighbours are merged, so f need not be commutative.
   * @throws EMPTY_COLLECTION when there are no rows; ARGUMENT_INVALID for a depth below 1
   * @example
   * await sc.range(1, 101, 1, 10).treeReduce((a, b) => a + b) // 5050
   */
  treeReduce(this: RDD<T>, f: (a: T, b: T) => T, depth = 2): JobPromise<T> {
    const ref = userFn('treeReduce', f)
    const partials = this.derive<T>(fold(ref)).derive<T>(folds.tree(ref, checkedDepth('treeReduce', depth)))
    return this.context.collected(partials, 'treeReduce', rows => rows.length ? rows.reduce((a, b) => f(a, b)) : nothing('treeReduce'))
  }

  /**
   * As aggregate, but partitions are merged in the executors first, in `depth` rounds.
   *
   * Shape: RDD<T> → U. Order: neighbours are merged. Empty gives zero.
   * @example
   * await sc.range(1, 101, 1, 10).treeAggregate(0, (sum, n) => sum + n, (a, b) => a + b) // 5050
   */
  treeAggregate<U extends Row>(this: RDD<T>, zero: U, seqOp: (all: Wide<U>, row: T) => Wide<U>, combOp: (a: Wide<U>, b: Wide<U>) => Wide<U>, depth = 2): JobPromise<Wide<U>> {
    const partials = this.derive<Wide<U>>(folds.foldPartitions(userFn('treeAggregate', seqOp), zero))
    const merged = partials.derive<Wide<U>>(folds.tree(userFn('treeAggregate', combOp), checkedDepth('treeAggregate', depth)))
    return this.context.collected(merged, 'treeAggregate', rows => rows.reduce((a, b) => combOp(a, b), copyOf(zero) as Wide<U>))
  }

  /**
   * The first `num` rows in ascending order. Keeps at most about 2 · num rows of a partition at a time.
   *
   * Shape: RDD<T> → T[], sorted: numbers by value, strings by code unit, arrays place by place, or by `compare`. Empty gives [].
   * @example
   * await sc.parallelize([3, 1, 2]).takeOrdered(2) // [ 1, 2 ]
   */
  takeOrdered(this: RDD<T>, num: number, compare?: Compare<T>): JobPromise<T[]> {
    return ordered(this, num, compare ?? naturalOrder, 'takeOrdered')
  }

  /**
   * The last `num` rows in ascending order, greatest first.
   *
   * Shape: RDD<T> → T[]. Empty gives [].
   * @example
   * await sc.parallelize([["a", 1], ["b", 3], ["c", 2]]).top(2, (x, y) => x[1] - y[1]) // [ [ 'b', 3 ], [ 'c', 2 ] ]
   */
  top(this: RDD<T>, num: number, compare?: Compare<T>): JobPromise<T[]> { return ordered(this, num, folds.opposite(compare), 'top') }

  /**
   * The greatest row, in natural order or by `compare`; of equal ones the first.
   *
   * Shape: RDD<T> → T.
   * @throws EMPTY_COLLECTION when there are no rows
   * @example
   * await sc.parallelize(["to", "be"]).max() // 'to'
   */
  max(this: RDD<T>, compare?: Compare<T>): JobPromise<T> { return least(this, folds.opposite(compare), 'max') }

  /**
   * The least row, in natural order or by `compare`; of equal ones the first.
   *
   * Shape: RDD<T> → T.
   * @throws EMPTY_COLLECTION when there are no rows
   * @example
   * await sc.parallelize(["to", "be"]).min() // 'be'
   */
  min(this: RDD<T>, compare?: Compare<T>): JobPromise<T> { return least(this, compare ?? naturalOrder, 'min') }

  /**
   * All rows one after another, one partition at a time: memory for the largest partition is enough. A job per partition.
   *
   * Shape: RDD<T> → async iterator, in order. Empty ends at once.
   * @example
   * const seen: number[] = []
   * for await (const n of sc.range(3).toLocalIterator()) seen.push(n)
   * seen // [ 0, 1, 2 ]
   */
  async *toLocalIterator(this: RDD<T>): AsyncIterableIterator<T> {
    for (let i = 0; i < this.node.numPartitions; i++)
      yield* await this.context.run(this as RDD<unknown>, { kind: 'collect' }, 'toLocalIterator', (parts: T[][]) => parts[0]!, [i])
  }
}

function ordered<T>(rdd: RDD<T>, num: number, compare: Compare<T>, operator: string): JobPromise<T[]> {
  return rdd.applied<T[], T[]>(folds.smallest(call(operator), num, compare), parts => folds.firstInOrder(parts.flat(), num, compare))
}

function least<T>(rdd: RDD<T>, compare: Compare<T>, operator: string): JobPromise<T> {
  const lesser = folds.lesser(compare)
  const partials = rdd.derive<T>(fold(helper(call(operator), lesser)))
  return rdd.context.collected(partials, operator, rows => rows.length ? rows.reduce(lesser) : nothing(operator))
}

function checkedDepth(operator: string, depth: number): number {
  if (Number.isInteger(depth) && depth > 0) return depth
  throw new SparkError('ARGUMENT_INVALID', { operator, problem: `Depth must be greater than or equal to 1 but got ${depth}.`, fix: 'leave it out, or give 2 or 3' })
}

function nothing(operator: string): never { throw new SparkError('EMPTY_COLLECTION', { operator }) }
