/** RDDs put together or pulled apart without looking at keys: union, coalesce, and the one-row results of a batch. */
import type { NumberRange } from '../core/number-range.js'
import { samePartitioning } from '../plan/partitioner.js'
import { makeNode, type CoalesceNode, type CollectionNode, type Derive, type RddNode, type UnionNode, type ZipNode } from '../plan/rdd-plan.js'
import type { CallSite } from '../core/call-site.js'
import { chain, fold, helper, type Call } from './narrow.js'
import { add, gather } from './shuffle.js'
import type { FnRef } from '../plan/fn-ref.js'

/** `rows` cut by position: slice i is [i·len/n, (i+1)·len/n). */
export function collection(rows: readonly unknown[], numPartitions: number, call: Call): CollectionNode {
  const at = (i: number): number => Math.floor(i * rows.length / numPartitions)
  const slices = Array.from({ length: numPartitions }, (_, i) => rows.slice(at(i), at(i + 1)))
  return makeNode<CollectionNode>({ kind: 'collection', slices, numPartitions, partitioner: undefined, operator: call.operator, site: call.site })
}

export function range(numbers: NumberRange, numPartitions: number, call: Call): CollectionNode {
  const slices = indices(0, numPartitions).map(i => numbers.slice(i, numPartitions))
  return makeNode<CollectionNode>({ kind: 'collection', slices, numPartitions, partitioner: undefined, operator: call.operator, site: call.site })
}

export const emptyRdd = (site?: CallSite): CollectionNode => collection([], 0, { operator: 'emptyRDD', site })

/** Partitions one after another; parents placed alike are zipped partition by partition, so that keys stay where they are. */
export function union(call: Call, parents: readonly RddNode[]): RddNode {
  const partitioner = parents[0]?.partitioner
  const aligned = parents.length > 0 && parents.every(parent => samePartitioning(parent.partitioner, partitioner))
  const numPartitions = aligned ? parents[0]!.numPartitions : parents.reduce((sum, parent) => sum + parent.numPartitions, 0)
  return makeNode<UnionNode>({ kind: 'union', parents, aligned, numPartitions, partitioner: aligned ? partitioner : undefined, operator: call.operator, site: call.site })
}

/** Fewer partitions without a shuffle: neighbours are read one after another. */
export const coalesce = (call: Call, numPartitions: number): Derive => parent => {
  if (numPartitions >= parent.numPartitions) return parent
  const from = (i: number): number => Math.floor(i * parent.numPartitions / numPartitions)
  const groups = Array.from({ length: numPartitions }, (_, i) => indices(from(i), from(i + 1)))
  return makeNode<CoalesceNode>({ kind: 'coalesce', parent, groups, numPartitions, partitioner: undefined, operator: call.operator, site: call.site })
}

/** Each row of one with each of the other. */
export function cartesian(call: Call, left: RddNode, right: RddNode): RddNode {
  const pairs = indices(0, left.numPartitions).flatMap(i => indices(0, right.numPartitions).map(j => [i, j]))
  return zip(helper(call, eachWithEach), [left, right], pairs)
}

export const zip = (f: FnRef, parents: readonly RddNode[], pairs: readonly (readonly number[])[]): ZipNode =>
  makeNode<ZipNode>({ kind: 'zip', parents, pairs, f, numPartitions: pairs.length, partitioner: undefined, operator: f.operator, site: f.site })

/** Exactly one row: how many there were; 0 for an empty batch. */
export const count = (call: Call): Derive =>
  chain(fold(helper(call, oneMore), helper(call, none)), gather(call), atLeastOne, fold(helper(call, add), helper(call, none)))

/** One row, or none when there were none. */
export const reduce = (f: FnRef): Derive => chain(fold(f), gather(f), fold(f))

export const indices = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i)

/** A count needs a partition to count in, even of an RDD that has none. */
const atLeastOne: Derive = parent =>
  parent.numPartitions > 0 ? parent : collection([], 1, parent)

const none = (): number => 0
const oneMore = (count: number): number => count + 1

function eachWithEach([left, right]: [Iterable<unknown>, Iterable<unknown>]): [unknown, unknown][] {
  const others = [...right]
  return [...left].flatMap(a => others.map((b): [unknown, unknown] => [a, b]))
}
