/**
 * The driver's side of receiving: starts the I/O thread when the first receiver does, collects the blocks it closes and gives
 * them out per batch.
 *
 * The thread keeps the process alive only while a receiver runs. Should it die, it is started again with the receivers that
 * ran; blocks closed before are here already. Received bytes count against spark.streaming.receiver.maxBufferedBytes until the
 * batch that took them is done (`release`), so a slow batch holds the sender back, not the memory; records count until a batch takes them.
 */
import { Worker } from 'node:worker_threads'
import type { SparkConf } from '../../core/conf.js'
import type { EventBus } from '../../core/events.js'
import { sharedBytesFreed, sharedBytesPassed } from '../../core/shared-memory.js'
import { makeNode, type BlocksNode } from '../../plan/rdd-plan.js'
import { ReceiverNotes, type Fact } from '../driver/receiver-notes.js'
import { countWithin } from '../driver/within.js'
import type { Allowance, ReceiverSpec, RunningReceiver } from '../engine.js'
import { UNLIMITED, type Block, type CustomFact, type CustomSettings, type FromIoThread, type SocketSettings, type ToIoThread } from './io-protocol.js'
import type { Portable } from '../../closure/portable.js'
import { executorImports } from '../../core/wiring.js'
import type { Stored } from './block-store.js'
import { CustomReceiverNotes } from './custom-receiver-notes.js'
import { inherited } from './exec-argv.js'
import { lent } from './lent-buffers.js'
import type { Shipped } from '../task/guest.js'

export interface ReceiversOptions {
  readonly conf: SparkConf
  readonly events: EventBus
  readonly silentAfterMs?: number
  /** How the I/O thread is started: tests end it. */
  readonly openThread?: () => Worker
}

interface Receiving {
  readonly spec: ReceiverSpec
  readonly settings: SocketSettings | CustomSettings
  readonly notes: { note(fact: Fact | CustomFact): void }
  allowance: Allowance
  waiting: Block[]
  /** By the last batch. */
  takenBytes: number
  records: number
  bytes: number
  ended: boolean
}

/** A user's receiver as it travels. */
export interface Travelling { readonly portable: Portable; readonly broadcasts: readonly Shipped[] }

export class Receivers {
  readonly #running = new Map<number, Receiving>()
  readonly #requests = new Map<number, () => void>()
  #thread: Worker | undefined
  #lastNumber = 0

  constructor(readonly options: ReceiversOptions) {}

