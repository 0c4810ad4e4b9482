/**
 * One socket text receiver in the I/O thread: connects, reads lines into blocks, and tries again for ever.
 *
 * Refused, closed, reset, an unknown host: each leads to another try after the restart delay, as Spark's receiver restarts
 * (`once`: but for an orderly close, which is the end). It reports facts and blocks, and decides nothing about words. What it holds is
 * bounded: once blocks that nobody has released yet reach `maxBufferedBytes`, or as many records wait for a batch as may, the socket
 * is not read, so that TCP holds the sender back; release() and allow() read on.
 */
import { connect, type Socket } from 'node:net'
import { sharedBytesPassed } from '../../core/shared-memory.js'
import type { Fact } from '../driver/receiver-notes.js'
import type { Allowance } from '../engine.js'
import type { BufferPool } from './buffer-pool.js'
import { Buffered } from './buffered.js'
import type { Block, SocketSettings } from './io-protocol.js'
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

export class SocketReceiver {
  readonly #blocks: LineBlocks
  readonly #buffered: Buffered
  #socket: Socket | undefined
  #cutTimer: NodeJS.Timeout | undefined
  #restartTimer: NodeJS.Timeout | undefined
  #stopped = false

  constructor(readonly settings: SocketSettings, allowance: Allowance, readonly output: ReceiverOutput, pool?: BufferPool) {
    this.#blocks = new LineBlocks(settings.maxLineBytes, block => this.#close(block), pool)
    this.#blocks.mostRecords = allowance.block
    this.#buffered = new Buffered(settings.maxBufferedBytes, allowance)
    this.#connect()
  }

  /** Closes the current block; called each block interval, and when a batch takes what has come. */
  cut(): void {
    clearTimeout(this.#cutTimer)
    this.#cutTimer = undefined
    const block = this.#blocks.cut()
    if (block) this.#close(block)
  }

  release(bytes: number): void {
    this.#buffered.release(bytes)
    this.#readOn()
  }

  allow(taken: number, allowance: Allowance): void {
    this.#blocks.mostRecords = allowance.block
    this.#buffered.allow(taken, allowance)
    this.#readOn()
  }

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#restartTimer)
    this.#socket?.destroy()
    this.cut()
  }

  #connect(): void {
    const { host, port, silentAfterMs } = this.settings
    const onread = { buffer: () => this.#blocks.room(), callback: (length: number, room: Uint8Array): boolean => this.#read(socket, room, length) }
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
  #read(socket: Socket, room: Uint8Array, length: number): boolean {
    if (socket.bytesRead <= length) this.output.fact({ kind: 'steady' })
    const cutBefore = this.#blocks.cutLines
    this.#blocks.filled(room, length)
    if (this.#blocks.cutLines > cutBefore) this.output.fact({ kind: 'linesCut', lines: this.#blocks.cutLines })
    this.#scheduleCut()
    return !this.#overfull()
  }

  #scheduleCut(): void {
    if (this.#blocks.readyBytes > 0) this.#cutTimer ??= setTimeout(() => this.cut(), this.settings.blockIntervalMs)
  }

  #close(block: Block): void {
    this.#buffered.closed(block)
    this.output.block(block)
    if (block.lent === undefined) sharedBytesPassed(block.byteLength)
  }

  #overfull(): boolean { return this.#buffered.isFull(this.#blocks.readyBytes, this.#blocks.readyRecords) }

  #readOn(): void { if (!this.#overfull()) this.#socket?.resume() }

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
