/**
 * Received bytes, gathered into blocks of whole lines.
 *
 * Takes chunks cut anywhere; gives blocks that end at a line end, with the number of their lines. A line ends at \n, \r\n or a
 * lone \r, as for Java's readLine: a \r ends its line at once, and a \n that follows, perhaps in a later chunk, is swallowed, so
 * that no line waits for the next one. An unfinished line waits for the rest of it. A line over `maxLineBytes` is cut there,
 * between characters, and the rest of it dropped. Bytes are neither decoded nor split here: that is the task's work.
 */
import type { Block } from './io-protocol.js'

const LF = 10
const CR = 13
const FIRST_BYTES = 64 * 1024
// A block is closed early at this size, so that one second of a fast sender is several tasks.
const FULL_BYTES = 8 * 1024 * 1024

export class LineBlocks {
  #bytes = new Uint8Array(new SharedArrayBuffer(FIRST_BYTES))
  #end = 0
  #lineStart = 0
  #records = 0
  /** The last line ended in a \r that is no longer in #bytes: a \n now belongs to it. */
  #afterCr = false
  #dropping = false
  #cutLines = 0

  constructor(readonly maxLineBytes: number) {}

  /** Bytes of complete lines that wait to be closed into a block. */
  get readyBytes(): number { return this.#lineStart }
  /** Bytes of the line that has not ended yet. */
  get tailBytes(): number { return this.#end - this.#lineStart }
  get full(): boolean { return this.#lineStart >= FULL_BYTES }
  get cutLines(): number { return this.#cutLines }

  add(chunk: Uint8Array): void {
    let from = 0
    while (from < chunk.length) from = this.#dropping ? this.#drop(chunk, from) : this.#take(chunk, from)
  }

  /** The stream is over: what has come of the last line is a line. */
  endLine(): void {
    if (this.tailBytes > 0) this.#endLineHere()
    this.#restart()
  }

  /** The stream broke off: what has come of the last line is nobody's. Gives its bytes. */
  dropLine(): number {
    const dropped = this.tailBytes
    this.#end = this.#lineStart
    this.#restart()
    return dropped
  }

  /** Closes the block: all whole lines since the last one, or undefined where there are none. */
  cut(): Block | undefined {
    if (this.#lineStart === 0) return undefined
    const whole = this.#bytes
    const block = { buffer: trimmed(whole, this.#lineStart), byteLength: this.#lineStart, records: this.#records }
    const tail = whole.subarray(this.#lineStart, this.#end)
    this.#afterCr = this.#endsWithCr()
    this.#bytes = new Uint8Array(new SharedArrayBuffer(Math.max(FIRST_BYTES, 2 * tail.length)))
    this.#bytes.set(tail)
    this.#end = tail.length
    this.#lineStart = this.#records = 0
    return block
  }

  #endsWithCr(): boolean { return this.#end > 0 && this.#bytes[this.#end - 1] === CR }

  /** Takes what fits of the current line and all lines after it; stops where a line grows too long. */
  #take(chunk: Uint8Array, from: number): number {
    if (this.#afterCr) {
      this.#afterCr = false
      if (chunk[from] === LF) return from + 1
    }
    const limit = Math.min(chunk.length, from + this.maxLineBytes - this.tailBytes + 1)
    const at = this.#end
    this.#append(chunk, from, limit)
    this.#countLines(at)
    if (this.tailBytes > this.maxLineBytes) this.#cutLine()
    return limit
  }

  /** Counts line ends from `at`. A \n after a \r ends no second line. */
  #countLines(at: number): void {
    const bytes = this.#bytes
    const end = this.#end
    let records = 0
    let lineStart = this.#lineStart
    for (let i = at; i < end; i++) {
      const byte = bytes[i]!
      if (byte > CR) continue
      if (byte === LF) {
        if (i === 0 || bytes[i - 1] !== CR) records++
        lineStart = i + 1
      } else if (byte === CR) {
        records++
        lineStart = i + 1
      }
    }
    this.#records += records
    this.#lineStart = lineStart
  }

  #cutLine(): void {
    this.#end = this.#lineStart + characterStart(this.#bytes.subarray(this.#lineStart, this.#lineStart + this.maxLineBytes + 1))
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
    this.#append(LINE_END, 0, 1)
    this.#records++
    this.#lineStart = this.#end
  }

  /** A new stream begins: its first byte belongs to nothing before. */
  #restart(): void {
    this.#afterCr = this.#dropping = false
    if (this.#endsWithCr()) this.#append(LINE_END, 0, 1)
    this.#lineStart = this.#end
  }

  #append(chunk: Uint8Array, from: number, to: number): void {
    this.#reserve(this.#end + to - from)
    this.#bytes.set(chunk.subarray(from, to), this.#end)
    this.#end += to - from
  }

  #reserve(needed: number): void {
    if (needed <= this.#bytes.length) return
    const mostBytes = this.maxLineBytes + FULL_BYTES
    const doubledBytes = 2 * this.#bytes.length
    // The last doubling goes to the full size at once: another copy of a line that long is worth avoiding.
    const larger = new Uint8Array(new SharedArrayBuffer(Math.max(needed, 2 * doubledBytes > mostBytes ? mostBytes : doubledBytes)))
    larger.set(this.#bytes.subarray(0, this.#end))
    this.#bytes = larger
  }
}

const LINE_END = Uint8Array.of(LF)

/** The buffer itself where it is well used, else a copy of its size: a block of one line must not hold 64 KiB. */
const trimmed = (bytes: Uint8Array<SharedArrayBuffer>, length: number): SharedArrayBuffer =>
  2 * length > bytes.length ? bytes.buffer : bytes.buffer.slice(0, length)

/** Where the character begins that the last byte belongs to; at most the last byte's own place. */
function characterStart(bytes: Uint8Array): number {
  let at = bytes.length - 1
  for (let back = 0; back < 3 && at > 0 && (bytes[at]! & 0xc0) === 0x80; back++) at--
  return at
}