  start(spec: ReceiverSpec, travelling?: Travelling): RunningReceiver {
    const number = ++this.#lastNumber
    const receiving: Receiving = { spec, ...this.#described(spec, travelling), allowance: spec.allowance ?? UNLIMITED, waiting: [], takenBytes: 0, records: 0, bytes: 0, ended: false }
    const { settings, allowance } = receiving
    this.#running.set(number, receiving)
    this.#post({ kind: 'start', receiver: number, settings, allowance })
    this.options.events.emit('receiverStarted', { stream: spec.stream, name: spec.name })
    return {
      take: records => this.#take(number, receiving, records),
      allow: allowance => this.#allow(number, receiving, 0, allowance),
      stop: () => this.#stop(number, receiving),
      ended: () => settings.once && receiving.ended && receiving.waiting.length === 0,
    }
  }

  /** Ends all receivers and the thread. */
  async stop(): Promise<void> {
    await Promise.all([...this.#running].map(([number, receiving]) => this.#stop(number, receiving)))
    const thread = this.#thread
    this.#thread = undefined
    await thread?.terminate()
  }

  #described(spec: ReceiverSpec, travelling: Travelling | undefined): Pick<Receiving, 'settings' | 'notes'> {
    const { conf, events, silentAfterMs = 10_000 } = this.options
    const common = {
      blockIntervalMs: conf.getMs('spark.streaming.blockInterval'),
      restartDelayMs: conf.getMs('spark.streaming.receiverRestartDelay'),
      maxBufferedBytes: conf.getBytes('spark.streaming.receiver.maxBufferedBytes'),
      once: spec.once ?? false,
    }
    if (spec.kind === 'custom') return { settings: { ...common, ...travelling! }, notes: new CustomReceiverNotes(spec, events) as Receiving['notes'] }
    const { host, port } = spec
    const settings = { ...common, host, port, silentAfterMs, maxLineBytes: conf.getBytes('spark.tspark.maxLineBytes') }
    return { settings, notes: new ReceiverNotes({ ...spec, ...settings }, events) as Receiving['notes'] }
  }

  async #take(number: number, receiving: Receiving, most = Infinity) {
    if (this.#running.has(number)) await this.#ask('cut', number)
    sharedBytesPassed(receiving.takenBytes) // the batch before is remembered until this one
    const blocks = receiving.waiting.splice(0, countWithin(receiving.waiting, most))
    const [bytes, held, records] = [sum(blocks, block => block.byteLength), sum(blocks, block => block.buffer.byteLength), sum(blocks, block => block.records)]
    receiving.takenBytes = held
    this.#allow(number, receiving, records, receiving.allowance)
    return {
      rdd: blocksNode(blocks, receiving.spec.kind === 'custom' ? 'receiverStream' : 'socketTextStream'),
      records,
      bytes,
      release: once(() => { void this.#release(number, held) }),
    }
  }

  #allow(receiver: number, receiving: Receiving, taken: number, allowance: Allowance): void {
    receiving.allowance = allowance
    if (this.#running.has(receiver) && (taken > 0 || allowance !== UNLIMITED)) this.#post({ kind: 'allow', receiver, taken, allowance })
  }

  async #release(number: number, bytes: number): Promise<void> {
    await sharedBytesFreed(bytes) // not before: until now they were needed
    if (bytes > 0 && this.#running.has(number)) this.#post({ kind: 'release', receiver: number, bytes })
  }

  async #stop(number: number, { spec }: Receiving): Promise<void> {
    if (!this.#running.has(number)) return
    await this.#ask('stop', number)
    if (!this.#running.delete(number)) return
    if (this.#running.size === 0) this.#thread?.unref()
    this.options.events.emit('receiverStopped', { stream: spec.stream, name: spec.name })
  }

  #ask(kind: 'cut' | 'stop', receiver: number): Promise<void> {
    const request = ++this.#lastNumber
    return new Promise(answered => {
      this.#requests.set(request, answered)
      this.#post({ kind, receiver, request })
    })
  }

  #post(message: ToIoThread): void {
    this.#thread ??= this.#open()
    if (this.#running.size > 0) this.#thread.ref()
    this.#thread.postMessage(message)
  }

  #open(): Worker {
    const { openThread = openIoThread } = this.options
    const thread = openThread()
    thread.on('message', (message: FromIoThread) => this.#hear(thread, message))
    thread.on('error', error => this.options.events.emit('message', { level: 'warn', text: `the I/O thread failed and is started again: ${error.message}` }))
    thread.on('exit', () => this.#threadEnded(thread))
    return thread
  }

  #hear(from: Worker, message: FromIoThread): void {
    switch (message.kind) {
      case 'block': return this.#received(this.#running.get(message.receiver), message.block, from)
      case 'fact': return this.#noted(this.#running.get(message.receiver), message.fact)
      case 'console': return this.options.events.emit('console', { stream: message.stream, text: message.text })
      case 'done': return this.#answer(message.request)
      default: return message satisfies never
    }
  }

  #received(receiving: Receiving | undefined, block: Block, thread: Worker): void {
    if (block.lent !== undefined) lent(block.buffer, { thread, number: block.lent })
    if (!receiving) return
    receiving.waiting.push(block)
    receiving.records += block.records
    receiving.bytes += block.byteLength
    this.options.events.emit('received', { stream: receiving.spec.stream, records: receiving.records, bytes: receiving.bytes })
  }

  #noted(receiving: Receiving | undefined, fact: Fact | CustomFact): void {
    if (!receiving) return
    if (fact.kind === 'ended') receiving.ended = true
    receiving.notes.note(fact)
  }

  #answer(request: number): void {
    const answered = this.#requests.get(request)
    this.#requests.delete(request)
    answered?.()
  }

  #threadEnded(thread: Worker): void {
    if (this.#thread !== thread) return
    this.#thread = undefined
    for (const request of [...this.#requests.keys()]) this.#answer(request)
    setTimeout(() => this.#startAgain(), this.options.conf.getMs('spark.streaming.receiverRestartDelay'))
  }

  #startAgain(): void {
    for (const [receiver, { settings, allowance, ended }] of this.#running) if (!settings.once || !ended) this.#post({ kind: 'start', receiver, settings, allowance })
  }
}

// execArgv: loaders of the driver would only slow the thread down; it imports nothing of the user's. What it holds is shared memory: it needs next to no heap.
export const openIoThread = (): Worker => new Worker(new URL('./io-thread.js', import.meta.url), { execArgv: [], resourceLimits: { maxYoungGenerationSizeMb: 4 }, name: 'tspark I/O' })

// A user's receivers may import what the program imports.
export const openReceiverThread = (): Worker => new Worker(new URL('./receiver-thread.js', import.meta.url), { workerData: { imports: executorImports }, execArgv: inherited(process.execArgv), name: 'tspark receivers' })

function blocksNode(blocks: readonly Block[], operator: string): BlocksNode {
  return makeNode<BlocksNode>({
    kind: 'blocks', operator, site: undefined, partitioner: undefined, numPartitions: blocks.length,
    blocks: blocks.map(({ buffer, byteLength, records, rows }) => ({ format: rows ? 'rows' : 'lines', records, bytes: byteLength, data: rows ? { block: rows } satisfies Stored : { buffer, byteLength } })),
  })
}

const sum = <T>(items: readonly T[], size: (item: T) => number): number => items.reduce((total, item) => total + size(item), 0)

function once(run: () => void): () => void {
  let done = false
  return () => {
    if (!done) run()
    done = true
  }
}
