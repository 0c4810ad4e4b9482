/**
 * One run of a context, from start to stop: the inputs, the timer, the queue of batches, and what is remembered between them.
 * All of it is made anew for the next start.
 */
import type { Clock } from '../core/clock.js'
import { escapeControls } from '../core/escape.js'
import { Time } from '../core/time.js'
import type { RddNode } from '../plan/rdd-plan.js'
import type { StreamNode, StreamPlan } from '../plan/stream-plan.js'
import type { Batch, CompletedBatch, Outcome, Taken } from './batch.js'
import { BatchRunner } from './batch-runner.js'
import { adviceOf } from './checkpoint/advice.js'
import { Checkpointer } from './checkpoint/checkpointer.js'
import type { Recovered } from './checkpoint/recovery.js'
import { Lookback } from './history/lookback.js'
import { JobGenerator } from './job-generator.js'
import { JobScheduler } from './job-scheduler.js'
import { ReceiverTracker } from './receiver-tracker.js'
import { probesOf, rehearsalOf } from './rehearsal.js'
import { Retries } from './retries.js'
import { certainlyEmpty } from './stream-rdds.js'
import type { StreamingOptions } from './streaming-runtime.js'

interface Options extends StreamingOptions {
  readonly plan: StreamPlan
  /** Batches begin after this, whatever the clock says. */
  readonly afterMs: number
  /** What an earlier run has left. */
  readonly from?: Recovered | undefined
  readonly completed: (info: CompletedBatch) => void
  /** All inputs have ended, and what they gave is done. */
  readonly inputsEnded: () => void
}

// Spark gives running jobs as long when it is not asked to stop gracefully.
const STOP_LIMIT_MS = 2000
// Large states take seconds; what takes longer is an endless loop, or a disk that is gone.
const CHECKPOINT_LIMIT_MS = 60_000

export class Run {
  readonly #options: Options
  readonly #tracker: ReceiverTracker
  readonly #generator: JobGenerator
  readonly #runner: BatchRunner
  readonly #scheduler: JobScheduler
  readonly #checkpointer: Checkpointer | undefined
  /** The last batches, to be looked at. */
  readonly lookback: Lookback
  /** Failed batches, and how they are run again. */
  readonly retries: Retries
  #submitting: Promise<void> | undefined
  #unsubmitted = 0
  #plan: StreamPlan
  #stopping: Promise<void> | undefined
  #ended = false
  #inputsOver = false
  #letGo = (): void => {}

