/** Partitions side by side, and rows with their numbers. A row's number needs the sizes of the partitions before: those are counted in the job itself. */
import { makeNode, type Derive, type RddNode, type ZipNode } from '../plan/rdd-plan.js'
import type { FnRef } from '../plan/fn-ref.js'
import { indices, zip } from './combine.js'
import { helper, mapPartitions, type Call } from './narrow.js'
import { gather } from './shuffle.js'

/** f([rows of this partition, rows of the other's, …]) for each partition index. */
export function zipPartitions(f: FnRef, parents: readonly RddNode[], preservesPartitioning: boolean): RddNode {
  const pairs = indices(0, parents[0]!.numPartitions).map(i => parents.map(() => i))
  const { id: _id, ...node } = zip(f, parents, pairs)
  return makeNode<ZipNode>({ ...node, partitioner: preservesPartitioning ? parents[0]!.partitioner : undefined })
}

/** Rows in pairs, first with first. */
export const zipRows = (call: Call, left: RddNode, right: RddNode): RddNode => zipPartitions(helper(call, inPairs), [left, right], false)

function* inPairs([left, right]: [Iterator<unknown>, Iterator<unknown>]): Iterable<[unknown, unknown]> {
  for (;;) {
    const [a, b] = [left.next(), right.next()]
    if (a.done !== b.done) throw new Error('Can only zip RDDs with same number of elements in each partition')
    if (a.done) return
    yield [a.value, b.value]
  }
}

/** [row, its place in the whole], from 0. */
export const zipWithIndex = (call: Call): Derive => parent => {
  if (parent.numPartitions <= 1) return mapPartitions(helper(call, (rows: Iterable<unknown>) => numbered(rows, 0, 1)))(parent)
  const sizes = gather(call)(mapPartitions(helper(call, sizeOf))(parent))
  const pairs = indices(0, parent.numPartitions).map(i => [i, 0])
  return zip(helper(call, ([rows, counted]: [Iterable<unknown>, Iterable<number>], partition: number) => numbered(rows, startOf(counted, partition), 1)), [parent, sizes], pairs)
}

/** [row, a number of its own]: item k of partition i gets k · n + i, with no counting. */
export const zipWithUniqueId = (call: Call): Derive => parent => {
  const step = parent.numPartitions
  return mapPartitions(helper(call, (rows: Iterable<unknown>, partition: number) => numbered(rows, partition, step)))(parent)
}

function* numbered(rows: Iterable<unknown>, first: number, step: number): Iterable<[unknown, number]> {
  let next = first
  for (const row of rows) {
    yield [row, next]
    next += step
  }
}

function sizeOf(rows: Iterable<unknown>): number[] {
  let size = 0
  for (const _ of rows) size++
  return [size]
}

/** Sizes come one per partition, in order of partitions. */
function startOf(sizes: Iterable<number>, partition: number): number {
  let start = 0
  let at = 0
  for (const size of sizes) if (at++ < partition) start += size
  return start
}
