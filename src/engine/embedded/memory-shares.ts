/**
 * What each task may use of memory, told when it is sent: its thread's part of the heap, and its part of what storage has left. Persisted
 * blocks may drive out others; what a shuffle gives only fills what is free, and goes to a file beyond that.
 */
import type { PersistNode } from '../../plan/rdd-plan.js'
import type { MemoryShare } from '../task/task.js'
import type { BlockStore } from './block-store.js'
import type { MemoryLimits } from './memory-limits.js'
import type { ShuffleStore } from './shuffle-store.js'
import type { SpillDirectory } from './spill-directory.js'

export class MemoryShares {
  /** Memory of what running jobs have made so far. */
  #liveBytes = 0

  constructor(readonly limits: MemoryLimits, readonly threads: number, readonly directory: SpillDirectory, readonly store: BlockStore, readonly shuffles: ShuffleStore) {}

  grow(bytes: number): void { this.#liveBytes += bytes }

  /** For a task whose rows are persisted by that node, or by none. */
  share(persist: PersistNode | undefined): MemoryShare {
    const { taskBytes, tableBytes, everyRows } = this.limits
    return { heapBytes: taskBytes, tableBytes, sharedBytes: Math.max(0, persist ? this.#forPersisted(persist) : this.#forShuffled()), everyRows, path: this.directory.newName() }
  }

  /** Not shared out: what is too much of it is driven out when it comes. */
  #forPersisted(node: PersistNode): number {
    return node.level.useMemory ? this.limits.storageBytes - this.store.bytesOf(node) - this.#liveBytes : 0
  }

  #forShuffled(): number {
    return Math.floor((this.limits.storageBytes - this.store.bytes - this.shuffles.bytes - this.#liveBytes) / this.threads)
  }
}
