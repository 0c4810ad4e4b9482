/**
 * The driver's side of receivers on executors. Inputs that start together are one StreamingContext of the JVM, which cuts batches as
 * long as ours at the same times; what each of its batches brings waits here until one of ours takes it.
 *
 * A JVM has one such context at a time, and its inputs are fixed once it runs: for later inputs there is no receiver here.
 */
import type { ReceiverSpec, RunningReceiver } from '../engine.js'
import { ExecutorReceiver } from './executor-receiver.js'
import { ReceiverGroup, type ExecutorReceiversOptions } from './receiver-group.js'
import type { FromReceivers } from './receiver-messages.js'

/** Of a socket, with batches that the system's time makes. */
export type SocketSpec = ReceiverSpec & { readonly kind: 'socketText'; readonly batchMs: number }

export class ExecutorReceivers {
  readonly #groups = new Map<number, ReceiverGroup>()
  #newest: ReceiverGroup | undefined
  #lastNumber = 0

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
      gave: (node, parts) => { group.given.set(node, parts) },
      forget: parts => { post({ kind: 'forget', parts }) },
      stop: () => group.stop(receiver),
    })
    group.receivers.set(number, receiver)
    return receiver
  }

  /** No batch reads that leaf any more. */
  release(nodeId: number): void { for (const group of this.#groups.values()) group.release(nodeId) }

  hear(message: FromReceivers): void {
    const group = this.#groups.get(message.spec)
    if (group) group.hear(message)
    else if (message.kind === 'received' && message.part) this.options.post({ kind: 'forget', parts: [message.part.number] })
  }

  /** The JVM did not come up. */
  fallBack(error: Error): void { if (this.#newest?.isLive) this.#newest.fallBack(error.message) }

  /** The JVM is gone, or about to go. */
  lost(error: Error): void { for (const group of this.#groups.values()) group.lost(error) }

  #groupFor({ batchMs, checkpointDirectory }: SocketSpec): ReceiverGroup | undefined {
    if (this.#newest?.state === 'gathering') return this.#newest.batchMs === batchMs ? this.#newest : undefined
    if (this.#newest?.isLive) return undefined
    for (const group of [...this.#groups.values()].filter(({ state }) => state === 'over')) {
      group.forgetAll()
      this.#groups.delete(group.number)
    }
    this.#newest = new ReceiverGroup(++this.#lastNumber, batchMs, checkpointDirectory, this.options)
    this.#groups.set(this.#newest.number, this.#newest)
    this.#newest.gather()
    return this.#newest
  }
}
