/**
 * What a receiver brings in, as a source: the engine receives; here each batch takes what has come, and lets go of it when the
 * batch is done, so that a slow batch holds the sender back rather than filling memory. After stop() what has been received can
 * still be taken: a graceful stop loses nothing.
 */
import type { Receiver } from '../core/receiver.js'
import type { Time } from '../core/time.js'
import { emptyOf } from './rows.js'
import type { InputSource, ReceiverKind, SourceBatch, SourceContext } from '../plan/stream-plan.js'

type Running = ReturnType<SourceContext['startReceiver']>

export class ReceivedSource implements InputSource {
  #running: Running | undefined
  #startMs = 0
  #held: { readonly time: Time; readonly release: () => void }[] = []

  constructor(readonly name: string, readonly kind: ReceiverKind) {}

  start(context: SourceContext): void {
    this.#held = []
    this.#startMs = context.startTime.milliseconds
    this.#running = context.startReceiver({ ...this.kind, name: this.name })
  }

  async stop(): Promise<void> { await this.#running?.stop() }

  ended(): boolean { return this.#running?.ended() ?? false }

  async batch(time: Time): Promise<SourceBatch | null> {
    if (!this.#running) return null
    // After a restart the batches of the time between come first: what is received now is none of theirs.
    if (time.milliseconds <= this.#startMs) return { rdd: emptyOf(this.name), records: 0 }
    const { rdd, records, release } = await this.#running.take()
    if (release) this.#held.push({ time, release })
    return { rdd, records }
  }

  completed(time: Time): void {
    const done = this.#held.filter(held => held.time.lessEq(time))
    this.#held = this.#held.filter(held => held.time.greater(time))
    for (const { release } of done) release()
  }
}

/** Records of a user's own Receiver. Its name is its class's, and it learns the id of its stream when it starts. */
export function receiverSource(receiver: Receiver<unknown>, { name = receiver.constructor.name || 'Receiver', once = false } = {}): InputSource {
  const source = new ReceivedSource(name, { kind: 'custom', receiver, once })
  const start = source.start.bind(source)
  return Object.assign(source, { start(context: SourceContext) { receiver.streamId = context.stream; start(context) } })
}
