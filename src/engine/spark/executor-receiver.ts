/**
 * One receiver on an executor, as the driver sees it: parts that the JVM's batches have brought, taken batch by batch.
 *
 * The JVM cuts its batches at the times of ours, a moment later: `take` waits for the one of its time, but not for ever, since clocks may
 * disagree. What comes too late is in the next batch. Sentences about the connection are those of the driver's own receivers.
 */
import type { SparkConf } from '../../core/conf.js'
import type { EventBus } from '../../core/events.js'
import { ReceiverNotes, type Fact } from '../driver/receiver-notes.js'
import { countWithin } from '../driver/within.js'
import type { Allowance, RunningReceiver } from '../engine.js'
import type { SocketSpec } from './executor-receivers.js'
import { partsNode, type Part } from './received-parts.js'

export interface ExecutorReceiverOptions {
  readonly conf: SparkConf
  readonly events: EventBus
  /** A receiver of the driver's in its place. */
  readonly orElse: () => RunningReceiver
  /** Records a second. */
  readonly limit: (rate: number) => void
  /** Told the leaf that holds parts. */
  readonly gave: (nodeId: number, parts: readonly number[]) => void
  readonly forget: (parts: readonly number[]) => void
  readonly stop: () => Promise<void>
  readonly silentAfterMs?: number
}

// As for the driver's receivers: a server that hangs up at once would otherwise fill the screen.
const STEADY_MS = 1000
// The JVM's batch is some tens of ms later than ours; on a machine that has much to do some hundreds.
const LATEST_MS = 2000
// Timers and clocks are not exact.
const AHEAD_MS = 100
// To hold a receiver back altogether is not possible: one line a second.
const LEAST_RATE = 1

export class ExecutorReceiver implements RunningReceiver {
  readonly #notes: ReceiverNotes
  #allowance: Allowance
  #waiting: Part[] = []
  #inner: RunningReceiver | undefined
  #lost: Error | undefined
  #records = 0
  /** Records that the last batch did not take. */
  #left = 0
  /** Batches of the JVM: none up to here, all up to there, and the last one. */
  #fromMs = Infinity
  #upToMs = -Infinity
  #lastMs = Infinity
  #arrived: () => void = () => {}
  #timer: NodeJS.Timeout | undefined
  #discards = false
  isStopped = false

  constructor(readonly spec: SocketSpec, readonly options: ExecutorReceiverOptions) {
    const { conf, events, silentAfterMs = 10_000 } = options
    this.#allowance = spec.allowance ?? { waiting: Infinity, block: Infinity }
    this.#notes = new ReceiverNotes({ ...spec, silentAfterMs, restartDelayMs: conf.getMs('spark.streaming.receiverRestartDelay'), maxLineBytes: 0 }, events)
    events.emit('receiverStarted', { stream: spec.stream, name: spec.name })
  }

  /** Records a second that it may receive. Where batches leave more waiting than they should, next to none. */
  get rate(): number {
    const { waiting, block } = this.#allowance
    if (waiting === Infinity) return Infinity
    return this.#left > waiting ? LEAST_RATE : Math.max(LEAST_RATE, (waiting - block) / this.spec.batchMs * 1000)
  }

  async take(records = Infinity, timeMs = -Infinity): ReturnType<RunningReceiver['take']> {
    if (!this.#inner) await this.#until(timeMs)
    if (this.#lost) throw this.#lost
    if (this.#inner) return this.#inner.take(records, timeMs)
    const parts = this.#waiting.splice(0, countWithin(this.#waiting, records))
    this.#left = recordsOf(this.#waiting)
    const rdd = partsNode(parts, 'socketTextStream')
    if (parts.length > 0) this.options.gave(rdd.id, parts.map(({ number }) => number))
    return { rdd, records: recordsOf(parts), bytes: 0 }
  }

  allow(allowance: Allowance): void {
    this.#allowance = allowance
    this.#inner?.allow(allowance)
    if (!this.#inner) this.options.limit(this.rate)
  }

  async stop(): Promise<void> {
    if (this.isStopped) return
    this.isStopped = true
    clearTimeout(this.#timer)
    await (this.#inner ? this.#inner.stop() : this.options.stop())
    if (!this.#inner) this.options.events.emit('receiverStopped', { stream: this.spec.stream, name: this.spec.name })
  }

  ended(): boolean { return this.#inner?.ended() ?? false }

  // — what the JVM tells —

  runs(fromMs: number): void { this.#fromMs = fromMs }

  received(timeMs: number, part: Part | undefined): void {
    if (part && this.#discards) this.options.forget([part.number])
    else if (part) this.#keep(part)
    this.#upToMs = Math.max(this.#upToMs, timeMs)
    if (this.rate < Infinity) this.options.limit(this.rate) // also where it has started again, with the rate of the beginning
    this.#arrived()
  }

  note(fact: Fact): void {
    clearTimeout(this.#timer)
    if (this.isStopped) return
    this.#notes.note(fact)
    if (fact.kind === 'connected') this.#timer = setTimeout(() => this.#steady(), STEADY_MS).unref()
  }

  ends(lastMs: number): void {
    this.#lastMs = lastMs
    this.#arrived()
  }

  fallBack(): void {
    if (this.isStopped) return
    this.#inner = this.options.orElse()
    this.#inner.allow(this.#allowance)
    this.#arrived()
  }

  lost(error: Error): void {
    if (this.#inner) return
    this.#lost = error
    clearTimeout(this.#timer)
    this.#arrived()
  }

  /** Nobody will take what has come, nor what is to come. */
  discard(): void {
    this.#discards = true
    if (this.#waiting.length > 0) this.options.forget(this.#waiting.splice(0).map(({ number }) => number))
  }

  #keep(part: Part): void {
    this.#waiting.push(part)
    this.#records += part.records
    this.#notes.note({ kind: 'steady' })
    this.options.events.emit('received', { stream: this.spec.stream, records: this.#records, bytes: 0 })
  }

  #steady(): void {
    const { silentAfterMs = 10_000 } = this.options
    this.#notes.note({ kind: 'steady' })
    if (this.#records === 0) this.#timer = setTimeout(() => { if (this.#records === 0) this.#notes.note({ kind: 'silent' }) }, silentAfterMs - STEADY_MS).unref()
  }

  /** The JVM's batch of that time has come, or the last one, or it is not to be expected. */
  async #until(timeMs: number): Promise<void> {
    const latestMs = Date.now() + LATEST_MS + (this.isStopped ? this.spec.batchMs : 0)
    while (this.#isDue(timeMs) && Date.now() < latestMs) {
      const timer = new Promise<void>(resolve => {
        const timeout = setTimeout(resolve, latestMs - Date.now())
        this.#arrived = () => { clearTimeout(timeout); resolve() }
      })
      await timer
    }
  }

  #isDue(timeMs: number): boolean {
    const dueMs = Math.min(timeMs, this.#lastMs)
    if (!this.isStopped && dueMs > Date.now() + AHEAD_MS) return false // a clock that is stepped by hand
    return !this.#inner && !this.#lost && dueMs > this.#fromMs && dueMs > this.#upToMs
  }
}

const recordsOf = (parts: readonly Part[]): number => parts.reduce((sum, { records }) => sum + records, 0)
