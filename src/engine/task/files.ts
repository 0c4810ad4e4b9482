/**
 * Files as rows. A split is a byte range: it holds the lines that begin in it, so that neighbouring splits share no line and lose
 * none, wherever the border falls. A .gz file cannot be entered in the middle and is one split.
 */
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { SparkError } from '../../core/errors.js'
import { firstLineEnd, LineSplitter } from './lines.js'
import { deferred, ofArray, type Source } from './source.js'

const READ_BYTES = 256 * 1024

interface Range { readonly path: string; readonly start: number; readonly end: number; readonly maxLineBytes: number }

export const ofFileLines = (range: Range): Source => range.path.endsWith('.gz') ? ofGzipLines(range) : push => {
  const splitter = new LineSplitter(range.maxLineBytes, push)
  const chunk = Buffer.allocUnsafe(READ_BYTES)
  let at = -1
  let end = 0
  return () => named(range.path, () => withFile(range.path, fd => {
    if (at < 0) [at, end] = [lineBegin(fd, range.start), lineBegin(fd, range.end)]
    const read = at < end ? readSync(fd, chunk, 0, Math.min(READ_BYTES, end - at), at) : 0
    at += read
    splitter.write(chunk.subarray(0, read))
    if (read > 0 && at < end) return true
    finish(splitter, range)
    return false
  }))
}

const ofGzipLines = ({ path, start, maxLineBytes }: Range): Source => push => () => {
  if (start > 0) return false
  const bytes = named(path, () => gunzipSync(readFileSync(path)))
  const splitter = new LineSplitter(maxLineBytes, push)
  for (let at = 0; at < bytes.length; at += READ_BYTES) splitter.write(bytes.subarray(at, at + READ_BYTES))
  finish(splitter, { path, maxLineBytes })
  return false
}

/** Lines that lost their end are counted, and told once per split. */
function finish(splitter: LineSplitter, { path, maxLineBytes }: Pick<Range, 'path' | 'maxLineBytes'>): void {
  splitter.end()
  if (splitter.cutLines > 0) console.warn(`${path}: ${splitter.cutLines} lines were longer than spark.tspark.maxLineBytes (${maxLineBytes} bytes) and were cut there`)
}

/** One row, [path, text]. */
export const ofWholeFile = (path: string): Source => deferred(() => ofArray([[path, named(path, () => textOf(path))]]))

const textOf = (path: string): string => (path.endsWith('.gz') ? gunzipSync(readFileSync(path)) : readFileSync(path)).toString('utf8')

/** The bytes of a split's lines: from where its first line begins to where the next split's does. */
export const lineRange = ({ path, start, end }: Range): [start: number, end: number] =>
  named(path, () => withFile(path, fd => [lineBegin(fd, start), lineBegin(fd, end)]))

/** Fills `into` from that place as far as one read goes; 0 at the end of the file. */
export const readRange = (path: string, into: Buffer, position: number): number =>
  named(path, () => withFile(path, fd => readSync(fd, into, 0, into.length, position)))

/** Where the first line begins that begins at or after `position`. */
function lineBegin(fd: number, position: number): number {
  const size = fstatSync(fd).size
  if (position <= 0 || position >= size) return Math.max(0, Math.min(position, size))
  const chunk = Buffer.allocUnsafe(READ_BYTES)
  for (let at = position - 1; at < size;) {
    const bytes = chunk.subarray(0, readSync(fd, chunk, 0, READ_BYTES, at))
    const end = firstLineEnd(bytes)
    if (end >= 0) return at + end + (bytes[end] === 13 && byteAt(fd, at + end + 1) === 10 ? 2 : 1)
    if (bytes.length === 0) break
    at += bytes.length
  }
  return size
}

function byteAt(fd: number, position: number): number | undefined {
  const one = Buffer.allocUnsafe(1)
  return readSync(fd, one, 0, 1, position) === 1 ? one[0] : undefined
}

// Opened for each read of 256 KiB rather than kept: a task that stops early would leave it open.
function withFile<R>(path: string, use: (fd: number) => R): R {
  const fd = openSync(path, 'r')
  try { return use(fd) } finally { closeSync(fd) }
}

/** Node's own file errors, told with the path; whatever else passes as it is. */
function named<R>(path: string, run: () => R): R {
  try { return run() } catch (error) {
    const code = (error as { code?: unknown } | null)?.code
    if (typeof code !== 'string' || error instanceof SparkError) throw error
    throw new SparkError('FILE_UNREADABLE', { path, reason: (error as Error).message }, { cause: error })
  }
}
