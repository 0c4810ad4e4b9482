/**
 * The bridge's side of receivers on executors: one StreamingContext of the JVM after another, and the parts that they have handed
 * over. The callback server is opened with the first of them.
 */
import { SparkError } from '../../core/errors.js'
import { parseLocalMaster } from '../../core/master.js'
import { CallbackServer } from './callback-server.js'
import type { Jvm } from './jvm.js'
import { JvmStreaming, within } from './jvm-streaming.js'
import { JavaRef } from './py4j-text.js'
import type { FromReceivers, ReceivingSpec, ToReceivers } from './receiver-messages.js'

export interface JvmReceiversOptions {
  readonly jvm: Jvm
  readonly master: string
  readonly say: (message: FromReceivers) => void
  /** Parts by their numbers, for who makes RDDs of them. */
  readonly parts: Map<number, JavaRef>
  /** How long executors may take to come, before and after the first. */
  readonly patienceMs?: { readonly first: number; readonly more: number }
}

const POLL_MS = 100
// Standalone masters start executors in a few seconds, YARN in half a minute.
const PATIENCE_MS = { first: 60_000, more: 5000 }
// The program ends: what receivers do not give up by then goes with the JVM.
const END_MS = 3000

export class JvmReceivers {
  #callbacks: Promise<CallbackServer> | undefined
  #current: { readonly number: number; readonly streaming: JvmStreaming } | undefined
  #turn: Promise<void> = Promise.resolve()
  #nextPart = 1
  /** Of contexts that are over, but for the last. */
  readonly #logs = new Set<string>()
  /** Contexts that nobody wants any more, though they may not have begun. */
  readonly #unwanted = new Set<number>()
  #ending = false

  constructor(readonly options: JvmReceiversOptions) {}

  /** Contexts begin and end one after another; nobody waits for it here. */
  hear(message: ToReceivers): void {
    switch (message.kind) {
      case 'receive': return this.#inTurn(() => this.#start(message.spec))
      case 'stopReceiving':
        this.#unwanted.add(message.spec)
        return this.#inTurn(() => this.#stop(message.spec))
      case 'rate': return this.#current?.streaming.limit(message.receiver, message.rate)
      case 'forget': for (const part of message.parts) void this.#forget(part).catch(() => {}); return
      default: return message satisfies never
    }
  }

  /** Before the JVM ends. */
  async end(): Promise<void> {
    this.#ending = true
    await within(END_MS, Promise.resolve(this.#current?.streaming.end()).then(() => this.#removeLogs()))
    void this.#callbacks?.then(callbacks => callbacks.close(), () => {})
  }

  #inTurn(work: () => Promise<void>): void { this.#turn = this.#turn.then(work).catch(() => {}) }

  async #start(spec: ReceivingSpec): Promise<void> {
    const { jvm, say, master, parts } = this.options
    try {
      await this.#removeLogs()
      await this.#assertCores(spec)
      if (!this.#isWanted(spec.number)) return
      const callbacks = await (this.#callbacks ??= this.#open())
      const copies = spec.log !== undefined || parseLocalMaster(master) ? 1 : 2
      const keep = (rdd: JavaRef): number => {
        parts.set(this.#nextPart, rdd)
        return this.#nextPart++
      }
      if (spec.log !== undefined) this.#logs.add(spec.log)
      const streaming = new JvmStreaming({ jvm, callbacks, spec, copies, say, keep })
      await streaming.start()
      this.#current = { number: spec.number, streaming }
    } catch (error) { say({ kind: 'notReceiving', spec: spec.number, reason: reasonOf(error) }) }
  }

  async #stop(number: number): Promise<void> {
    const current = this.#current
    if (current?.number !== number) return this.options.say({ kind: 'receiversStopped', spec: number, lastMs: 0 })
    this.#current = undefined
    await current.streaming.stop()
  }

  #isWanted(number: number): boolean { return !this.#ending && !this.#unwanted.has(number) }

  /** The JVM calls us where we listen, with the secret that we call it with. */
  async #open(): Promise<CallbackServer> {
    const { jvm: { client, secret } } = this.options
    const callbacks = await CallbackServer.open(secret)
    await client.scoped(async calls => calls.gateway('resetCallbackClient', await calls.staticObject('java.net.InetAddress', 'getLoopbackAddress'), callbacks.port))
    return callbacks
  }

  /** Nobody reads them again: what came with their contexts has been given back. */
  async #removeLogs(): Promise<void> {
    const { client, sc } = this.options.jvm
    for (const log of this.#logs) await client.scoped(async calls => {
      const path = await calls.make('org.apache.hadoop.fs.Path', log)
      const files = await calls.object(path, 'getFileSystem', await calls.object(sc, 'hadoopConfiguration'))
      await calls.call(files, 'delete', path, true)
    }).catch(() => {})
    this.#logs.clear()
  }

  /** Blocks go from the executors. */
  async #forget(part: number): Promise<void> {
    const { jvm: { client }, parts } = this.options
    const rdd = parts.get(part)
    if (!rdd || !parts.delete(part)) return
    await client.scoped(async calls => calls.call(await calls.object(rdd, 'rdd'), 'removeBlocks'))
    client.release([rdd])
  }

  /** Each receiver takes a core for as long as it runs, and batches need one. */
  async #assertCores({ number, receivers: { length: receivers } }: ReceivingSpec): Promise<void> {
    const { master, patienceMs = PATIENCE_MS } = this.options
    const local = parseLocalMaster(master)
    const beganMs = Date.now()
    let firstMs = Infinity
    for (;;) {
      const cores = local?.threads ?? await this.#cores()
      if (cores > receivers || !this.#isWanted(number)) return
      const nowMs = Date.now()
      if (cores > 0) firstMs = Math.min(firstMs, nowMs)
      if (local || nowMs > firstMs + patienceMs.more || nowMs > beganMs + patienceMs.first) throw new Error(`each receiver takes a core and batches need one more, but there ${cores === 1 ? 'is 1 core' : `are ${cores} cores`} for ${receivers === 1 ? 'one receiver' : `${receivers} receivers`}`)
      await new Promise(resolve => { setTimeout(resolve, POLL_MS) })
    }
  }

  /** Of the executors that have come, as many as tasks can have. */
  #cores(): Promise<number> {
    const { client, sc } = this.options.jvm
    return client.scoped(async calls => {
      // An AtomicInteger, which Py4J may hand over as the number that it is.
      const count = await calls.call(await calls.object(sc, 'schedulerBackend'), 'totalCoreCount')
      return Number(count instanceof JavaRef ? await calls.call(count, 'get') : count)
    })
  }
}

const reasonOf = (error: unknown): string => error instanceof SparkError ? error.message : (error instanceof Error ? error.message : String(error)).split('\n')[0]!
