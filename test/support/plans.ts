/** RDD plans in a few words, for tests of engines: collections, and the operators over functions without a call site. */
import { NumberRange } from '#src/core/number-range.js'
import { SparkConf } from '#src/core/conf.js'
import { EventBus } from '#src/core/events.js'
import { StorageLevel } from '#src/core/storage-level.js'
import { EmbeddedEngine } from '#src/engine/embedded/embedded-engine.js'
import type { Engine } from '#src/engine/engine.js'
import * as combine from '#src/operators/combine.js'
import * as joins from '#src/operators/join.js'
import * as narrow from '#src/operators/narrow.js'
import * as shuffles from '#src/operators/shuffle.js'
import * as sorts from '#src/operators/sort.js'
import { fnRef, type AnyFunction, type FnRef } from '#src/plan/fn-ref.js'
import type { Action } from '#src/plan/job.js'
import { hashPartitioner } from '#src/plan/partitioner.js'
import { makeNode, type Derive, type PersistNode, type RddNode } from '#src/plan/rdd-plan.js'

const call = (operator: string): { operator: string; site: undefined } => ({ operator, site: undefined })
export const ref = (operator: string, fn: AnyFunction): FnRef => fnRef(fn, operator, { file: 'program.ts', line: 3, column: 7 })

export const rows = (list: readonly unknown[], numPartitions = 2): RddNode => combine.collection(list, numPartitions, call('parallelize'))
export const range = (start: number, step: number, length: number, numPartitions = 2): RddNode => combine.range(new NumberRange(start, step, length), numPartitions, call('range'))
export const chain = narrow.chain
export const map = (f: AnyFunction): Derive => narrow.map(ref('map', f))
export const flatMap = (f: AnyFunction): Derive => narrow.flatMap(ref('flatMap', f))
export const filter = (f: AnyFunction): Derive => narrow.filter(ref('filter', f))
export const mapValues = (f: AnyFunction): Derive => narrow.mapValues(ref('mapValues', f))
export const flatMapValues = (f: AnyFunction): Derive => narrow.flatMapValues(ref('flatMapValues', f))
export const mapPartitions = (f: AnyFunction): Derive => narrow.mapPartitions(ref('mapPartitions', f))
export const fold = (f: AnyFunction, zero?: AnyFunction): Derive => narrow.fold(ref('fold', f), zero && ref('fold', zero))
export const glom: Derive = narrow.glom(undefined)
export const reduceByKey = (f: AnyFunction, numPartitions = 2): Derive => shuffles.reduceByKey(ref('reduceByKey', f), hashPartitioner(numPartitions))
export const groupByKey = (numPartitions = 2): Derive => shuffles.groupByKey(call('groupByKey'), hashPartitioner(numPartitions))
export const partitionBy = (numPartitions: number): Derive => shuffles.shuffle(call('partitionBy'), hashPartitioner(numPartitions))
export const distinct = (numPartitions = 2): Derive => shuffles.distinct(call('distinct'), hashPartitioner(numPartitions))
export const repartition = (numPartitions: number): Derive => shuffles.repartition(call('repartition'), numPartitions)
export const sortByKey = (ascending = true, numPartitions = 2, compare?: AnyFunction): Derive => sorts.sortByKey(call('sortByKey'), ascending, numPartitions, compare && ref('sortByKey', compare))
export const sortBy = (f: AnyFunction, ascending = true, numPartitions = 2): Derive => sorts.sortBy(ref('sortBy', f), ascending, numPartitions)
export const union = (...parents: RddNode[]): RddNode => combine.union(call('union'), parents)
export const coalesce = (numPartitions: number): Derive => combine.coalesce(call('coalesce'), numPartitions)
export const cartesian = (a: RddNode, b: RddNode): RddNode => combine.cartesian(call('cartesian'), a, b)
export const cogroup = (...parents: RddNode[]): RddNode => joins.cogroup(call('cogroup'), parents, hashPartitioner(2))
export const join = (kind: joins.JoinKind, a: RddNode, b: RddNode): RddNode => joins.join(call(kind), kind, a, b, hashPartitioner(2))
export const persist = (parent: RddNode): PersistNode => makeNode<PersistNode>({
  kind: 'persist', parent, level: StorageLevel.MEMORY_ONLY, numPartitions: parent.numPartitions, partitioner: parent.partitioner, operator: 'cache', site: undefined,
})

export const embedded = (master = 'local[2]', settings: Record<string, string> = {}, events = new EventBus()): EmbeddedEngine =>
  new EmbeddedEngine({ master, conf: new SparkConf(Object.entries(settings)), events })

export const run = (engine: Engine, rdd: RddNode, action: Action = { kind: 'collect' }, partitions?: number[]): Promise<unknown[]> =>
  engine.runJob({ rdd, action, description: 'a test', ...(partitions ? { partitions } : {}) }).results
/** All rows, partition by partition. */
export const collect = async (engine: Engine, rdd: RddNode): Promise<unknown[]> => (await run(engine, rdd)).flat()
