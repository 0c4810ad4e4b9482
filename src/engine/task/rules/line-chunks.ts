/**
 * Bytes of a leaf, in chunks that end at a line end (or where the leaf ends): received blocks as they lie in memory, files read
 * into one buffer that is used again. The same lines as lines.ts and files.ts give; a line that is longer than allowed is theirs.
 */
import { lineRange, readRange } from '../files.js'
import type { Piece } from '../task.js'
import { unruled } from './unruled.js'

export type LinesPiece = Extract<Piece, { kind: 'lines' | 'fileLines' }>

/** The same bytes twice: `view` reads four at once. */
export interface Bytes { readonly bytes: Buffer; readonly view: DataView }
/** From `from` to `to`, until the next chunk is asked for. */
export class Chunk implements Bytes {
  #text: string | undefined
  constructor(readonly bytes: Buffer, readonly view: DataView, readonly from: number, readonly to: number) {}

  /** The bytes as characters, for searching: V8 searches strings faster than Node does buffers. Place 0 is `from`. */
  get text(): string { return this.#text ??= this.bytes.toString('latin1', this.from, this.to) }
}
export type Chunks = () => Chunk | undefined

const LF = 10, CR = 13
// The processor's second cache holds it beside a table of words.
const CHUNK_BYTES = 256 * 1024
// A limit below that is for tests of the limit.
export const LEAST_MAX_LINE_BYTES = 1024 * 1024

/** One leaf after another. */
export function chunksOf(pieces: readonly LinesPiece[], chunkBytes = CHUNK_BYTES): Chunks {
  let at = 0
  let next: Chunks | undefined
  return () => {
    for (; at < pieces.length; at++, next = undefined) {
      const chunk = (next ??= ofPiece(pieces[at]!, chunkBytes))()
      if (chunk) return chunk
    }
    return undefined
  }
}

const ofPiece = (piece: LinesPiece, chunkBytes: number): Chunks => piece.kind === 'lines' ? ofBlock(piece, chunkBytes) : ofFile(piece, chunkBytes)

function ofBlock({ buffer, byteLength }: LinesPiece & { kind: 'lines' }, chunkBytes: number): Chunks {
  const bytes = Buffer.from(buffer, 0, byteLength)
  const view = new DataView(buffer)
  let at = 0
  return () => {
    const from = at
    at = chunkEnd(bytes, from, chunkBytes)
    return from < at ? new Chunk(bytes, view, from, at) : undefined
  }
}

/** Behind the last \n within a chunk's length, else behind the next one: that never parts \r\n. */
function chunkEnd(bytes: Buffer, from: number, chunkBytes: number): number {
  if (bytes.length - from <= chunkBytes) return bytes.length
  const last = bytes.lastIndexOf(LF, from + chunkBytes - 1)
  const end = last >= from ? last : bytes.indexOf(LF, from + chunkBytes)
  return end < 0 ? bytes.length : end + 1
}

function ofFile(piece: LinesPiece & { kind: 'fileLines' }, chunkBytes: number): Chunks {
  let buffer: Buffer = Buffer.allocUnsafeSlow(chunkBytes)
  let [at, end] = [-1, 0]
  /** Of the buffer: what was given last, and what is filled. */
  let [given, filled] = [0, 0]
  return () => {
    if (at < 0) [at, end] = lineRange(piece)
    buffer.copyWithin(0, given, filled)
    filled -= given
    given = 0
    while (at < end) {
      if (filled === buffer.length) buffer = longer(buffer, piece.maxLineBytes)
      const read = readRange(piece.path, buffer.subarray(filled, Math.min(buffer.length, filled + end - at)), at)
      if (read === 0) end = at
      at += read
      filled += read
      given = at < end ? certainEnd(buffer, filled) : filled
      if (given > 0) return chunkOf(buffer, given)
    }
    given = filled
    return filled > 0 ? chunkOf(buffer, filled) : undefined
  }
}

const chunkOf = (bytes: Buffer, to: number): Chunk => new Chunk(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, to)

function longer(buffer: Buffer, maxLineBytes: number): Buffer {
  if (2 * buffer.length > maxLineBytes) unruled('a line is too long')
  return Buffer.concat([buffer], 2 * buffer.length)
}

/** Behind the last line end that is certain; a \r at the very end may be half of \r\n. 0 if there is none. */
function certainEnd(buffer: Buffer, filled: number): number {
  const lf = buffer.lastIndexOf(LF, filled - 1)
  return lf >= 0 ? lf + 1 : filled < 2 ? 0 : buffer.lastIndexOf(CR, filled - 2) + 1
}
