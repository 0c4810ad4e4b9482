/**
 * Runs batches in their order, and of each batch the outputs one after another (Spark's concurrentJobs = 1).
 *
 * A batch is done when its outputs and all jobs submitted in them are done; then state that no output computed in full is
 * settled, so that the next batch builds on leaves. A failed batch is reported and later ones go on. What it could not compute
 * is tried once more and else left out of windows and state (docs/decisions/failed-batches.md).
 */
import { showSite } from '../core/call-site.js'
import type { BatchScope } from '../core/batch-scope.js'
import type { Clock } from '../core/clock.js'
import { SparkError } from '../core/errors.js'
import type { EventBus, Events } from '../core/events.js'
import { JobPromise } from '../core/job-promise.js'
import type { Engine } from '../engine/engine.js'
import { batchInfo, outputInfo } from './batch.js'
import type { Batch, CompletedBatch, Outcome } from './batch.js'
import type { BatchRunner, Due, OpenRdd } from './batch-runner.js'
import { cancelJobs, newScope, runInScope } from './output-run.js'

interface Options {
  readonly engine: Engine
  readonly clock: Clock
  readonly events: EventBus
  readonly runner: BatchRunner
  /** Awaited between a batch and the next, when what it leaves behind is settled. */
  readonly closed: (batch: Batch, outcome: Outcome) => Promise<void>
  /** Called once per batch, well or badly, after all else. */
  readonly completed: (batch: Batch, info: CompletedBatch) => void
}

export class JobScheduler {
  readonly #options: Options
  readonly #queue: Batch[] = []
  readonly #between: (() => Promise<void>)[] = []
  #drained: Promise<void> | undefined
  #running: { readonly timeMs: number; readonly startMs: number; cancelled: SparkError | undefined } | undefined
  #scope: BatchScope | undefined
  #stopped = false

