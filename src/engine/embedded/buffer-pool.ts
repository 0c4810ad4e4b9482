/**
 * Buffers that the I/O thread lends out and gets back. A fresh one costs more than what is read into it (page faults: 1.3 ns a byte, where
 * reading and counting take 0.9; 2 cores, Node 20), and one that was only let go stays until every thread has collected its garbage: a
 * stream of 150 MB/s took 900 MB that way.
 *
 * The driver says when a buffer is free: once nothing there refers to it any more, neither a batch, nor a window, nor an RDD that
 * somebody kept, nor a task that runs (lent-buffers.ts).
 *
 * Free buffers are kept as long as they are needed again: a stream of batches needs as many each time. What was free all the while between two
 * calls of trim() is left to the garbage collection.
 */
import type { Words } from './line-count.js'

/** `number` is known where the pool may get it back. */
export interface Memory extends Words { readonly number?: number }

export class BufferPool {
  readonly #lent = new Map<number, Memory>()
  readonly #free: Memory[] = []
  #alwaysFree = 0
  #last = 0

  /** All of its buffers have that size. */
  constructor(readonly byteLength: number) {}

  take(): Memory {
    const free = this.#free.pop()
    this.#alwaysFree = Math.min(this.#alwaysFree, this.#free.length)
    return free ?? { ...memoryOf(this.byteLength), number: ++this.#last }
  }

  /** From now on it is others'. */
  lend(memory: Memory): void { if (memory.number !== undefined) this.#lent.set(memory.number, memory) }

  giveBack(number: number): void {
    const memory = this.#lent.get(number)
    this.#lent.delete(number)
    if (memory) this.#free.push(memory)
  }

  /** Lets go of what nobody has needed since the last time. */
  trim(): void {
    this.#free.splice(0, this.#alwaysFree)
    this.#alwaysFree = this.#free.length
  }
}

/** A multiple of four bytes, since they are also read as words. */
export function memoryOf(leastBytes: number): Memory {
  const buffer = new SharedArrayBuffer(Math.ceil(leastBytes / 4) * 4)
  return { bytes: Buffer.from(buffer), words: new Int32Array(buffer) }
}
