/**
 * Records that a function of the user's reads off a socket's bytes: socketStream. A receiver like any other, written with what
 * users have: it connects, gives the function the bytes as they come, stores what it yields, and starts again when it ends.
 */
import { connect, type Socket } from 'node:net'
import { Receiver } from '../core/receiver.js'

/** From the bytes of one connection to its records. */
export type SocketConverter<T> = (bytes: AsyncIterable<Uint8Array>) => AsyncIterable<T> | Iterable<T>

export class SocketStreamReceiver<T> extends Receiver<T> {
  socket: Socket | undefined = undefined

  constructor(readonly host: string, readonly port: number, readonly converter: SocketConverter<T>) { super() }

  async onStart(): Promise<void> {
    const socket: Socket = connect({ host: this.host, port: this.port, keepAlive: true, autoSelectFamily: true })
    this.socket = socket
    try {
      for await (const record of this.converter(socket)) await this.store(record)
      if (this.socket === socket) this.restart('Socket data stream had no more data')
    } catch (error) {
      if (this.socket === socket) this.restart(`Error receiving data from ${this.host}:${this.port}`, error)
    }
  }

  onStop(): void {
    const { socket } = this
    this.socket = undefined
    socket?.destroy()
  }
}
