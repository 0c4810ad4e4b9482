/**
 * Receivers of one StreamingContext of the JVM, from the moment in which they are asked for until the context is over: as data, on the driver's
 * side. Where the context cannot be started, each goes on as one of the driver's.
 */
import type { SparkConf } from '../../core/conf.js'
import { escapeControls } from '../../core/escape.js'
import type { EventBus } from '../../core/events.js'
import type { ExecutorReceiver } from './executor-receiver.js'
import type { FromReceivers, ReceivingSpec, ToReceivers } from './receiver-messages.js'
import { isLogging } from './streaming-conf.js'

export interface ExecutorReceiversOptions {
  readonly conf: SparkConf
  readonly events: EventBus
  readonly post: (message: ToReceivers) => void
}

export class ReceiverGroup {
  readonly receivers = new Map<number, ExecutorReceiver>()
  /** By leaf: the parts that it has. */
  readonly given = new Map<number, readonly number[]>()
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

  /** No batch reads that leaf any more. */
  release(nodeId: number): void {
    const parts = this.given.get(nodeId)
    if (parts && this.given.delete(nodeId)) this.options.post({ kind: 'forget', parts })
  }

  /** What a run that is over has left: batches that it dropped, and what nobody took. */
  forgetAll(): void {
    for (const node of [...this.given.keys()]) this.release(node)
    for (const receiver of this.receivers.values()) receiver.discard()
  }

  /** The JVM is gone. */
  lost(error: Error): void {
    this.state = 'over'
    for (const receiver of this.receivers.values()) receiver.lost(error)
    this.#ended()
  }
}
