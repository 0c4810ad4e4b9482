/**
 * The supervisor of one receiver of a user's own, in the receivers' thread: starts, stops and restarts it, and cuts what it stores
 * into blocks of encoded rows each block interval.
 *
 * What it holds is bounded for those who await store(): once the blocks that nobody has released yet reach `maxBufferedBytes`,
 * or as many records wait for a batch as may, the promise waits for release() or allow(). A row that cannot travel is reported and left out; the others go on.
 */
import type { Receiver, ReceiverSupervisor } from '../../core/receiver.js'
import { sharedBytesPassed } from '../../core/shared-memory.js'
import type { Allowance } from '../engine.js'
import { encodeRows } from '../task/row-codec.js'
import { memoryBytes } from '../task/task.js'
import type { NameClass } from '../task/row-writer.js'
import { Buffered } from './buffered.js'
import type { Block, CustomFact, CustomSettings } from './io-protocol.js'

export interface CustomOutput {
  block(block: Block): void
  fact(fact: CustomFact): void
}

// A block of more rows is cut early: encoding it would hold the thread up for long.
const BLOCK_ROWS = 50_000
// A loop that awaits store() never leaves the microtasks by itself; this often it has to, so that timers and messages are heard.
const BREATH_ROWS = 1024
// As long as Spark gives a receiver to end.
const STOP_LIMIT_MS = 2000

export class CustomReceiver implements ReceiverSupervisor {
  isStarted = false
  isStopped = false
  #rows: unknown[] = []
  #sinceBreath = 0
  readonly #buffered: Buffered
  #waiting: (() => void)[] = []
  #cutTimer: NodeJS.Timeout | undefined
  #restartTimer: NodeJS.Timeout | undefined
  #ended = false

  constructor(readonly receiver: Receiver<unknown>, readonly settings: CustomSettings & { readonly allowance: Allowance }, readonly output: CustomOutput, readonly nameClass: NameClass) {
    this.#buffered = new Buffered(settings.maxBufferedBytes, settings.allowance)
    receiver.supervisor = this
    this.#start()
  }

  async store(records: Iterable<unknown>): Promise<void> {
    if (this.#ended) return
    for (const record of records) {
      this.#rows.push(record)
      this.#sinceBreath++
      if (this.#rows.length >= this.#blockRows) this.cut()
    }
    if (this.#rows.length > 0) this.#cutTimer ??= setTimeout(() => this.cut(), this.settings.blockIntervalMs)
    if (this.#isFull()) await new Promise<void>(resolve => { this.#waiting.push(resolve) })
    else if (this.#sinceBreath >= BREATH_ROWS) await this.#breathe()
  }

  report(message: string, error: unknown): void { this.output.fact({ kind: 'reported', message: withError(message, error) }) }

  restart(message: string, error: unknown, delayMs = this.settings.restartDelayMs): void {
    if (this.#ended) return
    if (this.settings.once && error === undefined) return this.stop(message, error)
    this.output.fact({ kind: 'restarting', message: withError(message, error), delayMs })
    clearTimeout(this.#restartTimer)
    void this.#close().then(() => { if (!this.#ended) this.#restartTimer = setTimeout(() => this.#start(), delayMs) })
  }

  stop(message: string, error: unknown): void {
    if (this.#ended) return
    this.output.fact({ kind: 'ended', message: withError(message, error), failed: error !== undefined })
    void this.#end()
  }

  /** Closes the current block; called each block interval, and when a batch takes what has come. */
  cut(): void {
    clearTimeout(this.#cutTimer)
    this.#cutTimer = undefined
    const rows = this.#rows
    this.#rows = []
    if (rows.length === 0) return
    const block = this.#encode(rows)
    this.#buffered.closed(block)
    this.output.block(block)
    sharedBytesPassed(block.byteLength)
  }

  release(bytes: number): void {
    this.#buffered.release(bytes)
    this.#goOn()
  }

  allow(taken: number, allowance: Allowance): void {
    this.#buffered.allow(taken, allowance)
    this.#goOn()
  }

  /** At the end of the context: what has been stored by then is still cut. */
  async terminate(): Promise<void> {
    await this.#end()
    this.cut()
  }

  #start(): void {
    this.isStarted = true
    this.isStopped = false
    const failed = (error: unknown): void => this.stop('onStart failed', error)
    try { void Promise.resolve(this.receiver.onStart()).catch(failed) } catch (error) { failed(error) }
  }

  async #end(): Promise<void> {
    if (this.#ended) return
    clearTimeout(this.#restartTimer)
    await this.#close()
    this.cut()
    this.#ended = true
    for (const goOn of this.#waiting.splice(0)) goOn()
  }

  async #close(): Promise<void> {
    if (this.isStopped) return
    this.isStarted = false
    this.isStopped = true
    for (const goOn of this.#waiting.splice(0)) goOn()
    try { await within(STOP_LIMIT_MS, this.receiver.onStop()) } catch (error) { this.report('onStop failed', error) }
  }

  get #blockRows(): number { return Math.min(BLOCK_ROWS, this.#buffered.allowance.block) }

  #isFull(): boolean { return !this.isStopped && this.#buffered.isFull(0, this.#rows.length) }

  #goOn(): void { if (!this.#isFull()) for (const goOn of this.#waiting.splice(0)) goOn() }

  #breathe(): Promise<void> {
    this.#sinceBreath = 0
    return new Promise(setImmediate)
  }

  #encode(rows: readonly unknown[]): Block {
    const block = this.#tryEncode(rows) ?? this.#tryEncode(rows.filter(row => this.#tryEncode([row], true)))!
    const [part] = block.parts
    return { buffer: part ? part.in as SharedArrayBuffer : new SharedArrayBuffer(0), byteLength: memoryBytes([block]), records: block.records, rows: block }
  }

  #tryEncode(rows: readonly unknown[], report = false) {
    try { return encodeRows(rows, 'receiverStream', this.nameClass) } catch (error) {
      if (report) this.report('a record was left out', error)
      return undefined
    }
  }
}

const within = (limitMs: number, work: void | Promise<void>): Promise<void> | void =>
  work instanceof Promise ? Promise.race([work, new Promise<void>(resolve => setTimeout(resolve, limitMs).unref())]) : work

const withError = (message: string, error: unknown): string => error === undefined ? message : `${message}: ${error instanceof Error ? error.message : String(error)}`
