/** Where a partition of a union is found among its parents: by halving, since a window of an hour has thousands of them. */
import type { RddNode, UnionNode } from '../../plan/rdd-plan.js'

const starts = new WeakMap<UnionNode, readonly number[]>()

/** The parent that has it, and its index there. */
export function parentAt(union: UnionNode, partition: number): [parent: RddNode, partition: number] {
  const from = startsOf(union)
  let [low, high] = [0, from.length]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (from[middle]! <= partition) low = middle
    else high = middle
  }
  return [union.parents[low]!, partition - from[low]!]
}

/** The first partition of each parent. Of those that begin alike only the last has any: that is the one found. */
function startsOf(union: UnionNode): readonly number[] {
  const known = starts.get(union)
  if (known) return known
  let next = 0
  const from = union.parents.map(({ numPartitions }) => { const start = next; next += numPartitions; return start })
  starts.set(union, from)
  return from
}
