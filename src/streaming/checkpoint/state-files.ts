/**
 * Rows on disk, a file for each partition: written where the partitions are, by an ordinary job, and read back by an ordinary RDD.
 *
 * A file is a mark, then chunks: length, CRC-32, and that many bytes in V8's structured-clone form, in which there are no classes
 * and nothing runs when it is read. Rows that this form would change without a word (class instances, functions) are refused: the
 * answer says what they hold. Functions here run in the executors; times and names of files come from the driver.
 */
import { randomBytes } from 'node:crypto'
import { closeSync, fstatSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import { crc32 } from 'node:zlib'
import { SparkError } from '../../core/errors.js'
import { readWhole, writeWhole } from '../../core/whole-io.js'
import { fnRef } from '../../plan/fn-ref.js'
import type { Action } from '../../plan/job.js'
import { hashPartitioner } from '../../plan/partitioner.js'
import { makeNode, type CollectionNode, type NarrowNode, type RddNode } from '../../plan/rdd-plan.js'
import { obstacleIn } from '../../sinks/object-files.js'
import type { StreamNode } from '../../plan/stream-plan.js'
import type { Part } from './checkpoint.js'

/** What became of a partition: its file, or why there is none. `refused`: rows that cannot be kept; `failed`: the disk. */
export type PartResult = Part | { readonly refused: string } | { readonly failed: string }

const MARK = 'tspark rows 1\n'
const CHUNK_ROWS = 512
// Length and sum.
const HEAD_BYTES = 8

export const partName = (partition: number): string => `part-${String(partition).padStart(5, '0')}`

/** Writes each partition into `directory`, which is there. */
export const writeParts = (directory: string, operator: string): Action => ({ kind: 'apply', f: fnRef(partWriter(directory), operator) })

const partWriter = (directory: string) => (rows: Iterable<unknown>, partition: number): PartResult => writePart(directory, rows, partition)

/** An attempt that failed, or that another has overtaken, leaves nothing under the final name. */
export function writePart(directory: string, rows: Iterable<unknown>, partition: number): PartResult {
  const attempt = join(directory, `.${partName(partition)}.${randomBytes(4).toString('hex')}`)
  try {
    const part = writeFileOf(attempt, rows)
    if ('bytes' in part) renameSync(attempt, join(directory, partName(partition)))
    else rmSync(attempt, { force: true })
    return part
  } catch (error) {
    rmSync(attempt, { force: true })
    if ((error as NodeJS.ErrnoException)?.syscall === undefined) throw error // the rows' own
    return { failed: (error as Error).message }
  }
}

function writeFileOf(path: string, rows: Iterable<unknown>): PartResult {
  const file = openSync(path, 'wx', 0o600)
  const written = { bytes: 0, crc: 0 }
  try {
    append(file, Buffer.from(MARK), written)
    for (const chunk of chunksOf(rows)) {
      const refused = chunk.map(obstacleIn).find(what => what !== undefined)
      if (refused !== undefined) return { refused }
      appendChunk(file, chunk, written)
    }
    fsyncSync(file)
  } finally { closeSync(file) }
  return written
}

function* chunksOf(rows: Iterable<unknown>): Iterable<unknown[]> {
  let chunk: unknown[] = []
  for (const row of rows) {
    if (chunk.push(row) < CHUNK_ROWS) continue
    yield chunk
    chunk = []
  }
  if (chunk.length > 0) yield chunk
}

function appendChunk(file: number, rows: readonly unknown[], written: { bytes: number; crc: number }): void {
  const bytes = serialize(rows)
  const head = Buffer.alloc(HEAD_BYTES)
  head.writeUInt32BE(bytes.length)
  head.writeUInt32BE(crc32(bytes), 4)
  append(file, head, written)
  append(file, bytes, written)
}

function append(file: number, bytes: Buffer, written: { bytes: number; crc: number }): void {
  writeWhole(file, bytes)
  written.bytes += bytes.length
  written.crc = crc32(bytes, written.crc)
}

/** The rows of files, one partition each, as an RDD; `hashed` ones keep their partitioner, so that nothing of them is shuffled. */
export function savedRdd(paths: readonly string[], hashed: boolean, { operator, site }: StreamNode): RddNode {
  const numPartitions = paths.length
  const files = makeNode<CollectionNode>({ kind: 'collection', slices: paths.map(path => [path]), numPartitions, partitioner: undefined, operator, site })
  const partitioner = hashed ? hashPartitioner(numPartitions) : undefined
  return makeNode<NarrowNode>({ kind: 'narrow', parent: files, op: 'mapPartitions', f: fnRef(readParts, operator, site), numPartitions, partitioner, operator, site })
}

export function* readParts(paths: Iterable<string>): Iterable<unknown> {
  for (const path of paths) yield* readPart(path)
}

function* readPart(path: string): Iterable<unknown> {
  const file = open(path)
  try {
    const { size } = fstatSync(file)
    if (size < MARK.length || read(file, 0, MARK.length, path).toString('latin1') !== MARK) throw damaged(path, 'it does not begin as rows of a checkpoint')
    for (let at = MARK.length; at < size;) {
      if (at + HEAD_BYTES > size) throw damaged(path, 'it ends too early')
      const head = read(file, at, HEAD_BYTES, path)
      at += HEAD_BYTES + head.readUInt32BE()
      if (at > size) throw damaged(path, 'it ends too early')
      const chunk = read(file, at - head.readUInt32BE(), head.readUInt32BE(), path)
      if (crc32(chunk) !== head.readUInt32BE(4)) throw damaged(path, 'a check sum is wrong')
      yield* deserialize(chunk) as unknown[]
    }
  } finally { closeSync(file) }
}

function open(path: string): number {
  try { return openSync(path, 'r') } catch (error) { throw damaged(path, (error as Error).message) }
}

function read(file: number, position: number, length: number, path: string): Buffer {
  const bytes = Buffer.alloc(length)
  if (readWhole(file, bytes, position) < length) throw damaged(path, 'it ends too early')
  return bytes
}

const damaged = (path: string, reason: string): SparkError => new SparkError('FILE_UNREADABLE', { path, reason })
