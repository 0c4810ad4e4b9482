/**
 * Rows as object files: saveAsObjectFile and sc.objectFile. A part is a mark, then chunks: four bytes of length (big-endian) and
 * that many bytes in V8's structured-clone form, which keeps Maps, Sets, Dates, bigints and typed arrays and runs nothing when
 * it is read. It would turn class instances into plain objects without a word, so those are refused.
 */
import { closeSync, fstatSync, openSync } from 'node:fs'
import { deserialize, serialize } from 'node:v8'
import { SparkError } from '../core/errors.js'
import { readWhole, writeWhole } from '../core/whole-io.js'

const MARK = 'tspark object 1\n'
const CHUNK_ROWS = 512

/** Writes to an open file and gives the number of rows. Runs in the executors. */
export function writeObjects(file: number, rows: Iterable<unknown>): number {
  let count = 0
  let chunk: unknown[] = []
  writeWhole(file, Buffer.from(MARK))
  for (const row of rows) {
    check(row)
    count++
    if (chunk.push(row) < CHUNK_ROWS) continue
    writeChunk(file, chunk)
    chunk = []
  }
  if (chunk.length > 0) writeChunk(file, chunk)
  return count
}

/** The rows of one part, chunk by chunk. Runs in the executors. */
export function* readObjects(path: string): Iterable<unknown> {
  const file = openSync(path, 'r')
  try {
    const { size } = fstatSync(file)
    if (size > 0 && read(file, 0, MARK.length, size, path).toString('latin1') !== MARK) throw damaged(path, 'it does not begin as one')
    for (let at = MARK.length; at < size;) {
      const length = read(file, at, 4, size, path).readUInt32BE()
      yield* deserialize(read(file, at + 4, length, size, path)) as unknown[]
      at += 4 + length
    }
  } finally { closeSync(file) }
}

function writeChunk(file: number, rows: readonly unknown[]): void {
  const bytes = serialize(rows)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  writeWhole(file, Buffer.concat([length, bytes]))
}

function read(file: number, position: number, length: number, size: number, path: string): Buffer {
  if (position + length > size) throw damaged(path, 'it ends too early')
  const bytes = Buffer.alloc(length)
  if (readWhole(file, bytes, position) < length) throw damaged(path, 'it ends too early')
  return bytes
}

const damaged = (path: string, reason: string): SparkError => new SparkError('FILE_UNREADABLE', { path, reason: `no object file: ${reason}` })

/** What in a row structured cloning would lose or flatten without a word, as text; undefined: nothing. Recursion is as deep as the row. */
export function obstacleIn(value: unknown): string | undefined {
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`
  if (typeof value !== 'object' || value === null) return undefined
  if (Array.isArray(value) || value instanceof Set) return firstObstacle(value)
  if (value instanceof Map) return firstObstacle([...value].flat())
  if (value instanceof Date || value instanceof RegExp || value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return undefined
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return `an instance of ${value.constructor.name}`
  return firstObstacle(Object.values(value))
}

function firstObstacle(values: Iterable<unknown>): string | undefined {
  for (const value of values) {
    const obstacle = obstacleIn(value)
    if (obstacle !== undefined) return obstacle
  }
  return undefined
}

function check(row: unknown): void {
  const what = obstacleIn(row)
  if (what !== undefined) throw new SparkError('ROW_UNSUPPORTED', { operator: 'saveAsObjectFile', what })
}
