/**
 * Finds the newest checkpoint of a directory that is whole: its own file and every file of rows that it names. What is damaged is
 * told and passed over for the one before; a whole one of another version ends the search, since all before it are older still.
 *
 * Synchronous, as getOrCreate is. It reads and compares; nothing is evaluated, and no path comes from a file: names follow from
 * identities and times.
 */
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { SparkError } from '../../core/errors.js'
import { localPath } from '../../sources/paths.js'
import type { Checkpoint, Part } from './checkpoint.js'
import { decodeCheckpoint, OtherFormat } from './checkpoint-format.js'
import { newestFirst, partPaths } from './checkpoint-store.js'

export interface FoundCheckpoint {
  readonly directory: string
  /** `checkpoint-<ms>` */
  readonly file: string
  readonly checkpoint: Checkpoint
  /** Newer ones that were passed over, each with its reason. */
  readonly damaged: readonly string[]
}

const READ_BYTES = 1024 * 1024

/**
 * The newest whole checkpoint; undefined where the directory holds none, or is not there.
 * @throws CHECKPOINT_UNREADABLE when all are damaged, CHECKPOINT_FORMAT for one of another version, FILE_SYSTEM_UNSUPPORTED
 */
export function findCheckpoint(path: string): FoundCheckpoint | undefined {
  const directory = localPath(path)
  const damaged: string[] = []
  for (const file of newestFirst(namesIn(directory))) {
    const checkpoint = readOrSay(directory, file, damaged)
    if (checkpoint) return { directory, file, checkpoint, damaged }
  }
  if (damaged.length > 0) throw new SparkError('CHECKPOINT_UNREADABLE', { directory, reasons: damaged.join('; ') })
  return undefined
}

function readOrSay(directory: string, file: string, damaged: string[]): Checkpoint | undefined {
  try {
    const checkpoint = decodeCheckpoint(readFileSync(join(directory, file)))
    checkRows(directory, checkpoint)
    return checkpoint
  } catch (error) {
    const reason = (error as Error).message
    if (error instanceof OtherFormat) throw new SparkError('CHECKPOINT_FORMAT', { file: join(directory, file), reason })
    damaged.push(`${file}: ${reason}`)
    return undefined
  }
}

function checkRows(directory: string, { rows }: Checkpoint): void {
  for (const set of rows.sets) partPaths(directory, set).forEach((path, i) => checkPart(path, set.parts[i]!))
}

function checkPart(path: string, { bytes, crc }: Part): void {
  const found = sumOf(path)
  if (found.bytes !== bytes) throw new Error(`${path} has ${found.bytes} bytes for ${bytes}`)
  if (found.crc !== crc) throw new Error(`the check sum of its rows in ${path} is wrong`)
}

function sumOf(path: string): Part {
  const file = openSync(path, 'r')
  const buffer = Buffer.alloc(READ_BYTES)
  let [bytes, crc] = [0, 0]
  try {
    for (let got = readSync(file, buffer); got > 0; got = readSync(file, buffer)) {
      crc = crc32(buffer.subarray(0, got), crc)
      bytes += got
    }
  } finally { closeSync(file) }
  return { bytes, crc }
}

function namesIn(directory: string): string[] {
  try { return readdirSync(directory) } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw new SparkError('CHECKPOINT_UNREADABLE', { directory, reasons: message }, { cause: error })
  }
}
