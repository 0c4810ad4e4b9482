/**
 * Lines from a TCP server: socketTextStream. The engine receives; here each batch takes what has come, and lets go of it when
 * the batch is done, so that a slow batch holds the sender back rather than filling memory.
 *
 * Lines end at \n, \r\n or a lone \r. A server that is not there, or goes away, is tried again for ever. After stop() what
 * has been received can still be taken: a graceful stop loses nothing.
 */
import { SparkError } from '../core/errors.js'
import type { Time } from '../core/time.js'
import type { InputSource, SourceBatch, SourceContext } from '../plan/stream-plan.js'

type Receiver = ReturnType<SourceContext['startReceiver']>

/** @throws ARGUMENT_INVALID when the port is none */
export function socketSource(host: string, port: number): InputSource {
  checkPort(port)
  return new SocketSource(host, port)
}

class SocketSource implements InputSource {
  readonly name: string
  #receiver: Receiver | undefined
  #held: { readonly time: Time; readonly release: () => void }[] = []

  constructor(readonly host: string, readonly port: number) { this.name = `${host.includes(':') ? `[${host}]` : host}:${port}` }

  start(context: SourceContext): void {
    this.#held = []
    this.#receiver = context.startReceiver({ kind: 'socketText', host: this.host, port: this.port, name: this.name })
  }

  async stop(): Promise<void> { await this.#receiver?.stop() }

  async batch(time: Time): Promise<SourceBatch | null> {
    if (!this.#receiver) return null
    const { rdd, records, release } = await this.#receiver.take()
    if (release) this.#held.push({ time, release })
    return { rdd, records }
  }

  completed(time: Time): void {
    const done = this.#held.filter(held => held.time.lessEq(time))
    this.#held = this.#held.filter(held => held.time.greater(time))
    for (const { release } of done) release()
  }
}

function checkPort(port: number): void {
  if (Number.isInteger(port) && port > 0 && port < 65_536) return
  throw new SparkError('ARGUMENT_INVALID', { operator: 'socketTextStream', problem: `${port} is no port`, fix: 'give a port from 1 to 65535, for example socketTextStream("localhost", 9999)' })
}
