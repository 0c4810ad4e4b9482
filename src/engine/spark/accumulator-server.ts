/**
 * Where the JVM brings what tasks have to tell when they succeeded: what their accumulators gained, and what their functions printed.
 * Each update is bytes that a worker made; the JVM waits for our word inside its scheduler, so it is answered at once.
 */
import { timingSafeEqual } from 'node:crypto'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'

export class AccumulatorServer {
  private constructor(readonly server: Server) {}

  /** `token`: what a client must say first, 64 characters. */
  static async open(token: string, take: (update: Buffer) => void): Promise<AccumulatorServer> {
    const server = createServer(socket => { receive(socket, Buffer.from(token, 'utf8'), take) })
    await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
    return new AccumulatorServer(server)
  }

  get port(): number { return (this.server.address() as AddressInfo).port }

  close(): void { this.server.close().unref() }
}

/** First the token, without a length; then, again and again, a count and as many frames. */
function receive(socket: Socket, token: Buffer, take: (update: Buffer) => void): void {
  let bytes = Buffer.alloc(0)
  let known = false
  socket.on('error', () => {})
  socket.on('data', data => {
    bytes = Buffer.concat([bytes, data])
    if (!known) {
      if (bytes.length < token.length) return
      if (!timingSafeEqual(bytes.subarray(0, token.length), token)) return void socket.destroy()
      known = true
      bytes = bytes.subarray(token.length)
    }
    for (let end = updatesEnd(bytes); end > 0; end = updatesEnd(bytes)) {
      for (let at = 4; at < end; at += 4 + bytes.readInt32BE(at)) take(bytes.subarray(at + 4, at + 4 + bytes.readInt32BE(at)))
      bytes = bytes.subarray(end)
      socket.write(RECEIVED)
    }
  })
}

const RECEIVED = Buffer.from([1])

/** Where the first whole group of updates ends; 0 while some of it is missing. */
function updatesEnd(bytes: Buffer): number {
  if (bytes.length < 4) return 0
  let at = 4
  for (let left = bytes.readInt32BE(0); left > 0; left--) {
    if (bytes.length < at + 4) return 0
    at += 4 + bytes.readInt32BE(at)
    if (bytes.length < at) return 0
  }
  return at
}
