/**
 * Which partitions of a map side one task computes together. A window of a minute over blocks of 200 ms has 300 partitions of a
 * few lines each: a task for each would cost more than its rows. Neighbours that are known to be small share a task.
 *
 * Only the task is shared: each partition keeps its index and its own combining, has functions that begin with what was captured,
 * and the rows keep their order, so that nothing a user sees depends on it. Grouped is what has been received or stored and whose bytes are therefore known. The
 * partitions of collections and files are how the user wants the work cut, and stay.
 */
import type { PersistNode, RddNode } from '../../plan/rdd-plan.js'
import { memoryBytes, type RowBlock } from '../task/task.js'
import { parentAt } from './union-parts.js'

interface Stores {
  /** Executor threads. */
  readonly threads: number
  stored(node: PersistNode, partition: number): RowBlock | string | undefined
}

// Four tasks for each thread, so that a slow one does not hold up the rest; and none larger than half a full block.
const TASKS_PER_THREAD = 4
const MOST_BYTES = 4 * 1024 * 1024

/** Neighbours in order; all partitions are in one of them. */
export function taskGroups(node: RddNode, around: Stores): number[][] {
  const single = Array.from({ length: node.numPartitions }, (_, i) => [i])
  const wanted = TASKS_PER_THREAD * around.threads
  if (node.numPartitions <= wanted) return single
  const sizes = single.map(([partition]) => knownBytes(node, partition!, around))
  const limit = Math.min(MOST_BYTES, sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0) / wanted)
  return grouped(sizes, limit)
}

function grouped(sizes: readonly (number | undefined)[], limit: number): number[][] {
  const groups: number[][] = []
  let room = -1
  for (const [partition, size] of sizes.entries()) {
    if (size !== undefined && size <= room) groups.at(-1)!.push(partition)
    else {
      groups.push([partition])
      room = size === undefined ? -1 : limit
    }
    room -= size ?? 0
  }
  return groups
}

/** Bytes of the block that the partition is made of; undefined where it is made of more, or of something else. */
function knownBytes(from: RddNode, fromPartition: number, { stored }: Stores): number | undefined {
  let [node, partition] = [from, fromPartition]
  for (;;) {
    if (node.kind === 'narrow') node = node.parent
    else if (node.kind === 'union' && !node.aligned) [node, partition] = parentAt(node, partition)
    else if (node.kind === 'blocks') return node.blocks[partition]!.bytes
    else {
      const block = node.kind === 'persist' ? stored(node, partition) : undefined
      return typeof block === 'object' ? memoryBytes([block]) : undefined
    }
  }
}
