/** Which partition a key goes to, made from a Placement and called once per row (or per distinct key after combining). */
import { compare as naturalOrder } from '../../core/compare.js'
import { hashKey } from '../../core/hash.js'
import { SparkError } from '../../core/errors.js'
import { describe } from './failure.js'
import type { Fn } from './fuse.js'
import { decodeRows } from './row-codec.js'
import { comparison, type Compare } from './sort.js'
import type { At, Placement } from './task.js'

export function placer(placement: Placement, at: At, fns: readonly Fn[]): (key: unknown) => number {
  const { numPartitions } = placement
  switch (placement.kind) {
    case 'hash': return key => hashKey(key) % numPartitions
    case 'range': return ranges(decodeRows(placement.bounds), placement.ascending, numPartitions, comparison(fns[placement.compare]))
    case 'custom': return checked(fns[placement.fn]!, numPartitions, at)
    default: return placement satisfies never
  }
}

function ranges(borders: readonly unknown[], ascending: boolean, numPartitions: number, compare: Compare): (key: unknown) => number {
  const among = compare === naturalOrder && borders.every(border => typeof border === 'number') ? numbers(Float64Array.from(borders as number[])) : undefined
  return key => {
    if (among && typeof key === 'number') return ascending ? among(key) : numPartitions - 1 - among(key)
    let [low, high] = [0, borders.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (compare(key, borders[middle]) <= 0) high = middle
      else low = middle + 1
    }
    return ascending ? low : numPartitions - 1 - low
  }
}

/** How many borders are below the number; all of them for NaN. */
const numbers = (borders: Float64Array) => (key: number): number => {
  let low = 0
  for (let high = borders.length; low < high;) {
    const middle = (low + high) >> 1
    if (key <= borders[middle]!) high = middle
    else low = middle + 1
  }
  return low
}

const checked = (fn: Fn, numPartitions: number, at: At) => (key: unknown): number => {
  const partition = fn(key)
  if (Number.isInteger(partition) && (partition as number) >= 0 && (partition as number) < numPartitions) return partition as number
  throw new SparkError('WRONG_RESULT', { operator: `${at.operator} (its partitioner)`, expected: `a whole number from 0 to ${numPartitions - 1}`, got: describe(partition) })
}
