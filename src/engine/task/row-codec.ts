/**
 * Rows ↔ bytes in memory that all threads share: shuffle buckets, persisted partitions, collections, results.
 *
 * Rows are cut into chunks. A chunk is a column in the narrowest form that fits (int32, float64, strings, pairs of two columns,
 * else tagged values; row-writer.ts) followed by one text that holds all its strings, so that a thousand words are written and
 * read by one native call each. Strings are lossless, lone surrogates included. Nothing here evaluates or calls what it reads.
 */
import { SparkError } from '../../core/errors.js'
import { ByteReader, ByteWriter } from './byte-writer.js'
import type { Part, RowBlock } from './task.js'
import { chunksOf } from './chunks.js'
import type { PairColumns } from './pair-columns.js'
import { readColumn, writeColumn } from './row-columns.js'
import type { NameClass, WriteContext } from './row-writer.js'
import { ofRuns, type Source } from './source.js'

export const CHUNK_ROWS = 4096
// Half of the longest string V8 can hold (536,870,888 characters): a chunk's text must fit in one.
const CHUNK_CHARS = 2 ** 28

/** Takes the bytes of whole chunks to where they stay. */
export type Keep = (bytes: Uint8Array) => Part

export type Rows = readonly unknown[] | PairColumns

/** One block per list of rows, all kept together. `operator` is named when a row cannot travel. */
export function encodeBlocks(lists: readonly Rows[], operator: string, nameClass: NameClass, keep: Keep = inMemory, chunkRows = CHUNK_ROWS): RowBlock[] {
  const out = new ByteWriter()
  const ends = lists.map(rows => encodeList(out, rows, operator, nameClass, chunkRows))
  const whole = keep(out.bytes.subarray(0, out.length))
  out.done()
  return ends.map(({ end, classes }, i) => ({ parts: within(whole, i === 0 ? 0 : ends[i - 1]!.end, end), records: lists[i]!.length, classes }))
}

export const encodeRows = (rows: readonly unknown[], operator: string, nameClass: NameClass): RowBlock => encodeBlocks([rows], operator, nameClass)[0]!

export function decodeRows({ parts }: RowBlock): unknown[] {
  const rows: unknown[] = []
  for (const part of parts) {
    const next = chunksOf(part)
    for (let chunk = next(); chunk; chunk = next()) {
      const column = readChunk(chunk)
      for (let i = 0; i < column.length; i++) rows.push(column[i])
    }
  }
  return rows
}

/** Chunk by chunk. */
export const ofBlocks = (blocks: readonly RowBlock[]): Source => ofParts(blocks.length === 1 ? blocks[0]!.parts : blocks.flatMap(({ parts }) => parts))

export const ofParts = (parts: readonly Part[]): Source => ofRuns(run => {
  let at = 0
  let next: (() => ByteReader | undefined) | undefined
  return () => {
    for (; at < parts.length; at++, next = undefined) {
      const chunk = (next ??= chunksOf(parts[at]!))()
      if (!chunk) continue
      const rows = readChunk(chunk)
      run(rows, 0, rows.length)
      return true
    }
    return false
  }
})

export function inMemory(bytes: Uint8Array): Part {
  const buffer = new SharedArrayBuffer(bytes.length)
  new Uint8Array(buffer).set(bytes)
  return { in: buffer, start: 0, end: bytes.length }
}

const within = (whole: Part, start: number, end: number): readonly Part[] => start === end ? [] : [{ in: whole.in, start: whole.start + start, end: whole.start + end }]

function encodeList(out: ByteWriter, rows: Rows, operator: string, nameClass: NameClass, chunkRows: number): { end: number; classes: readonly string[] } {
  const context: WriteContext = { out, texts: [], chars: 0, depth: 0, classes: new Set(), nameClass, operator }
  for (let at = 0; at < rows.length; at += chunkRows) writeChunk(context, rows.length <= chunkRows ? rows : rows.slice(at, at + chunkRows))
  return { end: out.length, classes: [...context.classes] }
}

/** First its length, and where in it the text begins: both from the chunk's own beginning, so that it may be moved. */
function writeChunk(context: WriteContext, rows: Rows): void {
  const { out } = context
  const start = out.length
  context.texts = []
  context.chars = 0
  out.u32(0)
  out.u32(0)
  writeColumn(context, rows, 0)
  if (context.chars > CHUNK_CHARS) return halves(context, rows, start)
  out.patch(start + 4, out.length - start)
  const text = context.texts.join('')
  const latin1 = !/[^\x00-\xff]/.test(text)
  out.u8(latin1 ? 1 : 2)
  out.u32(text.length)
  out.text(text, latin1 ? 'latin1' : 'utf16le')
  out.patch(start, out.length - start)
}

function halves(context: WriteContext, rows: Rows, start: number): void {
  if (rows.length === 1) throw new SparkError('ROW_UNSUPPORTED', { operator: context.operator, what: 'a row with more than 268 million characters' })
  context.out.length = start
  const middle = rows.length >> 1
  writeChunk(context, rows.slice(0, middle))
  writeChunk(context, rows.slice(middle, rows.length))
}

/** `reader` stands at the chunk's beginning. */
function readChunk(reader: ByteReader): ArrayLike<unknown> {
  const { bytes, at: start } = reader
  reader.at += 4
  const textReader = new ByteReader(bytes, start + reader.u32())
  const width = textReader.u8()
  const length = textReader.u32() * width
  const text = width === 1 ? bytes.toString('latin1', textReader.at, textReader.at + length) : bytes.toString('utf16le', textReader.at, textReader.at + length)
  return readColumn({ reader, text, at: 0 })
}
