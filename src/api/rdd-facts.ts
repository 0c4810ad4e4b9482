/** What an RDD says of itself: its name, its partitions, what it is made from. Nothing is computed for it. */
import { StorageLevel } from '../core/storage-level.js'
import { debugString, isShuffled, rddName, setRddName } from '../plan/debug-string.js'
import { lineage } from '../plan/explain.js'
import { parentsOf } from '../plan/rdd-plan.js'
import { partitionerOf, type Partitioner } from './partitioner.js'
import { RDDBase } from './rdd-base.js'
import type { RDD } from './rdd.js'

/** One of the parts that a job computes; `index` is what mapPartitionsWithIndex gives. */
export interface Partition { readonly index: number }

/** A parent, and whether its rows are shuffled on their way. */
export interface Dependency { readonly rdd: RDD<unknown>; readonly shuffle: boolean }

export abstract class RDDFacts<T> extends RDDBase<T> {
  /** What setName gave it. */
  get name(): string | undefined { return rddName(this.node) }

  /**
   * Names it in debug strings; gives itself.
   * @example
   * rdd.setName('numbers').name // 'numbers'
   */
  setName(name: string): this { setRddName(this.node, name); return this }

  /** Its partitions, in order. An empty RDD may have none. */
  get partitions(): readonly Partition[] { return Array.from({ length: this.node.numPartitions }, (_, index) => ({ index })) }

  /** What it is made from, one step back; leaves have none. */
  get dependencies(): readonly Dependency[] {
    return parentsOf(this.node).map(parent => ({ rdd: this.derive(() => parent), shuffle: isShuffled(this.node, parent) }))
  }

  /** How keys are placed, where that is known: after partitionBy, reduceByKey and their kin. */
  get partitioner(): Partitioner | undefined { return partitionerOf(this.node.partitioner) }

  /**
   * Where its rows are kept; NONE unless persist() or cache() made it.
   * @example
   * rdd.cache().getStorageLevel() === StorageLevel.MEMORY_ONLY // true
   */
  getStorageLevel(): StorageLevel { return this.node.kind === 'persist' ? this.node.level : StorageLevel.NONE }

  /**
   * Rows are kept on this machine, in memory and on disk, and lineage need not be walked again. The same as persist(MEMORY_AND_DISK).
   *
   * Shape: RDD<T> → RDD<T>; order and partitions stay. Empty gives empty.
   * @example
   * await rdd.localCheckpoint().count() // 3
   */
  localCheckpoint(this: RDD<T>): RDD<T> { return this.persist(StorageLevel.MEMORY_AND_DISK) }

  /**
   * How it would be computed: its lineage, and then each rule that stands for functions of a known form (`split`, `[w, 1]`, `a + b`)
   * and runs over bytes instead. Nothing is computed. `spark.tspark.rules=false` turns rules off.
   *
   * @example
   * const counts = sc.textFile(`${dir}/poem.txt`).flatMap(l => l.split(' ')).map(w => [w, 1]).reduceByKey((a, b) => a + b)
   * counts.explain().split('\n').at(-1) // 'rule of reduceByKey: combine: split at " ", added by key'
   */
  explain(): string { return [...lineage(this.node), ...this.context.rules(this.node).map(rule => `rule of ${rule}`)].join('\n') }

  /**
   * The lineage in Spark's form: a line per RDD, indented with `+-` below each shuffle.
   * @example
   * letters.map(w => [w, 1]).reduceByKey((a, b) => a + b).toDebugString().split('\n').length // 3
   */
  toDebugString(): string { return debugString(this.node) }
}
