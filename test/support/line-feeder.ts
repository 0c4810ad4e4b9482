/**
 * An nc-like server for tests: sends bytes to whoever connects, in writes cut at random places, and misbehaves on request
 * (ends, resets, stays silent, goes away and comes back on the same port). Loopback only; the port is chosen by the system.
 */
import { createServer, type Server, type Socket } from 'node:net'
import { once } from 'node:events'

export class LineFeeder {
  readonly clients = new Set<Socket>()
  #server: Server | undefined
  #port = 0
  #connections = 0
  #waiting: (() => void)[] = []

  static async open(): Promise<LineFeeder> {
    const feeder = new LineFeeder()
    await feeder.listen()
    return feeder
  }

  get port(): number { return this.#port }
  /** How many connections there have been. */
  get connections(): number { return this.#connections }

  async listen(): Promise<void> {
    this.#server = createServer(client => this.#welcome(client)).listen(this.#port, '127.0.0.1')
    await once(this.#server, 'listening')
    this.#port = (this.#server.address() as { port: number }).port
  }

  /** Resolves once there have been `count` connections in all. */
  async connected(count = 1): Promise<void> {
    while (this.#connections < count) await new Promise<void>(resolve => this.#waiting.push(resolve))
  }

  /** Sends to every client, cut at random places given by `random` (0 ≤ r < 1), and waits until the system has taken it. */
  async send(bytes: Uint8Array | string, random: () => number = () => 1, largestWrite = 4096): Promise<void> {
    const data = Buffer.from(bytes as Uint8Array)
    for (let from = 0; from < data.length;) {
      const to = Math.min(data.length, from + 1 + Math.floor(random() * largestWrite))
      await this.#write(data.subarray(from, to))
      from = to
    }
  }

  /** Ends all connections in order (FIN). */
  end(): void { for (const client of this.clients) client.end() }
  /** Breaks all connections off (RST). */
  reset(): void { for (const client of this.clients) client.resetAndDestroy() }

  /** Stops listening and hangs up: from now on connections are refused, until listen() is called again. */
  async goAway(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (!server) return
    const closed = once(server, 'close')
    server.close()
    for (const client of this.clients) client.end()
    await closed
  }

  async close(): Promise<void> {
    for (const client of this.clients) client.destroy()
    await this.goAway()
  }

  #welcome(client: Socket): void {
    client.setNoDelay(true)
    client.on('error', () => {}).on('close', () => this.clients.delete(client)).resume()
    this.clients.add(client)
    this.#connections++
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  async #write(bytes: Uint8Array): Promise<void> {
    await Promise.all([...this.clients].map(client => new Promise<void>(taken => { client.write(bytes, () => taken()) })))
  }
}

/** A repeatable source of numbers 0 ≤ r < 1 (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
