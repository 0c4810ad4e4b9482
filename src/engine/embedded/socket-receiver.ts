/**
 * One socket text receiver in the I/O thread: connects, reads lines into blocks, and tries again for ever.
 *
 * Refused, closed, reset, an unknown host: each leads to another try after the restart delay, as Spark's receiver restarts
 * (`once`: but for an orderly close, which is the end). It reports facts and blocks, and decides nothing about words. What it holds is bounded: once the blocks that nobody has
 * released yet reach `maxBufferedBytes` the socket is not read, so that TCP holds the sender back; release() reads on.
 */
import { connect, type Socket } from 'node:net'
import { sharedBytesPassed } from '../../core/shared-memory.js'
import type { Block, Fact, SocketSettings } from './io-protocol.js'
import { LineBlocks } from './line-blocks.js'

export interface ReceiverOutput {
  block(block: Block): void
  fact(fact: Fact): void
}

// A connection that stood this long is worth saying so: a server that hangs up at once would otherwise fill the screen.
const STEADY_MS = 1000
const CONNECT_TIMEOUT_MS = 30_000
// The peer's machine may vanish without a word; TCP asks after this long.
const KEEP_ALIVE_MS = 30_000
const READ_BYTES = 256 * 1024

export class SocketReceiver {
  readonly #blocks: LineBlocks
  readonly #readBuffer = new Uint8Array(READ_BYTES)
  #socket: Socket | undefined
  #unreleasedBytes = 0
  #cutTimer: NodeJS.Timeout | undefined
  #restartTimer: NodeJS.Timeout | undefined
  #stopped = false

  constructor(readonly settings: SocketSettings, readonly output: ReceiverOutput) {
    this.#blocks = new LineBlocks(settings.maxLineBytes)
    this.#connect()
  }

  /** Closes the current block; called each block interval, and when a batch takes what has come. */
  cut(): void {
    clearTimeout(this.#cutTimer)
    this.#cutTimer = undefined
    const block = this.#blocks.cut()
    if (!block) return
    this.#unreleasedBytes += block.byteLength
    this.output.block(block)
    sharedBytesPassed(block.byteLength)
  }

  release(bytes: number): void {
    this.#unreleasedBytes = Math.max(0, this.#unreleasedBytes - bytes)
    if (!this.#overfull()) this.#socket?.resume()
  }

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#restartTimer)
    this.#socket?.destroy()
    this.cut()
  }

  #connect(): void {
    const { host, port, silentAfterMs } = this.settings
    const onread = { buffer: this.#readBuffer, callback: (length: number): boolean => this.#read(socket, length) }
    const socket: Socket = connect({ host, port, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS, noDelay: true, autoSelectFamily: true, onread })
    const life = { connected: false, error: undefined as NodeJS.ErrnoException | undefined, timers: [] as NodeJS.Timeout[] }
    const steady = () => this.output.fact({ kind: 'steady' })
    const timedOut = () => socket.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' }))
    const connecting = setTimeout(timedOut, CONNECT_TIMEOUT_MS)
    this.#socket = socket
    socket.once('connect', () => {
      clearTimeout(connecting)
      life.connected = true
      life.timers = [setTimeout(steady, STEADY_MS), setTimeout(() => this.#silence(socket), silentAfterMs)]
      this.output.fact({ kind: 'connected' })
    })
    socket.once('error', error => { life.error = error })
    socket.once('close', () => {
      for (const timer of [connecting, ...life.timers]) clearTimeout(timer)
      this.#ended(life.connected, life.error)
    })
  }

  /** Gives whether to read on. */
  #read(socket: Socket, length: number): boolean {
    if (socket.bytesRead <= length) this.output.fact({ kind: 'steady' })
    const cutBefore = this.#blocks.cutLines
    this.#blocks.add(this.#readBuffer.subarray(0, length))
    if (this.#blocks.cutLines > cutBefore) this.output.fact({ kind: 'linesCut', lines: this.#blocks.cutLines })
    this.#scheduleCut()
    return !this.#overfull()
  }

  #scheduleCut(): void {
    if (this.#blocks.full) this.cut()
    else if (this.#blocks.readyBytes > 0) this.#cutTimer ??= setTimeout(() => this.cut(), this.settings.blockIntervalMs)
  }

  #overfull(): boolean { return this.#unreleasedBytes + this.#blocks.readyBytes >= this.settings.maxBufferedBytes }

  #silence(socket: Socket): void { if (socket.bytesRead === 0) this.output.fact({ kind: 'silent' }) }

  #ended(connected: boolean, error: NodeJS.ErrnoException | undefined): void {
    if (this.#stopped) return
    if (connected && !error && this.settings.once) return this.#finish()
    if (connected) this.output.fact({ kind: 'closed', code: error && codeOf(error), droppedBytes: this.#endTail(error) })
    else this.output.fact({ kind: 'failed', code: error ? codeOf(error) : 'CLOSED', message: error?.message ?? 'closed before it was open' })
    this.#restartTimer = setTimeout(() => this.#connect(), this.settings.restartDelayMs)
  }

  #finish(): void {
    this.#blocks.endLine()
    this.cut()
    this.output.fact({ kind: 'ended' })
  }

  /** After an orderly end the tail is the last line; of a broken stream nobody knows what was still to come. */
  #endTail(error: Error | undefined): number {
    if (error) return this.#blocks.dropLine()
    this.#blocks.endLine()
    this.#scheduleCut()
    return 0
  }
}

const codeOf = (error: NodeJS.ErrnoException): string => error.code ?? error.name
