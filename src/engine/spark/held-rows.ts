/** Rows as bytes on their way to and from the JVM: those the driver holds, and those that a job gave. */
import type { BlockRef } from '../../plan/rdd-plan.js'
import { inMemory } from '../task/row-codec.js'
import type { Part, RowBlock } from '../task/task.js'
import { HEADER_BYTES, readHeader } from './wire-format.js'

type Received = { readonly buffer: SharedArrayBuffer; readonly byteLength: number } | { readonly block: RowBlock }

/** What receivers and collections hold: text still to be cut into lines, or encoded rows. */
export function bytesOf({ data, records }: BlockRef): { rows: Buffer; records: number } {
  const held = data as Received
  if ('buffer' in held) return { rows: Buffer.from(held.buffer, 0, held.byteLength), records }
  return { rows: Buffer.concat(held.block.parts.map(bytesOfPart)), records }
}

function bytesOfPart({ in: place, start, end }: Part): Buffer {
  if (typeof place === 'string') throw new Error('what the driver gives to Spark is in memory')
  return Buffer.from(place, start, end - start)
}

/** A job's frames by the partition that they come from, in order. */
export function blocksByPartition(frames: readonly Uint8Array[]): Map<number, RowBlock> {
  const sorted = frames.map(frame => ({ frame, ...readHeader(Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength)) }))
    .sort((a, b) => a.partition - b.partition || a.sequence - b.sequence)
  const found = new Map<number, RowBlock>()
  for (const { frame, partition, records } of sorted) {
    const before = found.get(partition) ?? { parts: [], records: 0, classes: [] }
    found.set(partition, { ...before, parts: [...before.parts, inMemory(frame.subarray(HEADER_BYTES))], records: before.records + records })
  }
  return found
}
