/**
 * The driver's side of receivers on executors. Inputs that start together are one StreamingContext of the JVM, which cuts batches as
 * long as ours at the same times; what each of its batches brings waits here until one of ours takes it.
 *
 * A JVM has one such context at a time, and its inputs are fixed once it runs: later inputs are told so, and are received elsewhere. Where
 * it cannot be started, each receiver goes on as one of the driver's (`orElse`).
 */
import type { SparkConf } from '../../core/conf.js'
import { escapeControls } from '../../core/escape.js'
import type { EventBus } from '../../core/events.js'
import type { ReceiverSpec, RunningReceiver } from '../engine.js'
import { ExecutorReceiver } from './executor-receiver.js'
import type { FromReceivers, ReceivingSpec, ToReceivers } from './receiver-messages.js'
import { isLogging } from './streaming-conf.js'

export interface ExecutorReceiversOptions {
  readonly conf: SparkConf
  readonly events: EventBus
  readonly post: (message: ToReceivers) => void
}

/** Of a socket, with batches that the system's time makes. */
export type SocketSpec = ReceiverSpec & { readonly kind: 'socketText'; readonly batchMs: number }

/** Receivers of one context of the JVM. */
export class ReceiverGroup {
  readonly receivers = new Map<number, ExecutorReceiver>()
  state: 'gathering' | 'starting' | 'running' | 'stopping' | 'over' = 'gathering'
  #stopped: Promise<void> | undefined
  #ended: () => void = () => {}

  constructor(readonly number: number, readonly batchMs: number, readonly checkpointDirectory: string | undefined, readonly options: ExecutorReceiversOptions) {}

  get isLive(): boolean { return this.state !== 'over' && this.state !== 'stopping' }

  /** Inputs that start in the same moment are in one context. */
  gather(): void { setImmediate(() => this.#start()) }

  #start(): void {
    if (this.state !== 'gathering') return
    const { conf, post } = this.options
    const wanted = [...this.receivers].filter(([, { isStopped }]) => !isStopped)
    this.state = wanted.length > 0 ? 'starting' : 'over'
    if (wanted.length === 0) return
    const receivers = wanted.map(([number, { spec: { host, port }, rate }]): ReceivingSpec['receivers'][number] => ({ number, host, port, rate }))
    const log = isLogging(conf) ? `${this.checkpointDirectory}/receivers-${Date.now()}` : undefined
    post({ kind: 'receive', spec: { number: this.number, batchMs: this.batchMs, receivers, log } })
  }

  /** Ends the connections, once nobody wants any of them. A single one cannot be ended: what it still brings is given back. */
  async stop(receiver: ExecutorReceiver): Promise<void> {
    const all = [...this.receivers.values()]
    await new Promise(setImmediate) // the others may be stopped in the same moment
    if (all.some(each => !each.isStopped)) return receiver.discard()
    await (this.#stopped ??= this.#stop())
  }

  async #stop(): Promise<void> {
    const { state } = this
    this.state = state === 'running' || state === 'starting' ? 'stopping' : 'over'
    if (this.state === 'over') return
    this.options.post({ kind: 'stopReceiving', spec: this.number })
    if (state === 'running') await new Promise<void>(resolve => { this.#ended = resolve })
  }

  hear(message: FromReceivers): void {
    switch (message.kind) {
      case 'receiving': return this.#running(message.fromMs)
      case 'notReceiving': return this.fallBack(message.reason)
      case 'received': return this.receivers.get(message.receiver)?.received(message.timeMs, message.part)
      case 'receiverFact': return this.receivers.get(message.receiver)?.note(message.fact)
      case 'receiversStopped': return this.#over(message.lastMs)
      default: return message satisfies never
    }
  }

  #running(fromMs: number): void {
    if (this.state === 'starting') this.state = 'running'
    for (const receiver of this.receivers.values()) receiver.runs(fromMs)
  }

  #over(lastMs: number): void {
    this.state = 'over'
    for (const receiver of this.receivers.values()) receiver.ends(lastMs)
    this.#ended()
  }

  /** The driver receives in their place. */
  fallBack(reason: string): void {
    const wasStopped = this.state === 'stopping'
    this.state = 'over'
    this.#ended()
    if (wasStopped) return
    this.options.events.emit('message', { level: 'warn', text: `${[...this.receivers.values()].map(({ spec: { name } }) => name).join(', ')}: received on the driver's machine: ${escapeControls(reason)}` })
    for (const receiver of this.receivers.values()) receiver.fallBack()
  }

  /** The JVM is gone. */
  lost(error: Error): void {
    this.state = 'over'
    for (const receiver of this.receivers.values()) receiver.lost(error)
    this.#ended()
  }
}

export class ExecutorReceivers {
  #group: ReceiverGroup | undefined
  #lastNumber = 0
  /** By leaf: its parts. */
  readonly #given = new Map<number, readonly number[]>()

  constructor(readonly options: ExecutorReceiversOptions) {}

  /** Undefined where the JVM's context runs already, with other inputs. `orElse` starts a receiver of the driver's. */
  start(spec: SocketSpec, orElse: () => RunningReceiver): RunningReceiver | undefined {
    const group = this.#groupFor(spec)
    if (!group) return undefined
    const number = ++this.#lastNumber
    const { conf, events, post } = this.options
    const receiver: ExecutorReceiver = new ExecutorReceiver(spec, {
      conf, events, orElse,
      limit: rate => { if (group.state !== 'gathering') post({ kind: 'rate', receiver: number, rate }) },
      gave: (node, parts) => { this.#given.set(node, parts) },
      forget: parts => { post({ kind: 'forget', parts }) },
      stop: () => group.stop(receiver),
    })
    group.receivers.set(number, receiver)
    return receiver
  }

  /** No batch reads that leaf any more. */
  release(nodeId: number): void {
    const parts = this.#given.get(nodeId)
    if (parts && this.#given.delete(nodeId)) this.options.post({ kind: 'forget', parts })
  }

  hear(message: FromReceivers): void {
    if (message.spec === this.#group?.number) this.#group.hear(message)
    else if (message.kind === 'received' && message.part) this.options.post({ kind: 'forget', parts: [message.part.number] })
  }

  lost(error: Error): void { this.#group?.lost(error) }

  #groupFor({ batchMs, checkpointDirectory }: SocketSpec): ReceiverGroup | undefined {
    const group = this.#group
    if (group?.state === 'gathering') return group.batchMs === batchMs ? group : undefined
    if (group?.isLive) return undefined
    if (group) this.#forgetAll(group)
    this.#group = new ReceiverGroup(++this.#lastNumber, batchMs, checkpointDirectory, this.options)
    this.#group.gather()
    return this.#group
  }

  /** What a run that is over has left: batches that it dropped, and what nobody took. */
  #forgetAll({ receivers }: ReceiverGroup): void {
    for (const node of [...this.#given.keys()]) this.release(node)
    for (const receiver of receivers.values()) receiver.discard()
  }
}
