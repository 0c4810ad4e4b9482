/**
 * A receiver of one's own: brings records in from anywhere, by ssc.receiverStream. It is written on the driver and runs in a thread
 * of its own, where it travels as functions do; there a supervisor stands behind it. On the driver it is a description.
 *
 * Names and life cycle are those of Spark's Receiver. `store` takes one record, since an array may be one; `storeAll` takes many.
 */
import { SparkError } from './errors.js'
import { StorageLevel } from './storage-level.js'

/** What stands behind a receiver in its thread. */
export interface ReceiverSupervisor {
  store(records: Iterable<unknown>): Promise<void>
  report(message: string, error: unknown): void
  restart(message: string, error: unknown, delayMs: number | undefined): void
  stop(message: string, error: unknown): void
  readonly isStarted: boolean
  readonly isStopped: boolean
}

/**
 * Extend it, and give an instance to ssc.receiverStream.
 *
 * Shape: DStream<T>; records of one block (`spark.streaming.blockInterval`) are a partition, in the order in which they were
 * stored. Fields of the instance travel to the receiver's thread; sockets, timers and the like are opened in onStart.
 * @example
 * class Numbers extends Receiver<number> {
 *   timer: NodeJS.Timeout | undefined
 *   onStart() { let n = 0; this.timer = setInterval(() => this.store(n++), 100) }
 *   onStop() { clearInterval(this.timer) }
 * }
 * ssc.receiverStream(new Numbers()).print()
 */
export abstract class Receiver<T> {
  /** The id of its stream; -1 before it has one. */
  streamId = -1
  /** @internal */
  supervisor: ReceiverSupervisor | undefined = undefined

  constructor(/** How blocks are kept, in Spark; here always as bytes. */ readonly storageLevel: StorageLevel = StorageLevel.MEMORY_AND_DISK_SER) {}

  /** Opens what it receives from. May be async; need not return while it receives. What it throws ends the receiver. */
  abstract onStart(): void | Promise<void>
  /** Closes it. Called at stop and before each restart. */
  abstract onStop(): void | Promise<void>

  /**
   * Takes one record in. The promise is for who may be held back: it resolves once there is room, so `await this.store(x)` in a loop
   * never outruns the batches by more than they can process, nor by more than `spark.streaming.receiver.maxBufferedBytes`.
   */
  store(record: T): Promise<void> { return this.running('store').store([record]) }
  /** Takes many records in, in order. */
  storeAll(records: Iterable<T>): Promise<void> { return this.running('storeAll').store(records) }
  /** Says that something went wrong, without consequences: a receiverError for listeners, and a line for the user. */
  reportError(message: string, error?: unknown): void { this.running('reportError').report(message, error) }
  /** Stops, and after `delayMs` (`spark.streaming.receiverRestartDelay`, 2 s) starts again. */
  restart(message: string, error?: unknown, delayMs?: number): void { this.running('restart').restart(message, error, delayMs) }
  /** Ends the receiver for good; what it has stored is still processed, and the context goes on. */
  stop(message: string, error?: unknown): void { this.running('stop').stop(message, error) }
  /** Whether onStart has been called, and neither stop nor restart since. */
  isStarted(): boolean { return this.supervisor?.isStarted ?? false }
  /** Whether it is to receive no more: what a loop asks. */
  isStopped(): boolean { return this.supervisor?.isStopped ?? true }

  private running(method: string): ReceiverSupervisor {
    if (!this.supervisor) throw new SparkError('RECEIVER_NOT_STARTED', { method })
    return this.supervisor
  }
}
