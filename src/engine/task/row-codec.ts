/**
 * Rows ↔ bytes in memory that all threads share: shuffle buckets, persisted partitions, collections, results.
 *
 * Rows are cut into chunks. A chunk is a column in the narrowest form that fits (int32, float64, strings, pairs of two columns,
 * else tagged values; row-writer.ts) followed by one text that holds all its strings, so that a thousand words are written and
 * read by one native call each. Strings are lossless, lone surrogates included. Nothing here evaluates or calls what it reads.
 */
import { SparkError } from '../../core/errors.js'
import { ByteReader, ByteWriter } from './byte-writer.js'
import type { RowBlock } from './task.js'
import { readColumn, writeColumn } from './row-columns.js'
import type { NameClass, WriteContext } from './row-writer.js'
import type { Source } from './source.js'

const CHUNK_ROWS = 4096
// Half of the longest string V8 can hold (536,870,888 characters): a chunk's text must fit in one.
const CHUNK_CHARS = 2 ** 28

/** One block per list of rows, all in one shared buffer. `operator` is named when a row cannot travel. */
export function encodeBlocks(lists: readonly (readonly unknown[])[], operator: string, nameClass: NameClass): RowBlock[] {
  const out = new ByteWriter()
  const ends = lists.map(rows => encodeList(out, rows, operator, nameClass))
  const buffer = new SharedArrayBuffer(out.length)
  new Uint8Array(buffer).set(out.bytes.subarray(0, out.length))
  return ends.map(({ end, classes }, i) => ({ buffer, start: i === 0 ? 0 : ends[i - 1]!.end, end, records: lists[i]!.length, classes }))
}

export const encodeRows = (rows: readonly unknown[], operator: string, nameClass: NameClass): RowBlock => encodeBlocks([rows], operator, nameClass)[0]!

export function decodeRows(block: RowBlock): unknown[] {
  const rows: unknown[] = []
  const reader = readerOf(block)
  while (reader.at < block.end) for (const row of readChunk(reader)) rows.push(row)
  return rows
}

/** Chunk by chunk. */
export const ofBlocks = (blocks: readonly RowBlock[]): Source => push => {
  let at = 0
  let reader: ByteReader | undefined
  return () => {
    while (at < blocks.length && (reader ??= readerOf(blocks[at]!)).at >= blocks[at]!.end) {
      at++
      reader = undefined
    }
    if (!reader) return false
    const rows = readChunk(reader)
    for (let i = 0; i < rows.length; i++) push(rows[i])
    return true
  }
}

const readerOf = (block: RowBlock): ByteReader => new ByteReader(Buffer.from(block.buffer), block.start)

function encodeList(out: ByteWriter, rows: readonly unknown[], operator: string, nameClass: NameClass): { end: number; classes: readonly string[] } {
  const context: WriteContext = { out, texts: [], chars: 0, depth: 0, classes: new Set(), nameClass, operator }
  for (let at = 0; at < rows.length; at += CHUNK_ROWS) writeChunk(context, rows.length <= CHUNK_ROWS ? rows : rows.slice(at, at + CHUNK_ROWS))
  return { end: out.length, classes: [...context.classes] }
}

function writeChunk(context: WriteContext, rows: readonly unknown[]): void {
  const { out } = context
  const start = out.length
  context.texts = []
  context.chars = 0
  out.u32(0)
  writeColumn(context, rows, 0)
  if (context.chars > CHUNK_CHARS) return halves(context, rows, start)
  out.patch(start, out.length)
  const text = context.texts.join('')
  const latin1 = !/[^\x00-\xff]/.test(text)
  out.u8(latin1 ? 1 : 2)
  out.u32(text.length)
  out.text(text, latin1 ? 'latin1' : 'utf16le')
}

function halves(context: WriteContext, rows: readonly unknown[], start: number): void {
  if (rows.length === 1) throw new SparkError('ROW_UNSUPPORTED', { operator: context.operator, what: 'a row with more than 268 million characters' })
  context.out.length = start
  const middle = rows.length >> 1
  writeChunk(context, rows.slice(0, middle))
  writeChunk(context, rows.slice(middle))
}

function readChunk(reader: ByteReader): unknown[] {
  const { bytes } = reader
  const textReader = new ByteReader(bytes, reader.u32())
  const width = textReader.u8()
  const length = textReader.u32() * width
  const text = width === 1 ? bytes.toString('latin1', textReader.at, textReader.at + length) : bytes.toString('utf16le', textReader.at, textReader.at + length)
  const rows = readColumn({ reader, text, at: 0 })
  reader.at = textReader.at + length
  return rows
}
