/**
 * The face of the room: runs a StreamPlan, batch after batch, over any engine.
 *
 * One runtime may be started, stopped and started again; state, windows and batch times begin afresh each time, and a batch
 * time is never used twice. What it runs is given as a frozen plan; `use` puts another in its place from the next batch on.
 */
import { currentBatch } from '../core/batch-scope.js'
import type { Clock } from '../core/clock.js'
import type { SparkConf } from '../core/conf.js'
import { SparkError } from '../core/errors.js'
import type { EventBus } from '../core/events.js'
import type { Time } from '../core/time.js'
import type { Engine } from '../engine/engine.js'
import type { RddNode } from '../plan/rdd-plan.js'
import type { StreamNode, StreamPlan } from '../plan/stream-plan.js'
import type { CompletedBatch } from './batch.js'
import type { Recovered } from './checkpoint/recovery.js'
import type { Lookback } from './history/lookback.js'
import type { Retries } from './retries.js'
import { Run } from './run.js'
import { ContextWaiter } from './waiter.js'

export interface StreamingOptions { readonly engine: Engine; readonly clock: Clock; readonly events: EventBus; readonly conf: SparkConf; readonly inputsEnded?: () => void; readonly opened?: (lookback: Lookback) => void }

export class StreamingRuntime {
  readonly #options: StreamingOptions
  #run: Run | undefined
  /** The one before: its last batches may still be asked for. */
  #ended: Run | undefined
  #waiter = new ContextWaiter()
  #lastBatch: CompletedBatch | undefined
  #lastTimeMs = -Infinity

  constructor(options: StreamingOptions) { this.#options = options }

  /**
   * Starts the inputs and the timer; the first batch is at the next multiple of the batch duration.
   * With `from` it goes on where an earlier run has left off: batches from then to now come first.
   * A promise only where an input needs time to start. What throws, here or in the promise, leaves everything as it was.
   *
   * @throws NO_OUTPUT_OPERATIONS
   * @example
   * const runtime = new StreamingRuntime({ engine, clock: new ManualClock(), events: new EventBus(), conf: new SparkConf() })
   * runtime.start(plan)
   */
  start(plan: StreamPlan, from?: Recovered): void | Promise<void> {
    if (this.#run) return this.use(plan)
    if (plan.outputs.length === 0) throw new SparkError('NO_OUTPUT_OPERATIONS')
    const run = new Run({ ...this.#options, plan, from, afterMs: this.#lastTimeMs, completed: info => this.#completed(info), inputsEnded: () => this.#options.inputsEnded?.() })
    const started = run.open()
    this.#ended?.forget()
    this.#ended = undefined
    this.#run = run
    this.#options.opened?.(run.lookback)
    if (!started) return this.#begin(run)
    return started.then(() => this.#begin(run), error => { this.#run = undefined; throw error })
  }

  /** Another plan, from the next batch on; nodes that are in both keep their state and windows. */
  use(plan: StreamPlan): void { this.#run?.use(plan) }

  /**
   * Ends the inputs and the timer. Gracefully: what has been received is processed first, within
   * spark.streaming.gracefulStopTimeout (ten batches where it is not set). Called within a batch it does not wait for that batch.
   */
  async stop({ gracefully }: { readonly gracefully: boolean }): Promise<void> {
    const run = this.#run
    if (!run) return
    const stopped = run.stop(gracefully).finally(() => this.#end(run))
    if (!currentBatch()) await stopped
  }

  /** Resolves when the context has stopped; rejects with the first error of a batch, also one that came before the call. */
  terminated(): Promise<void> { return this.#waiter.terminated() }

  /** Every batch that is due is done: for tests, after the manual clock was moved. */
  async idle(): Promise<void> { await this.#run?.idle() }

  /** The stream's RDD at a time; null: none then; undefined: not started. */
  rdd(node: StreamNode, time: Time): RddNode | null | undefined { return this.#run?.rdd(node, time) }

  /**
   * Ends the batch that runs, if it has run for so long; it fails with JOB_CANCELLED and later ones go on. Whether there was one.
   */
  cancelBatch(reason = 'by the user', runningForMs = 0): boolean { return this.#run?.cancelBatch(reason, runningForMs) ?? false }

  /** Failed batches that wait for a decision; undefined where it does not run. */
  get retries(): Retries | undefined { return this.#run?.retries }

  /** The last batches, to be looked at; undefined where it does not run. */
  get lookback(): Lookback | undefined { return this.#run?.lookback }
  /** Those of the run that has ended, until the next start. */
  get lastLookback(): Lookback | undefined { return (this.#run ?? this.#ended)?.lookback }
  get isActive(): boolean { return this.#run !== undefined }
  /** One batch before the first; undefined where it does not run. */
  get zeroTime(): Time | undefined { return this.#run?.zeroTime }
  /** Records that are there for the next batch. */
  get waitingRecords(): number { return this.#run?.waitingRecords ?? 0 }
  /** When the next batch is due; undefined where it does not run. */
  get nextBatchMs(): number | undefined { return this.#run?.nextMs }
  /** Batches that wait, and the one that runs. */
  get pendingBatches(): number { return this.#run?.pendingBatches ?? 0 }
  /** The last batch that was done, of this start or the one before. */
  get lastBatch(): CompletedBatch | undefined { return this.#lastBatch }

  #begin(run: Run): void {
    if (this.#run !== run) return // stopped while its inputs started
    if (this.#waiter.isUsed) this.#waiter = new ContextWaiter()
    this.#options.events.emit('streamingStarted', { timeMs: run.zeroTime.milliseconds })
    run.begin()
  }

  #completed(info: CompletedBatch): void {
    this.#lastBatch = info
    this.#lastTimeMs = Math.max(this.#lastTimeMs, info.timeMs)
    if (info.error !== undefined) this.#waiter.notifyError(info.error)
  }

  #end(run: Run): void {
    if (this.#run !== run) return
    this.#run = undefined
    this.#ended = run
    this.#waiter.notifyStop()
    this.#options.events.emit('streamingStopped', { timeMs: this.#options.clock.now() })
  }
}
