/**
 * Received bytes, gathered into blocks of whole lines.
 *
 * Takes chunks cut anywhere; gives blocks that end at a line end, with the number of their lines. A line ends at \n, \r\n or a
 * lone \r, as for Java's readLine: a \r ends its line at once, and a \n that follows, perhaps in a later chunk, is swallowed, so
 * that no line waits for the next one. An unfinished line waits for the rest of it. A line over `maxLineBytes` is cut there,
 * between characters, and the rest of it dropped. Bytes are neither decoded nor split here: that is the task's work.
 *
 * A socket reads straight into the block: room() says where, filled() what has come. Bytes are copied once more only where a line
 * might grow too long by them, and in small blocks.
 */
import { BufferPool } from './buffer-pool.js'
import type { Block } from './io-protocol.js'
import { LineBuffer } from './line-buffer.js'
import { countLines } from './line-count.js'

const LF = 10
const CR = 13
// What one read gives at most. Larger reads are no faster (loopback, Node 20).
const READ_BYTES = 256 * 1024
// A block is closed early at this size, so that one second of a fast sender is several tasks.
const FULL_BYTES = 4 * 1024 * 1024

// Beside a block that is nearly full there is room for the beginning of a line and one more read.
export const lineBufferPool = (): BufferPool => new BufferPool(FULL_BYTES + 2 * READ_BYTES)

export class LineBlocks {
  /** A block is closed at that many lines. */
  mostRecords = Infinity
  readonly #held: LineBuffer
  readonly #beside = new Uint8Array(READ_BYTES)
  #records = 0
  /** The last line ended in a \r that has left with its block: a \n now belongs to it. */
  #afterCr = false
  #dropping = false
  #cutLines = 0

  /** `closed` is given the blocks that are full, or have as many lines as they may. */
  constructor(readonly maxLineBytes: number, readonly closed: (block: Block) => void = () => {}, pool = lineBufferPool()) {
    this.#held = new LineBuffer(pool)
  }

  /** Complete lines that wait to be closed into a block, and their bytes. */
  get readyRecords(): number { return this.#records }
  get readyBytes(): number { return this.#held.lineStart - this.#held.start }
  /** Bytes of the line that has not ended yet. */
  get tailBytes(): number { return this.#held.end - this.#held.lineStart }
  get cutLines(): number { return this.#cutLines }

  /** Where the next bytes may be written: into the block, unless they might make a line too long. */
  room(): Uint8Array {
    if (this.#dropping || this.#afterCr || this.maxLineBytes - this.tailBytes < READ_BYTES) return this.#beside
    const { end } = this.#reserved(READ_BYTES)
    return this.#held.memory.bytes.subarray(end, end + READ_BYTES)
  }

  /** Bytes have been written to that room. The block may have been closed since it was given: then they are taken from it. */
  filled(room: Uint8Array, length: number): void {
    const { memory: { bytes }, end } = this.#held
    if (room.buffer !== bytes.buffer || room.byteOffset !== end || this.#afterCr || this.#dropping) return this.add(room.subarray(0, length))
    this.#held.end += length
    this.#scan()
    this.#closeFull()
  }

  add(chunk: Uint8Array): void {
    let from = 0
    while (from < chunk.length) from = this.#dropping ? this.#drop(chunk, from) : this.#take(chunk, from)
    this.#closeFull()
  }

  /** The stream is over: what has come of the last line is a line. */
  endLine(): void {
    if (this.tailBytes > 0) this.#endLineHere()
    this.#restart()
  }

  /** The stream broke off: what has come of the last line is nobody's. Gives its bytes. */
  dropLine(): number {
    const dropped = this.tailBytes
    this.#held.end = this.#held.lineStart
    this.#restart()
    return dropped
  }

  /** Closes the block: all whole lines since the last one, or undefined where there are none. */
  cut(): Block | undefined { return this.#cut(false) }

  /** A buffer is given away only when bytes have just come, for then a new room is asked for next: a room given before may still be written to. */
  #cut(handOver: boolean): Block | undefined {
    const { readyBytes: byteLength, readyRecords: records } = this
    if (byteLength === 0) return undefined
    this.#afterCr = this.tailBytes === 0 && this.#endsWithCr()
    this.#records = 0
    return { ...this.#held.takeLines(handOver), byteLength, records }
  }

  #endsWithCr(): boolean { return this.#held.end > this.#held.start && this.#held.memory.bytes[this.#held.end - 1] === CR }

  #reserved(bytes: number): LineBuffer {
    this.#held.reserve(bytes, this.maxLineBytes + FULL_BYTES)
    return this.#held
  }

  /** Takes what fits of the current line and all lines after it; stops where a line grows too long. */
  #take(chunk: Uint8Array, from: number): number {
    if (this.#afterCr) {
      this.#afterCr = false
      if (chunk[from] === LF) return from + 1
    }
    const limit = Math.min(chunk.length, from + this.maxLineBytes - this.tailBytes + 1)
    this.#reserved(limit - from).append(chunk, from, limit)
    this.#scan()
    if (this.tailBytes > this.maxLineBytes) this.#cutLine()
    return limit
  }

  /** Counts the lines of what has come, and closes the block as often as it has as many as it may. */
  #scan(): void {
    const held = this.#held
    while (held.scanned < held.end) {
      const { records, lineStart, scanned } = countLines(held.memory, held.start, held.scanned, held.end, this.mostRecords - this.#records)
      this.#records += records
      held.scanned = scanned
      if (lineStart >= 0) held.lineStart = lineStart
      if (this.#records >= this.mostRecords) this.closed(this.#cut(true)!)
    }
  }

  #closeFull(): void { if (this.readyBytes >= FULL_BYTES) this.closed(this.#cut(true)!) }

  #cutLine(): void {
    const held = this.#held
    held.end = held.lineStart + characterStart(held.memory.bytes.subarray(held.lineStart, held.lineStart + this.maxLineBytes + 1))
    this.#endLineHere()
    this.#cutLines++
    this.#dropping = true
  }

  #drop(chunk: Uint8Array, from: number): number {
    for (let i = from; i < chunk.length; i++) {
      if (chunk[i] !== LF && chunk[i] !== CR) continue
      this.#dropping = false
      this.#afterCr = chunk[i] === CR
      return i + 1
    }
    return chunk.length
  }

  #endLineHere(): void {
    this.#held.append(LINE_END, 0, 1)
    this.#records++
    this.#held.lineStart = this.#held.scanned = this.#held.end
  }

  /** A new stream begins: its first byte belongs to nothing before. */
  #restart(): void {
    this.#afterCr = this.#dropping = false
    if (this.#endsWithCr()) this.#held.append(LINE_END, 0, 1)
    this.#held.lineStart = this.#held.scanned = this.#held.end
  }
}

const LINE_END = Uint8Array.of(LF)

/** Where the character begins that the last byte belongs to; at most the last byte's own place. */
function characterStart(bytes: Uint8Array): number {
  let at = bytes.length - 1
  for (let back = 0; back < 3 && at > 0 && (bytes[at]! & 0xc0) === 0x80; back++) at--
  return at
}
