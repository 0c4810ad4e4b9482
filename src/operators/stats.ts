/** What tasks make of partitions of numbers: sums, moments, histograms; and how the driver puts them together. */
import { StatCounter } from '../core/stat-counter.js'
import type { Derive } from '../plan/rdd-plan.js'
import { fold, helper, type Call } from './narrow.js'
import { add } from './shuffle.js'

/** One sum per partition. */
export const sums = (call: Call): Derive => fold(helper(call, add), helper(call, (): number => 0))

/** One StatCounter per partition. */
export const moments = (call: Call): Derive =>
  fold(helper(call, (stats: StatCounter, row: number) => stats.merge(row)), helper(call, () => new StatCounter()))

export const statsOf = (rows: Iterable<number>): StatCounter => new StatCounter(rows)

export const mergeStats = (parts: readonly StatCounter[]): StatCounter => parts.reduce((all, part) => all.merge(part), new StatCounter())

/** Borders of `count` buckets of equal width; one bucket where all numbers are the same. */
export function evenBuckets(min: number, max: number, count: number): number[] {
  if (min === max) return [min, min]
  return [...Array.from({ length: count }, (_, i) => min + i * (max - min) / count), max]
}

/** How many rows lie in each [border i, border i + 1), in the last one with its upper border; others are not counted. */
export function histogramOf(rows: Iterable<number>, borders: readonly number[], even: boolean): number[] {
  const counts = Array.from({ length: borders.length - 1 }, () => 0)
  const last = counts.length - 1
  const [min, max] = [borders[0]!, borders[borders.length - 1]!]
  const width = (max - min) / counts.length
  for (const value of rows) {
    if (!(value >= min && value <= max)) continue
    const bucket = even ? Math.floor((value - min) / width) || 0 : bucketOf(value, borders)
    counts[Math.min(bucket, last)]!++
  }
  return counts
}

/** The last border that is not above the value. */
function bucketOf(value: number, borders: readonly number[]): number {
  let [low, high] = [0, borders.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (borders[middle]! <= value) low = middle
    else high = middle - 1
  }
  return low
}

export const addCounts = (parts: readonly (readonly number[])[], length: number): number[] =>
  Array.from({ length }, (_, i) => parts.reduce((sum, part) => sum + part[i]!, 0))