  constructor(options: Options) {
    const { engine, clock, events, conf, plan, afterMs, from } = options
    const { batchDuration } = plan
    if (from) clock.goOnFrom?.(from.generatedMs)
    this.#options = options
    this.#plan = plan
    this.#tracker = new ReceiverTracker({ engine, clock, conf, events, batchDuration, startTime: new Time(clock.now()), checkpointDirectory: plan.checkpointDirectory, from })
    this.#generator = new JobGenerator({ clock, periodMs: batchDuration.milliseconds, afterMs, from, generate: (time, last) => this.#generate(time, last) })
    this.#runner = new BatchRunner({ engine, zeroTime: this.#generator.zeroTime, readElsewhere: () => this.lookback.roots(), ownsInputs: true })
    this.#scheduler = new JobScheduler({ engine, clock, events, runner: this.#runner, closed: (batch, outcome) => this.#closed(batch, outcome), completed: (batch, info) => this.#completed(batch, info) })
    const directory = plan.checkpointDirectory
    if (directory !== undefined) this.#checkpointer = new Checkpointer({ directory, engine, events, conf, plan, zeroMs: this.zeroTime.milliseconds, kept: () => this.#runner.kept(), from })
    if (from) this.#runner.restore(plan, from.kept)
    this.lookback = new Lookback({ engine, clock, conf, zeroTime: this.zeroTime, batchMs: batchDuration.milliseconds, kept: () => this.#runner.kept() })
    this.retries = new Retries({ scheduler: this.#scheduler, runner: this.#runner, lookback: this.lookback, plan: () => this.#plan, now: () => clock.now(), goneBack: () => this.#checkpointer?.goBack() })
  }

  get zeroTime(): Time { return this.#generator.zeroTime }
  get nextMs(): number { return this.#generator.nextMs }
  get waitingRecords(): number { return this.#tracker.waitingRecords }
  get pendingBatches(): number { return this.#unsubmitted + this.#scheduler.pending }

  /** Starts the inputs: all of them or, with the error, none. */
  open(): void | Promise<void> {
    this.#letGo = this.#options.clock.hold?.() ?? this.#letGo
    if (this.#checkpointer) for (const note of adviceOf(this.#plan, this.#options.from)) this.#options.events.emit('message', note)
    try {
      return this.#tracker.use(this.#plan.inputs)?.catch(async error => { this.#letGo(); await this.#tracker.stop(); throw error })
    } catch (error) {
      this.#letGo()
      void this.#tracker.stop()
      throw error
    }
  }

  begin(): void {
    this.#generator.start()
    setImmediate(() => { if (!this.#stopping) this.#rehearse() })
  }

  /** All of it from the next batch on or, where that could not be planned, nothing. */
  use(plan: StreamPlan): void {
    this.#check(plan)
    if (plan.checkpointDirectory !== this.#plan.checkpointDirectory) this.#options.events.emit('message', { level: 'info', text: 'checkpoints go to the directory that was named at the start, until the next one' })
    this.#tracker.use(plan.inputs)?.catch(() => {}) // the batches that read the input will say why
    this.#plan = plan
  }

  async idle(): Promise<void> {
    await this.#generator.idle()
    await this.#submitted()
    await this.#checkpointer?.idle()
    await this.lookback.idle()
  }

  rdd(node: StreamNode, time: Time): RddNode | null { return this.#runner.rdd(node, time) }
  cancelBatch(reason: string, runningForMs: number): boolean { return this.#scheduler.cancel(reason, runningForMs) || (this.#checkpointer?.cancel(reason) ?? false) }

  stop(gracefully: boolean): Promise<void> { return this.#stopping ??= this.#stop(gracefully) }

  /** What was kept of the last batches beyond the stop is given back. */
  forget(): void {
    this.lookback.forget()
    this.#runner.end()
  }

  async #stop(gracefully: boolean): Promise<void> {
    if (gracefully && !await this.#within(this.#gracefulLimitMs(), this.#finish())) this.#giveUp()
    void this.#generator.stop()
    this.#scheduler.stop()
    await Promise.all([this.#tracker.stop(), this.#lastJobs()])
    await this.#lastCheckpoint()
    await this.#within(STOP_LIMIT_MS, this.lookback.idle()) // who waited for the last batch sees it
    this.lookback.end()
    this.#runner.end()
    this.#letGo()
    this.#ended = true
  }

  /** Everything received becomes batches, and all batches run. */
  async #finish(): Promise<void> {
    await this.#generator.idle()
    await Promise.all([this.#generator.stop(), this.#tracker.stop()])
    await this.#generator.generateLast()
    await this.#submitted()
  }

  /** All batches that were taken are on record, and done. */
  async #submitted(): Promise<void> {
    await this.#submitting
    await this.#scheduler.idle()
  }

  async #lastJobs(): Promise<void> {
    if (await this.#within(STOP_LIMIT_MS, this.#scheduler.idle())) return
    this.#scheduler.cancel('since its context stopped')
    await this.#within(STOP_LIMIT_MS, this.#scheduler.idle()) // a callback that waits for ever is left to itself
  }

  async #lastCheckpoint(): Promise<void> {
    const written = this.#checkpointer?.end(this.#scheduler.pending === 0)
    if (!written || await this.#within(CHECKPOINT_LIMIT_MS, written)) return
    this.#checkpointer!.cancel('since its context stopped')
    await this.#within(STOP_LIMIT_MS, written)
  }

  #giveUp(): void {
    const text = `ssc.stop(): ${this.pendingBatches} batches were not done within ${this.#gracefulLimitMs()} ms and are dropped (spark.streaming.gracefulStopTimeout)`
    this.#options.events.emit('message', { level: 'warn', text })
  }

  #gracefulLimitMs(): number {
    return this.#options.conf.getMs('spark.streaming.gracefulStopTimeout') || 10 * this.#plan.batchDuration.milliseconds
  }

  /** What is new must be able to leave the driver; the first batch would say no more than that. */
  #check({ outputs }: StreamPlan): void {
    const { engine } = this.#options
    const known = new Set(this.#plan.outputs.map(({ parent }) => parent))
    for (const rdd of probesOf(outputs.filter(({ parent }) => !known.has(parent)))) engine.check?.(rdd)
  }

  #rehearse(): void {
    const { engine } = this.#options
    if (engine.rehearse) for (const rdd of rehearsalOf(this.#plan)) engine.rehearse(rdd)
  }

  #within(limitMs: number, work: Promise<unknown>): Promise<boolean> { return within(this.#options.clock.wall ?? this.#options.clock, limitMs, work) }

  async #generate(time: Time, last: boolean): Promise<void> {
    const plan = this.#plan
    const over = last || this.#haveEnded(time, plan)
    const inputs = await this.#tracker.take(plan.inputs, time, last)
    if (!over || ![...inputs.values()].every(isEmpty)) this.#submit({ time, plan, inputs, submissionMs: this.#options.clock.now(), replayed: this.#isEarlier(time, 'completedMs') })
    else if (this.pendingBatches === 0) this.#stopIfOver(time, plan)
  }

  async #closed(batch: Batch, outcome: Outcome): Promise<void> {
    this.lookback.closed(batch, outcome)
    if (this.retries.isBehind(batch)) return // rows on disk are those of the last one
    await this.#checkpointer?.closed(batch.time, batch.plan)
  }

  /** Where checkpoints are written, a batch runs once its input is on record. */
  #submit(batch: Batch): void {
    this.lookback.generated(batch)
    const recorded = this.#checkpointer?.generated(batch.time, batch.plan)
    if (!recorded) return this.#scheduler.submit(batch)
    this.#unsubmitted++
    const submitting = Promise.all([recorded, this.#submitting]).then(() => {
      this.#unsubmitted--
      this.#scheduler.submit(batch)
      if (this.#submitting === submitting) this.#submitting = undefined
    })
    this.#submitting = submitting
  }

  /** Once the inputs have ended and what they gave is done. */
  #stopIfOver(time: Time, plan: StreamPlan): void {
    if (this.#stopping || this.#inputsOver || this.#unsubmitted + this.#scheduler.waiting > 0 || !this.#haveEnded(time, plan)) return
    this.#inputsOver = true
    this.#options.events.emit('message', { level: 'info', text: 'all inputs have ended: the context stops' })
    this.#options.inputsEnded()
  }

  /** Batches that an earlier run has begun are still made. */
  #haveEnded(time: Time, { inputs }: StreamPlan): boolean {
    return inputs.length > 0 && !this.#isEarlier(time, 'generatedMs') && inputs.every(({ source }) => source.ended?.())
  }

  #isEarlier(time: Time, until: 'completedMs' | 'generatedMs'): boolean { return time.milliseconds <= (this.#options.from?.[until] ?? -Infinity) }

  #completed(batch: Batch, info: CompletedBatch): void {
    if (this.#ended) return // a batch that was left to itself
    if (info.error !== undefined && !batch.replayed) this.retries.add(info)
    if (batch.again) return this.#completedAgain(batch, info)
    this.#tracker.completed(batch.time, info)
    this.#checkpointer?.completed(batch.time)
    if (!batch.replayed) this.#options.completed(info)
    else if (info.error !== undefined) this.#options.events.emit('message', { level: 'warn', text: `the batch of ${batch.time} failed when it was replayed: ${escapeControls(String(info.error))}` })
    this.#stopIfOver(batch.time, batch.plan)
  }

  /** Inputs have heard of it before. */
  #completedAgain(batch: Batch, info: CompletedBatch): void {
    if (!this.retries.isBehind(batch)) this.#checkpointer?.completed(batch.time)
    if (!batch.replayed) this.#options.completed(info)
  }
}

const isEmpty = (taken: Taken): boolean => 'batch' in taken && (!taken.batch || taken.batch.records === 0 && certainlyEmpty(taken.batch.rdd))

/** Whether `work` is done before `limitMs` has passed. */
function within(clock: Clock, limitMs: number, work: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const cancel = clock.at(clock.now() + limitMs, () => resolve(false))
    work.then(() => { cancel(); resolve(true) }, error => { cancel(); reject(error) })
  })
}
