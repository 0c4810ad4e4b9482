/**
 * Many rows to one value: folds from a zero, trees of them, the first n in order. Functions here are for actions: each gives
 * what a task makes of its partition; the driver merges those in order of partitions.
 */
import { compare as naturalOrder } from '../core/compare.js'
import { copyOf } from '../core/copy.js'
import type { FnRef } from '../plan/fn-ref.js'
import type { Derive } from '../plan/rdd-plan.js'
import { chain, fold, helper, map, mapPartitions, type Call } from './narrow.js'
import { shuffle, valueOf } from './shuffle.js'

export type Compare<T> = (a: T, b: T) => number

/** One row per partition, begun from a copy of `zero`. */
export const foldPartitions = (f: FnRef, zero: unknown): Derive => fold(f, helper(f, () => copyOf(zero)))

/** Neighbours merged in `depth` rounds, so that the driver has few values to merge; their order stays. */
export const tree = (merge: FnRef, depth: number): Derive => parent => {
  const scale = Math.max(2, Math.ceil(parent.numPartitions ** (1 / depth)))
  let node = parent
  while (node.numPartitions > scale + Math.ceil(node.numPartitions / scale)) node = level(merge, Math.floor(node.numPartitions / scale))(node)
  return node
}

/** Partition i goes to i · n / numPartitions. */
const level = (merge: FnRef, numPartitions: number): Derive => parent => {
  const before = parent.numPartitions
  const target = (_rows: unknown, partition: number): number => Math.floor(partition * numPartitions / before)
  const addressed = mapPartitions(helper(merge, (rows: Iterable<unknown>, partition: number) => [...rows].map(row => [target(rows, partition), row])))
  const place = { kind: 'custom', numPartitions, fn: helper(merge, (key: number) => key), identity: {} } as const
  return chain(addressed, shuffle(merge, place), map(helper(merge, valueOf)), fold(merge))(parent)
}

/** The first n of a partition in the order of `compare`, or of nature; ties keep their order. */
export function smallest<T>(call: Call, n: number, compare: Compare<T> = naturalOrder): FnRef<(rows: Iterable<T>) => T[]> {
  return helper(call, (rows: Iterable<T>) => firstInOrder(rows, n, compare))
}

/** Holds at most 2n rows, plus a few. */
export function firstInOrder<T>(rows: Iterable<T>, n: number, compare: Compare<T>): T[] {
  const kept: T[] = []
  const most = 2 * n + 64
  if (n <= 0) return kept
  for (const row of rows) if (kept.push(row) === most) kept.sort(compare).length = n
  return kept.sort(compare).slice(0, n)
}

export const opposite = <T>(compare: Compare<T> = naturalOrder): Compare<T> => (a, b) => compare(b, a)

/** The later row only where it comes first. */
export const lesser = <T>(compare: Compare<T> = naturalOrder) => (a: T, b: T): T => compare(b, a) < 0 ? b : a