  constructor(options: Options) { this.#options = options }

  /** Batches that wait, and the one that runs. */
  get pending(): number { return this.#queue.length + this.#between.length + (this.#drained ? 1 : 0) }

  /** Batches that wait for the one that runs. */
  get waiting(): number { return this.#queue.length }

  submit(batch: Batch): void {
    if (this.#stopped) return
    this.#tell('batchSubmitted', batch, batchInfo(batch))
    this.#queue.push(batch)
    this.#drained ??= this.#drain()
  }

  /** Before any batch that waits runs what `begin` gives; it is asked once no batch runs, and rejects what it throws. */
  again(begin: () => readonly Batch[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#between.push(() => this.#runAgain(begin).then(resolve, reject))
      this.#drained ??= this.#drain()
    })
  }

  /** All batches submitted so far, and those submitted meanwhile, are done. */
  async idle(): Promise<void> { while (this.#drained) await this.#drained }

  /** Drops what waits; the batch that runs may end. */
  stop(): void {
    this.#stopped = true
    this.#queue.length = 0
  }

  /** Ends the batch that runs, if it has run for so long: its jobs are cancelled, what it has not begun is left. */
  cancel(reason: string, runningForMs = 0): boolean {
    const running = this.#running
    if (!running || this.#wallMs() - running.startMs < runningForMs) return false
    running.cancelled ??= new SparkError('JOB_CANCELLED', { job: `of batch ${running.timeMs} ms`, reason })
    if (this.#scope) cancelJobs(this.#scope, reason)
    return true
  }

  #wallMs(): number { return (this.#options.clock.wall ?? this.#options.clock).now() }

  async #drain(): Promise<void> {
    await null // so that a batch runs outside the clock tick that made it
    for (;;) {
      const [act, batch] = [this.#between.shift(), this.#between.length > 0 ? undefined : this.#queue[0]]
      if (!act && !batch) break
      await (act?.() ?? this.#run(this.#queue.shift()!))
    }
    this.#drained = undefined
  }

  async #runAgain(begin: () => readonly Batch[]): Promise<void> {
    for (const batch of begin()) if (!this.#stopped) await this.#run(batch)
  }

  async #run(batch: Batch): Promise<void> {
    const { clock, runner, closed, completed } = this.#options
    const startMs = clock.now()
    this.#running = { timeMs: batch.time.milliseconds, startMs: this.#wallMs(), cancelled: undefined }
    this.#tell('batchStarted', batch, batchInfo(batch, startMs))
    const outcome: Outcome = { done: new Set(), leftOut: new Set() }
    const errors = await this.#outputs(batch, outcome)
    await this.#settle(errors, outcome)
    try { runner.close() } catch (error) { errors.push(error) }
    this.#running = undefined
    const info = { ...batchInfo(batch, startMs, clock.now()), error: errors[0] }
    await closed(batch, outcome)
    completed(batch, info)
    this.#tell('batchCompleted', batch, info)
  }

  /** Whoever listens has heard of a replayed batch before the restart. */
  #tell<K extends keyof Events>(kind: K, batch: Batch, event: Events[K]): void { if (!batch.replayed) this.#options.events.emit(kind, event) }

  async #outputs(batch: Batch, { done }: Outcome): Promise<unknown[]> {
    let due: Due[] = []
    const errors = await this.#inScope(batch.time.milliseconds, 'streaming job', () => { due = this.#options.runner.enter(batch) })
    for (const each of batch.replayed ? [] : due) {
      if (this.#isCancelled(errors)) break
      const failed = batch.again?.has(each.output.id) ?? true ? await this.#output(batch, each) : []
      if (failed.length === 0) done.add(each.output.id)
      errors.push(...failed)
    }
    return errors
  }

  /** Who cancels a batch, or a job of it, wants the executors back. */
  #isCancelled(errors: unknown[]): boolean {
    const { cancelled } = this.#running!
    if (cancelled && !errors.some(isCancelled)) errors.push(cancelled)
    return errors.some(isCancelled)
  }

  async #output(batch: Batch, due: Due): Promise<unknown[]> {
    const { events } = this.#options
    const timeMs = batch.time.milliseconds
    const output = outputInfo(due.output, batch.plan)
    events.emit('outputStarted', { timeMs, output })
    const errors = 'error' in due ? [due.error] : await this.#inScope(timeMs, `${output.name} at ${showSite(output.site)}`, () => due.output.run(due.rdd, batch.time))
    events.emit('outputCompleted', { timeMs, output, error: errors[0] })
    return errors
  }

  /** Computes state in full; after a failure also all else that later batches may read. What fails again is left out. */
  async #settle(errors: unknown[], { leftOut }: Outcome): Promise<void> {
    const { runner } = this.#options
    for (const state of runner.openState()) errors.push(...await this.#compute(state, errors, leftOut))
    if (errors.length > 0) for (const rdd of runner.open()) errors.push(...await this.#compute(rdd, errors, leftOut))
  }

  async #compute(open: OpenRdd, before: unknown[], leftOut: Set<number>): Promise<unknown[]> {
    const { runner } = this.#options
    const errors = this.#isCancelled(before) ? [] : await this.#inScope(open.timeMs, 'streaming job', () => this.#count(open))
    if (!runner.isOpen(open)) return errors
    runner.leaveOut(open)
    leftOut.add(open.node.id)
    return errors
  }

  #count({ node, rdd }: OpenRdd): unknown {
    const job = this.#options.engine.runJob({ rdd, action: { kind: 'count' }, description: `${node.operator} at ${showSite(node.site)}` })
    const result = JobPromise.of(job.results, reason => job.cancel(reason))
    this.#scope!.jobs.push(result)
    return undefined
  }

  async #inScope(timeMs: number, description: string, act: () => unknown): Promise<unknown[]> {
    this.#scope = newScope(timeMs, description)
    try { return await runInScope(this.#scope, act) } finally { this.#scope = undefined }
  }
}

const isCancelled = (error: unknown): boolean => error instanceof SparkError && error.code === 'JOB_CANCELLED'
