/**
 * Sorting pairs by key within a partition (stable; what does not fit in memory is merged from runs), and the borders of a range partitioner.
 *
 * Borders come from a sample of [key, weight] rows, as in Spark's RangePartitioner: walk the sorted sample and cut wherever
 * another share of the whole weight is full. Equal keys never straddle a border.
 */
import { compare as naturalOrder } from '../../core/compare.js'
import { seededRandom } from '../../core/random.js'
import type { Fn } from './fuse.js'
import { notAPair, thrown, thrownWithoutRecord } from './failure.js'
import type { TaskMemory } from './memory.js'
import { NumberKeyed } from './number-keyed.js'
import { sorted } from './runs.js'
import { deferred, drain, type Push, type Source } from './source.js'
import type { At } from './task.js'

export type Compare = (a: unknown, b: unknown) => number

export const comparison = (compare: Fn | undefined): Compare => compare as Compare | undefined ?? naturalOrder

export const sortByKey = (input: Source, ascending: boolean, compare: Compare, at: At, memory: TaskMemory): Source => deferred(() => {
  const sign = ascending ? 1 : -1
  const order = (a: unknown, b: unknown): number => {
    try { return sign * compare((a as [unknown, unknown])[0], (b as [unknown, unknown])[0]) } catch (error) { throw thrownWithoutRecord(at, error) }
  }
  const rows = sorted(at.operator, order, memory, compare === naturalOrder ? new NumberKeyed(ascending, order) : undefined)
  drain(input, row => {
    if (!Array.isArray(row) || row.length !== 2) throw notAPair(at, row)
    rows.push(row)
  })
  return rows.source()
})

/** Keeps the keys of `size` of the pushed pairs, each equally likely; the seed makes it the same ones each time. */
export function reservoir(size: number, seed: number, at: At): { readonly push: Push; rows(): [key: unknown, weight: number][] } {
  const kept: unknown[] = []
  const random = seededRandom(seed)
  let seen = 0
  return {
    push(row) {
      if (!Array.isArray(row) || row.length !== 2) throw notAPair(at, row)
      const slot = seen++ < size ? kept.length : Math.floor(random() * seen)
      if (slot < size) kept[slot] = row[0]
    },
    rows: () => kept.map(key => [key, seen / kept.length]),
  }
}

/** At most numPartitions − 1 keys; partition i holds the keys up to and including border i. */
export function borders(sample: readonly [unknown, number][], numPartitions: number, compare: Compare, at: At): unknown[] {
  const sorted = sortedSample(sample, compare, at)
  const share = sorted.reduce((sum, [, weight]) => sum + weight, 0) / numPartitions
  const found: unknown[] = []
  let passed = 0
  for (const [key, weight] of sorted) {
    passed += weight
    if (passed < share * (found.length + 1) || found.length === numPartitions - 1) continue
    if (found.length === 0 || compare(found.at(-1), key) < 0) found.push(key)
  }
  return found
}

function sortedSample(sample: readonly [unknown, number][], compare: Compare, at: At): [unknown, number][] {
  try { return [...sample].sort((a, b) => compare(a[0], b[0])) } catch (error) { throw thrown(at, sample[0]?.[0], error) }
}
