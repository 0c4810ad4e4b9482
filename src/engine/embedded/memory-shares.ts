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
    const { taskBytes, everyRows } = this.limits
    return { heapBytes: taskBytes, sharedBytes: Math.max(0, Math.floor(this.#free(persist) / this.threads)), everyRows, path: this.directory.newName() }
  }

  #free(persist: PersistNode | undefined): number {
    const { storageBytes } = this.limits
    if (persist) return persist.level.useMemory ? storageBytes - this.store.bytesOf(persist) - this.#liveBytes : 0
    return storageBytes - this.store.bytes - this.shuffles.bytes - this.#liveBytes
  }
}
