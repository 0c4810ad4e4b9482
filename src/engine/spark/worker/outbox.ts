/**
 * What a task gives, as frames for the JVM: rows of its own partition, or, where Spark exchanges them, each frame behind the number of the
 * partition it goes to. A frame is a few megabytes of whole chunks, so that nobody on the way has to hold more at once.
 */
import { chunksOf } from '../../task/chunks.js'
import type { Part, RowBlock } from '../../task/task.js'
import { HEADER_BYTES, headerBytes } from '../wire-format.js'
import type { WireWriter } from './wire.js'

const FRAME_BYTES = 4 * 1024 * 1024

export class Outbox {
  #sequence = 0

  /** `source` and `partition`: what the frames are marked with. */
  constructor(readonly writer: WireWriter, readonly source: number, readonly partition: number) {}

  /** Rows that stay in this partition. */
  rows(block: RowBlock): void { for (const frame of framesOf(block)) this.#frame(frame, block.records) }

  /** A block per partition. */
  exchanged(blocks: readonly RowBlock[]): void {
    blocks.forEach((block, bucket) => {
      for (const frame of framesOf(block)) this.to(bucket, frame, block.records)
    })
  }

  /** A frame for that partition. */
  to(bucket: number, chunks: Uint8Array, records: number): void {
    this.writer.int32(8)
    this.writer.int64(bucket)
    this.#frame(chunks, records)
  }

  #frame(chunks: Uint8Array, records: number): void {
    this.writer.int32(HEADER_BYTES + chunks.length)
    this.writer.bytes(headerBytes({ source: this.source, partition: this.partition, sequence: this.#sequence++, records }))
    this.writer.bytes(chunks)
  }
}

/** Whole chunks, together no longer than a frame, unless one alone is. */
function* framesOf({ parts }: RowBlock): Iterable<Uint8Array> {
  for (const part of parts) {
    if (typeof part.in !== 'string' && part.end - part.start <= FRAME_BYTES) yield new Uint8Array(part.in, part.start, part.end - part.start)
    else yield* inPieces(part)
  }
}

function* inPieces(part: Part): Iterable<Uint8Array> {
  let waiting: Buffer[] = []
  let bytes = 0
  const next = chunksOf(part)
  for (let chunk = next(); chunk; chunk = next()) {
    const length = chunk.bytes.readUInt32LE(chunk.at)
    if (bytes > 0 && bytes + length > FRAME_BYTES) {
      yield Buffer.concat(waiting)
      waiting = []
      bytes = 0
    }
    waiting.push(Buffer.from(chunk.bytes.subarray(chunk.at, chunk.at + length))) // a copy: the next chunk may overwrite it
    bytes += length
  }
  if (bytes > 0) yield Buffer.concat(waiting)
}
