/** The stream of a queueStream that was made without a queue: records are pushed into it by hand. */
import { Feed, type FeedOptions } from '../core/feed.js'
import type { InputSource, StreamNode } from '../plan/stream-plan.js'
import type { HandQueue } from '../sources/hand-queue.js'
import { DStream } from './dstream.js'
import type { StreamingContext } from './streaming-context.js'

export { fileLines } from '../sources/file-lines.js'

const streams = new WeakMap<InputSource, QueueInputDStream<any>>()

/**
 * A stream of what is pushed into it: all that waits is the next batch.
 * @example
 * const typed = ssc.queueStream<string>()
 * typed.push('to be', 'or not')
 * typed // [ 'to be', 'or not' ], []
 */
export class QueueInputDStream<T> extends DStream<T> {
  readonly #queue: HandQueue<T>

  /** @internal made by queueStream */
  constructor(context: StreamingContext, node: StreamNode, queue: HandQueue<T>) {
    super(context, node)
    this.#queue = queue
    streams.set(queue, this)
  }

  /**
   * Puts records into the next batch, in this order.
   * @example
   * const typed = ssc.queueStream<number>()
   * typed.push(1, 2)
   * typed.push(3)
   * typed.map(n => n * n) // [ 1, 4, 9 ], []
   */
  push(...records: T[]): void { this.#queue.push(records) }

  /**
   * Puts in records of any length, as batches take them; with `perSecond` so many a second of the context's clock. A stream that reads no queue of
   * its own needs no array: an endless generator will do.
   * @throws ARGUMENT_INVALID when the rate is none
   * @example
   * const typed = ssc.queueStream<string>()
   * typed.feed(['to be', 'or not', 'to be', 'that is'], { perSecond: 2 })
   * typed // [ 'to be', 'or not' ], [ 'to be', 'that is' ], []
   */
  feed(records: Iterable<T>, options: FeedOptions = {}): Feed<T> { return new Feed(records, this.#queue, this.context.clock, options) }

  /** Whether an output leads to it. @internal */
  get isRead(): boolean { return this.context.isRead(this.node) }
  /** How many more records wait at most. @internal */
  get room(): number { return this.#queue.room }
  /** @internal */
  whenRoom(act: () => void): void { this.#queue.whenRoom(act) }

  /** The stream that reads a source, where it is one. @internal */
  static of(source: InputSource): QueueInputDStream<any>[] {
    const stream = streams.get(source)
    return stream ? [stream] : []
  }
}
