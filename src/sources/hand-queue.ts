/**
 * Records put in by hand: the input of a queueStream that was made without a queue. All that wait are the next batch.
 *
 * What is pushed before the start, or while nothing runs, waits. A feed (core/feed.ts) fills it as far as there is room, and hears when a
 * batch has made some.
 */
import type { FeedTarget } from '../core/feed.js'
import type { RddNode } from '../plan/rdd-plan.js'
import type { InputSource, SourceBatch } from '../plan/stream-plan.js'
import { NOT_RECOVERABLE } from './queue.js'
import { emptyOf } from './rows.js'

// What a feed may put into one batch: a hundred thousand lines are a moment's work, and a file of any size passes in such pieces.
const MOST_FED = 100_000

export class HandQueue<T> implements InputSource, FeedTarget<T> {
  readonly name = 'queueStream'
  readonly notRecoverable = NOT_RECOVERABLE
  readonly #toNode: (records: readonly T[]) => RddNode
  readonly #once: boolean
  readonly #onRoom = new Set<() => void>()
  #records: T[] = []
  #ended = false

  /** With `once` it ends when a batch has left nothing behind. */
  constructor(toNode: (records: readonly T[]) => RddNode, once: boolean) { this.#toNode = toNode; this.#once = once }

  push(records: readonly T[]): void { for (const record of records) this.#records.push(record) }
  get room(): number { return Math.max(0, MOST_FED - this.#records.length) }
  whenRoom(act: () => void): void { this.#onRoom.add(act) }

  start(): void { this.#ended = false }
  stop(): void {}
  waiting(): number { return this.#records.length }
  ended(): boolean { return this.#ended }

  batch(): SourceBatch {
    const records = this.#records
    this.#records = []
    const rdd = records.length > 0 ? this.#toNode(records) : emptyOf('queueStream')
    this.#makeRoom()
    this.#ended = this.#once && this.#records.length === 0
    return { rdd, records: records.length }
  }

  #makeRoom(): void {
    const acts = [...this.#onRoom]
    this.#onRoom.clear()
    for (const act of acts) act()
  }
}
