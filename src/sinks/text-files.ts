/**
 * Rows as text files: saveAsTextFile and saveAsTextFiles.
 *
 * A directory per RDD with part-00000, part-00001, … (a row per line, in the form that core/format gives it) and _SUCCESS. The
 * parts are written where the partitions are, into a temporary directory beside the final one, which takes its name when all
 * are there: nobody ever sees half an output. Each attempt of a task writes a file of its own and renames it, so that a task run
 * twice leaves one part.
 */
import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs'
import { rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { SparkError } from '../core/errors.js'
import { format } from '../core/format.js'
import { writeWhole } from '../core/whole-io.js'
import { fnRef } from '../plan/fn-ref.js'
import type { BatchWrite } from './sink.js'

export interface TextFilesOptions {
  /** Streaming jobs may run a batch again and then replace what it wrote; elsewhere an output that exists is refused. */
  readonly overwrite: boolean
  readonly operator: string
  /** Writes a partition's rows to an open file and gives their number; lines of text by default. */
  readonly writeRows?: WriteRows
}

export type WriteRows = (file: number, rows: Iterable<unknown>) => number

/** A batch's directory: `prefix-TIME_MS`, `.suffix` if there is one; without a prefix `TIME_MS`. */
export function textFilesName(prefix: string | null | undefined, suffix: string | null | undefined, timeMs: number): string {
  return `${prefix ? `${prefix}-` : ''}${timeMs}${suffix ? `.${suffix}` : ''}`
}

/**
 * Makes ready to write into `directory`. Run the action over all partitions, then commit() or abort().
 * @throws OUTPUT_EXISTS unless it may be overwritten
 */
export function openTextFiles(directory: string, { overwrite, operator, writeRows = writeLines }: TextFilesOptions): BatchWrite {
  const final = resolve(directory)
  if (!overwrite && existsSync(final)) throw new SparkError('OUTPUT_EXISTS', { directory })
  const temporary = beside(final, 'writing')
  mkdirSync(temporary, { recursive: true })
  return {
    action: { kind: 'apply', f: fnRef(partWriter(temporary, writeRows), operator) },
    commit: () => commit(temporary, final),
    abort: () => discard(temporary),
  }
}

const partWriter = (temporary: string, write: WriteRows) => (rows: Iterable<unknown>, partition: number): number => writePart(temporary, rows, partition, write)

/**
 * Writes one partition's file and gives its number of rows. Runs in the executors. It makes no directory: a task that is
 * still running when its job has failed finds none and leaves nothing.
 */
export function writePart(directory: string, rows: Iterable<unknown>, partition: number, write: WriteRows = writeLines): number {
  const attempt = join(directory, `.${partName(partition)}.${randomBytes(4).toString('hex')}`)
  try {
    const written = writeFileOf(attempt, rows, write)
    renameSync(attempt, join(directory, partName(partition)))
    return written
  } catch (error) {
    rmSync(attempt, { force: true })
    throw error
  }
}

const CHUNK_CHARACTERS = 64 * 1024

function writeFileOf(path: string, rows: Iterable<unknown>, write: WriteRows): number {
  const file = openSync(path, 'wx')
  try { return write(file, rows) } finally { closeSync(file) }
}

function writeLines(file: number, rows: Iterable<unknown>): number {
  let count = 0
  let text = ''
  for (const row of rows) {
    count++
    text += `${format(row)}\n`
    if (text.length < CHUNK_CHARACTERS) continue
    writeWhole(file, Buffer.from(text))
    text = ''
  }
  writeWhole(file, Buffer.from(text))
  return count
}

async function commit(temporary: string, final: string): Promise<void> {
  await writeFile(join(temporary, partName(0)), '', { flag: 'a' }) // an RDD without partitions: one empty part, as in Spark
  await writeFile(join(temporary, '_SUCCESS'), '')
  if (existsSync(final)) await replace(temporary, final)
  else await rename(temporary, final)
}

/** Moved first: tasks that still write find their directory gone. Never fails, since why the job failed matters more. */
async function discard(temporary: string): Promise<void> {
  const aside = `${temporary}.discarded`
  await rename(temporary, aside).then(() => rm(aside, { recursive: true, force: true })).catch(() => {})
}

/** The old output steps aside for the moment of the change, then goes. */
async function replace(temporary: string, final: string): Promise<void> {
  const old = beside(final, 'old')
  await rename(final, old)
  await rename(temporary, final)
  await rm(old, { recursive: true, force: true })
}

const partName = (partition: number): string => `part-${String(partition).padStart(5, '0')}`
/** A hidden name in the same directory, hence on the same file system: a rename there is atomic. */
const beside = (final: string, what: string): string => join(dirname(final), `.${basename(final)}.${what}-${randomBytes(4).toString('hex')}`)
