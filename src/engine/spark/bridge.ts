/**
 * The driver's side of the bridge thread: starts it with the first job, sends RDDs and jobs, gives their results. It keeps the process
 * alive only while jobs run. When the JVM is lost everything that waits hears why, and nothing can be asked any more.
 *
 * A Spark that did not come up is tried again by the next job: what was wrong (no Java, no master) may have been mended in another terminal.
 */
import { Worker } from 'node:worker_threads'
import { SparkError, type ErrorCode } from '../../core/errors.js'
import type { FromReceivers, ToReceivers } from './receiver-messages.js'
import type { FromBridge, Opening, RddSpec, Told, ToBridge } from './spark-job.js'

interface Waiting { readonly resolve: (frames: readonly Uint8Array[]) => void; readonly reject: (error: Error) => void }

export interface BridgeOptions {
  readonly opening: () => Opening
  readonly update: (bytes: Uint8Array) => void
  readonly ready: (sparkVersion: string) => void
  readonly said: (message: { readonly level: 'info' | 'warn'; readonly text: string }) => void
  /** Of receivers on executors. */
  readonly receivers: (message: FromReceivers) => void
  /** No receiver on an executor will tell more: for good, or since the JVM did not come up this time. */
  readonly unreachable: (error: Error, forGood: boolean) => void
  /** The JVM is gone, or could not be opened and no job was there to tell it. */
  readonly closed: (error: Error) => void
}

/** A JVM's exception, told by its text. */
export class JvmError extends Error { override readonly name = 'JvmError' }

export class Bridge {
  #thread: Worker | undefined
  readonly #jobs = new Map<number, Waiting>()
  /** What a JVM has to know before it is there: told again to the next one, should it not come up. */
  #early: ToBridge[] | undefined = []
  #closed: Error | undefined
  #stopped: (() => void) | undefined

  constructor(readonly options: BridgeOptions) {}

  /** Opens the JVM before it is needed. */
  start(): void {
    if (this.#thread || this.#closed) return
    // execArgv: loaders of the driver would only slow it down; it imports nothing of the user's.
    const thread = new Worker(new URL('./bridge-thread.js', import.meta.url), { workerData: this.options.opening(), execArgv: [], name: 'tspark to Spark' })
    this.#thread = thread
    thread.on('message', (message: FromBridge) => { if (thread === this.#thread) this.#hear(message) })
    thread.on('error', error => this.#close(error as Error))
    thread.unref()
    for (const message of this.#early ?? []) thread.postMessage(message)
  }

  make(rdds: readonly RddSpec[]): void { this.#post({ kind: 'make', rdds }) }
  drop(rdds: readonly number[]): void { if (this.#thread) this.#post({ kind: 'drop', rdds }) }
  unpersist(rdd: number): void { if (this.#thread) this.#post({ kind: 'unpersist', rdd }) }
  broadcast(id: number, text: string): void { this.#post({ kind: 'broadcast', id, text }) }
  bundle(number: number, text: string): void { this.#post({ kind: 'bundle', number, text }) }
  unbroadcast(id: number): void { if (this.#thread) this.#post({ kind: 'unbroadcast', id }) }
  cancel(job: number): void { this.#post({ kind: 'cancel', job }) }
  receivers(message: ToReceivers): void { this.#post(message) }

  /** The frames that the job's last stage gave. */
  run(job: number, description: string, rdd: number, partitions: readonly number[] | undefined): Promise<readonly Uint8Array[]> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(this.#closed)
      this.#jobs.set(job, { resolve, reject })
      this.#post({ kind: 'run', job, description, rdd, partitions })
      this.#thread?.ref()
    })
  }

  async stop(): Promise<void> {
    const thread = this.#thread
    if (!thread) return
    thread.ref()
    const stopped = new Promise<void>(resolve => { this.#stopped = resolve })
    thread.postMessage({ kind: 'stop' } satisfies ToBridge)
    await stopped
    this.#close(new SparkError('CONTEXT_STOPPED'))
    await thread.terminate()
  }

  #post(message: ToBridge): void {
    if (this.#closed) return
    this.start()
    this.#thread!.postMessage(message)
    if (message.kind !== 'run' && message.kind !== 'cancel') this.#early?.push(message)
  }

  #hear(message: FromBridge): void {
    switch (message.kind) {
      case 'open':
        this.#early = undefined
        return this.options.ready(message.sparkVersion)
      case 'update': return this.options.update(message.bytes)
      case 'done': return this.#take(message.job)?.resolve(message.frames)
      case 'failed': return this.#take(message.job)?.reject(errorOf(message.error))
      case 'closed': return this.#early && !this.#stopped ? this.#giveUp(errorOf(message.error)) : this.#close(errorOf(message.error))
      case 'said': return this.options.said(message)
      case 'stopped': return this.#stopped?.()
      case 'receiving': case 'notReceiving': case 'received': case 'receiverFact': case 'receiversStopped': return this.options.receivers(message)
      default: return message satisfies never
    }
  }

  #take(job: number): Waiting | undefined {
    const waiting = this.#jobs.get(job)
    this.#jobs.delete(job)
    if (this.#jobs.size === 0) this.#thread?.unref()
    return waiting
  }

  #close(error: Error): void {
    if (this.#closed) return
    this.#closed = error
    this.#reject(error)
    this.options.unreachable(error, true)
    this.options.closed(error)
  }

  /** For now. */
  #giveUp(error: Error): void {
    const thread = this.#thread
    this.#thread = undefined
    this.#early = this.#early!.filter(({ kind }) => !OF_RECEIVERS.has(kind)) // they do not wait for another try
    this.options.unreachable(error, false)
    if (this.#jobs.size === 0) this.options.closed(error)
    else this.#reject(error)
    void thread?.terminate()
  }

  #reject(error: Error): void { for (const job of [...this.#jobs.keys()]) this.#take(job)!.reject(error) }
}

const OF_RECEIVERS = new Set<ToBridge['kind']>(['receive', 'rate', 'stopReceiving', 'forget'])

const errorOf = (told: Told): Error => 'code' in told ? new SparkError(told.code as ErrorCode, told.params) : new JvmError(told.java)
