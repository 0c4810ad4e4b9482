/**
 * How much a receiver holds, and whether that is too much: bytes until their batch is done, records until a batch has taken them. The
 * first bounds memory, the second keeps a batch from getting more than can be processed in its interval.
 */
import type { Allowance } from '../engine.js'
import type { Block } from './io-protocol.js'

export class Buffered {
  #unreleasedBytes = 0
  #waitingRecords = 0

  constructor(readonly maxBytes: number, public allowance: Allowance) {}

  /** Of what is not in a block yet. */
  isFull(readyBytes = 0, readyRecords = 0): boolean {
    return this.#unreleasedBytes + readyBytes >= this.maxBytes || this.#waitingRecords + readyRecords >= this.allowance.waiting
  }

  closed({ buffer, records }: Block): void {
    this.#unreleasedBytes += buffer.byteLength
    this.#waitingRecords += records
  }

  /** Never below nothing: blocks of a thread that died are released to the one that took its place. */
  release(bytes: number): void { this.#unreleasedBytes = Math.max(0, this.#unreleasedBytes - bytes) }

  allow(taken: number, allowance: Allowance): void {
    this.#waitingRecords = Math.max(0, this.#waitingRecords - taken)
    this.allowance = allowance
  }
}
