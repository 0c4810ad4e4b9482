/**
 * Bytes → lines, as Java's readLine and Hadoop's line reader do it: a line ends at \n, \r\n or a lone \r; a byte-order mark is
 * kept, invalid UTF-8 becomes U+FFFD. Text is decoded in pieces that end at a line end, never line by line.
 *
 * `ofLines` reads a received block; `LineSplitter` takes bytes in chunks with borders anywhere, as files give them.
 */
import { isAscii } from 'node:buffer'
import { ofRuns, type Push, type Source } from './source.js'

const LF = 10, CR = 13

// Small enough to stay in the processor's cache between decoding and splitting.
const PIECE_BYTES = 64 * 1024

/** The lines of a block that ends at a line end or is the last of its stream. */
export const ofLines = (buffer: SharedArrayBuffer, byteLength: number): Source => ofRuns(run => {
  const bytes = Buffer.from(buffer, 0, byteLength)
  let at = 0
  return () => {
    const end = pieceEnd(bytes, at)
    const lines = linesOf(decode(bytes, at, end))
    run(lines, 0, lines.length)
    at = end
    return at < byteLength
  }
})

// Latin-1 is copied as it is, where UTF-8 is looked at character by character; to see that all is ASCII takes next to nothing.
const decode = (bytes: Buffer, start: number, end: number): string =>
  bytes.toString(isAscii(bytes.subarray(start, end)) ? 'latin1' : 'utf8', start, end)

/** The last \n within a piece, else the next one after it: cutting behind \n never parts \r\n. */
function pieceEnd(bytes: Buffer, at: number): number {
  if (bytes.length - at <= PIECE_BYTES) return bytes.length
  const last = bytes.lastIndexOf(LF, at + PIECE_BYTES - 1)
  const end = last >= at ? last : bytes.indexOf(LF, at + PIECE_BYTES)
  return end < 0 ? bytes.length : end + 1
}

/** Whole lines; what follows the last line end is a line, too. */
function linesOf(text: string): string[] {
  if (text.includes('\r')) return anyLinesOf(text)
  const lines: string[] = []
  let at = 0
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', at)) {
    lines.push(text.slice(at, end))
    at = end + 1
  }
  if (at < text.length) lines.push(text.slice(at))
  return lines
}

function anyLinesOf(text: string): string[] {
  const lines: string[] = []
  const ends = /\r\n|\r|\n/g
  let at = 0
  for (let match = ends.exec(text); match; match = ends.exec(text)) {
    lines.push(text.slice(at, match.index))
    at = ends.lastIndex
  }
  if (at < text.length) lines.push(text.slice(at))
  return lines
}

export class LineSplitter {
  /** Lines that were longer than maxLineBytes and lost their rest. */
  cutLines = 0
  #carry: Buffer[] = []
  #carried = 0
  #dropping = false
  #skipLf = false

  constructor(readonly maxLineBytes: number, readonly push: Push) {}

  /** Takes the next bytes; keeps none of `chunk` itself. */
  write(chunk: Buffer): void {
    const bytes = this.#unread(chunk)
    const end = lastLineEnd(bytes)
    if (end > 0) {
      this.#emit(Buffer.concat([...this.#carry, bytes.subarray(0, end)]))
      this.#carry = []
      this.#carried = 0
    }
    this.#keep(bytes.subarray(end))
  }

  /** No more bytes: what is left is the last line. */
  end(): void {
    if (this.#carried > 0) this.#emit(Buffer.concat(this.#carry))
    this.#carry = []
    this.#carried = 0
  }

  /** What of the chunk is not the rest of a line that was cut. */
  #unread(chunk: Buffer): Buffer {
    let bytes = chunk
    if (this.#dropping) {
      const end = firstLineEnd(bytes)
      if (end < 0) return bytes.subarray(bytes.length)
      this.#dropping = false
      this.#skipLf = bytes[end] === CR
      bytes = bytes.subarray(end + 1)
    }
    if (this.#skipLf && bytes.length > 0) {
      this.#skipLf = false
      if (bytes[0] === LF) bytes = bytes.subarray(1)
    }
    return bytes
  }

  #keep(rest: Buffer): void {
    if (rest.length === 0) return
    this.#carry.push(Buffer.from(rest))
    this.#carried += rest.length
    if (this.#carried <= this.maxLineBytes + 1) return // one more: it may be the \r that ends the line
    const all = Buffer.concat(this.#carry)
    const end = firstLineEnd(all)
    if (end >= 0 && end < all.length - 1) return // a lone \r far back: the next line end will tell
    this.#dropping = end < 0
    this.#emit(all)
    this.#carry = []
    this.#carried = 0
    this.#skipLf = end >= 0
  }

  #emit(bytes: Buffer): void {
    if (bytes.length <= this.maxLineBytes) return linesOf(decode(bytes, 0, bytes.length)).forEach(line => this.push(line))
    for (let at = 0; at < bytes.length;) {
      const found = firstLineEnd(bytes, at)
      const end = found < 0 ? bytes.length : found
      if (end - at > this.maxLineBytes) this.cutLines++
      this.push(bytes.toString('utf8', at, Math.min(end, at + this.maxLineBytes)))
      at = bytes[end] === CR && bytes[end + 1] === LF ? end + 2 : end + 1
    }
  }
}

/** Position of the first \n or \r at or after `from`; −1 if there is none. */
export function firstLineEnd(bytes: Buffer, from = 0): number {
  const lf = bytes.indexOf(LF, from)
  const cr = (lf < 0 ? bytes : bytes.subarray(0, lf)).indexOf(CR, from)
  return cr < 0 ? lf : cr
}

/** Just behind the last line end that is certain; a \r at the very end may be half of \r\n. 0 if there is none. */
function lastLineEnd(bytes: Buffer): number {
  const lf = bytes.lastIndexOf(LF)
  return lf >= 0 ? lf + 1 : bytes.length < 2 ? 0 : bytes.lastIndexOf(CR, bytes.length - 2) + 1
}
