/**
 * What brings equal keys together. All of it is the shuffle kernel with different aggregators; where the parent is placed by
 * the same partitioner already, combining needs no shuffle, and the engine sees that from the plan.
 */
import type { FnRef } from '../plan/fn-ref.js'
import type { PartitionerPlan } from '../plan/partitioner.js'
import { hashPartitioner } from '../plan/partitioner.js'
import { makeNode, type Aggregator, type Derive, type ShuffleNode } from '../plan/rdd-plan.js'
import { chain, helper, map, mapPartitions, type Call } from './narrow.js'

type Sort = ShuffleNode['sort']

export const shuffle = (call: Call, partitioner: PartitionerPlan, aggregator?: Aggregator, sort?: Sort): Derive => parent =>
  makeNode<ShuffleNode>({ kind: 'shuffle', parent, partitioner, aggregator, sort, numPartitions: partitioner.numPartitions, operator: call.operator, site: call.site })

/** createCombiner(value), mergeValue(combined, value), mergeCombiners(a, b): one row per key. */
export const combineByKey = (call: Call, aggregator: Aggregator, partitioner: PartitionerPlan): Derive => shuffle(call, partitioner, aggregator)

export const reduceByKey = (f: FnRef, partitioner: PartitionerPlan): Derive =>
  shuffle(f, partitioner, { createCombiner: helper(f, itself), mergeValue: f, mergeCombiners: f, mapSideCombine: true })

/** No combining before the shuffle: it would save no bytes. */
export const groupByKey = (call: Call, partitioner: PartitionerPlan): Derive =>
  shuffle(call, partitioner, { createCombiner: helper(call, listOf), mergeValue: helper(call, append), mergeCombiners: helper(call, appendAll), mapSideCombine: false })

export const distinct = (call: Call, partitioner: PartitionerPlan): Derive =>
  chain(map(helper(call, withNull)), reduceByKey(helper(call, first), partitioner), map(helper(call, keyOf)))

export const countByValue = (call: Call, partitioner: PartitionerPlan): Derive =>
  chain(map(helper(call, withOne)), reduceByKey(helper(call, add), partitioner))

/** Rows of each partition dealt out in turn, so that partitions come out even. */
export const repartition = (call: Call, numPartitions: number): Derive =>
  chain(mapPartitions(helper(call, dealOut)), shuffle(call, hashPartitioner(numPartitions)), map(helper(call, valueOf)))

/** All rows of a result that is small by now, in one partition and in order. */
export const gather = (call: Call): Derive => parent =>
  parent.numPartitions === 1 ? parent : chain(map(helper(call, nullFirst)), shuffle(call, hashPartitioner(1)), map(helper(call, valueOf)))(parent)

export const itself = <T>(value: T): T => value
export const withNull = <T>(value: T): [T, null] => [value, null]
export const withOne = <T>(value: T): [T, number] => [value, 1]
export const nullFirst = <T>(value: T): [null, T] => [null, value]
export const first = <T>(a: T, _b: T): T => a
export const add = (a: number, b: number): number => a + b
export const subtract = (a: number, b: number): number => a - b
export const keyOf = <K>(pair: [K, unknown]): K => pair[0]
export const valueOf = <V>(pair: [unknown, V]): V => pair[1]
const listOf = <V>(value: V): V[] => [value]
const append = <V>(list: V[], value: V): V[] => { list.push(value); return list }
const appendAll = <V>(list: V[], more: V[]): V[] => { for (const value of more) list.push(value); return list }

function* dealOut<T>(rows: Iterable<T>, partition: number): Iterable<[number, T]> {
  let next = partition
  for (const row of rows) yield [next++, row]
}
