/**
 * The chunks of a part, one after another, wherever its bytes are: in shared memory, or in a file that is read window by window.
 * A chunk begins with its length (row-codec.ts).
 *
 * A file is opened for each window rather than kept open: a task that stops early would leave it open, and a merge reads many.
 */
import { closeSync, openSync } from 'node:fs'
import { SparkError } from '../../core/errors.js'
import { readWhole } from '../../core/whole-io.js'
import { ByteReader } from './byte-writer.js'
import type { Part } from './task.js'

// A merge holds one window per run; a chunk of a run is made to fit (runs.ts).
const WINDOW_BYTES = 64 * 1024
const LENGTH_BYTES = 4

/** Each call gives a reader at the beginning of the next chunk; what it gave before may be overwritten. */
export const chunksOf = (part: Part): (() => ByteReader | undefined) => typeof part.in === 'string' ? inFile(part.in, part) : inMemory(part.in, part)

function inMemory(buffer: SharedArrayBuffer, { start, end }: Part): () => ByteReader | undefined {
  const bytes = Buffer.from(buffer)
  let at = start
  return () => {
    if (at >= end) return undefined
    const reader = new ByteReader(bytes, at)
    at += bytes.readUInt32LE(at)
    return reader
  }
}

function inFile(path: string, { start, end }: Part): () => ByteReader | undefined {
  let window = Buffer.alloc(0)
  let windowStart = start
  let windowEnd = start
  let at = start
  /** Makes the next `size` bytes stand in the window. */
  const reach = (size: number): void => {
    if (at + size <= windowEnd) return
    const wanted = Math.min(end - at, Math.max(size, WINDOW_BYTES))
    if (wanted > window.length) window = Buffer.allocUnsafeSlow(wanted)
    windowStart = at
    windowEnd = at + readAt(path, window.subarray(0, wanted), at)
    if (at + size > windowEnd) throw new SparkError('SPILL_LOST', { path, reason: `it ends at byte ${windowEnd}` })
  }
  return () => {
    if (at >= end) return undefined
    reach(LENGTH_BYTES)
    const length = window.readUInt32LE(at - windowStart)
    reach(length)
    const reader = new ByteReader(window, at - windowStart)
    at += length
    return reader
  }
}

function readAt(path: string, into: Buffer, position: number): number {
  try {
    const fd = openSync(path, 'r')
    try { return readWhole(fd, into, position) } finally { closeSync(fd) }
  } catch (error) { throw new SparkError('SPILL_LOST', { path, reason: (error as Error).message }, { cause: error }) }
}
