/**
 * What a task reads, as the JVM brings it: frames of several sources and of their partitions, in whatever order they arrive. They are
 * kept, in memory first and then in a file, until all are there; only then is it known which rows come first.
 */
import { closeSync, openSync } from 'node:fs'
import { readWhole } from '../../../core/whole-io.js'
import { SpillFile } from '../../task/spill-file.js'
import type { Part, RowBlock } from '../../task/task.js'
import { HEADER_BYTES, readHeader, SIGN, type FrameHeader } from '../wire-format.js'
import type { WireReader } from './wire.js'

interface Kept extends FrameHeader { readonly part: Part }

// Small frames share one piece of memory.
const ARENA_BYTES = 1024 * 1024

export class Inbox {
  readonly #frames = new Map<number, Kept[]>()
  readonly #file: SpillFile
  #arena = new SharedArrayBuffer(0)
  #used = 0
  #left: number

  /** `path`: of the file for what does not fit into `memoryBytes`. */
  constructor(path: string, memoryBytes: number) {
    this.#file = new SpillFile(path)
    this.#left = memoryBytes
  }

  /** Takes frames until the sign that there are no more. */
  fill(reader: WireReader): void {
    for (let length = reader.int32(); length !== SIGN.endOfData; length = reader.int32()) if (length >= HEADER_BYTES) this.#take(reader, length)
  }

  /** Takes Java's strings, a line each, until the sign: they are the text of that source's partition. */
  fillText(reader: WireReader, source: number, partition: number): void {
    const text = new GrowingText()
    for (let length = reader.int32(); length !== SIGN.endOfData; length = reader.int32()) if (length >= 0) text.line(reader, length)
    this.#frames.set(source, [{ source, partition, sequence: 0, records: text.lines, part: { in: text.bytes.buffer, start: 0, end: text.length } }])
  }

  /** The rows of a source, of one of its partitions or of all, in their order. */
  rows(source: number, partition: number | 'all'): RowBlock {
    const frames = this.#of(source, partition)
    return { parts: frames.map(({ part }) => part), records: frames.reduce((sum, { records }) => sum + records, 0), classes: [] }
  }

  /** Received text: one frame. */
  text(source: number, partition: number): { buffer: SharedArrayBuffer; byteLength: number } {
    const [frame] = this.#of(source, partition)
    if (!frame) return { buffer: new SharedArrayBuffer(0), byteLength: 0 }
    const { part } = frame
    if (typeof part.in !== 'string' && part.start === 0) return { buffer: part.in as SharedArrayBuffer, byteLength: part.end }
    const buffer = new SharedArrayBuffer(part.end - part.start)
    new Uint8Array(buffer).set(this.bytes(part))
    return { buffer, byteLength: buffer.byteLength }
  }

  /** Everything, source by source, in order. */
  *all(): Iterable<FrameHeader & { readonly part: Part }> { for (const source of this.#frames.keys()) yield* this.#of(source, 'all') }

  bytes(part: Part): Uint8Array { return typeof part.in === 'string' ? fromFile(part.in, part) : new Uint8Array(part.in, part.start, part.end - part.start) }

  close(): void { this.#file.remove() }

  #of(source: number, partition: number | 'all'): Kept[] {
    const frames = this.#frames.get(source) ?? []
    return frames.filter(frame => partition === 'all' || frame.partition === partition).sort((a, b) => a.partition - b.partition || a.sequence - b.sequence)
  }

  #take(reader: WireReader, length: number): void {
    const header = readHeader(reader.bytes(HEADER_BYTES))
    const frames = this.#frames.get(header.source) ?? []
    this.#frames.set(header.source, frames)
    frames.push({ ...header, part: this.#keep(reader, length - HEADER_BYTES) })
  }

  #keep(reader: WireReader, length: number): Part {
    if (length > this.#left) return this.#file.append(reader.bytes(length))
    this.#left -= length
    const [start, bytes] = this.#room(length)
    reader.into(bytes)
    return { in: bytes.buffer, start, end: start + length }
  }

  #room(length: number): [start: number, bytes: Uint8Array<SharedArrayBuffer>] {
    if (this.#used + length > this.#arena.byteLength) {
      this.#arena = new SharedArrayBuffer(Math.max(ARENA_BYTES, length))
      this.#used = 0
    }
    const start = this.#used
    this.#used += length
    return [start, new Uint8Array(this.#arena, start, length)]
  }
}

class GrowingText {
  bytes = new Uint8Array(new SharedArrayBuffer(ARENA_BYTES))
  length = 0
  lines = 0

  line(reader: WireReader, length: number): void {
    if (this.length + length >= this.bytes.length) this.#grow(length)
    reader.into(this.bytes.subarray(this.length, this.length + length))
    this.length += length
    this.bytes[this.length++] = LF
    this.lines++
  }

  #grow(length: number): void {
    const grown = new Uint8Array(new SharedArrayBuffer(2 * (this.bytes.length + length)))
    grown.set(this.bytes.subarray(0, this.length))
    this.bytes = grown
  }
}

const LF = 10

function fromFile(path: string, { start, end }: Part): Uint8Array {
  const bytes = Buffer.allocUnsafeSlow(end - start)
  const fd = openSync(path, 'r')
  try { if (readWhole(fd, bytes, start) < bytes.length) throw new Error(`${path} has become shorter`) } finally { closeSync(fd) }
  return bytes
}
