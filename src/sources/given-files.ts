/**
 * Which files made which batch: what a file stream writes into checkpoints, so that after a restart each batch is given the same
 * files again, and none twice.
 *
 * What comes back from a checkpoint is data of a file that others may have written: only files of the stream's own directories
 * are taken from it.
 */
import { dirname, join } from 'node:path'
import type { FoundFile } from './list-files.js'
import { glob, isPattern } from './glob.js'
import { namesIn } from './paths.js'

export interface GivenFiles {
  /** Files that were old by then were never read. */
  readonly startMs: number
  /** Up to here every batch has had its files; one that is not in the list had none. */
  readonly untilMs: number
  readonly batches: readonly (readonly [timeMs: number, files: readonly FoundFile[]])[]
}

/** As JSON: paths, times and sizes. */
export const encodeGiven = ({ startMs, untilMs, batches }: GivenFiles): unknown =>
  ({ startMs, untilMs, batches: batches.map(([timeMs, files]) => [timeMs, files.map(({ path, mtimeMs, bytes }) => [path, mtimeMs, bytes])]) })

/** Undefined: it is not what encodeGiven makes of files of `directory` (a directory, or a pattern of them). */
export function decodeGiven(data: unknown, directory: string): GivenFiles | undefined {
  const { startMs, untilMs, batches } = (data ?? {}) as Record<string, unknown>
  if (!isTime(startMs) || !isTime(untilMs) || !Array.isArray(batches)) return undefined
  const decoded = batches.map(batch => decodeBatch(batch))
  if (!decoded.every(batch => batch !== undefined)) return undefined
  const own = new Set((isPattern(directory) ? glob(directory, namesIn) : [directory]).map(place => dirname(join(place, 'x'))))
  return { startMs, untilMs, batches: decoded.map(([timeMs, files]) => [timeMs, files.filter(({ path }) => own.has(dirname(path)))]) }
}

function decodeBatch(batch: unknown): [number, FoundFile[]] | undefined {
  const [timeMs, files] = Array.isArray(batch) ? batch as unknown[] : []
  if (!isTime(timeMs) || !Array.isArray(files)) return undefined
  const found = files.map(file => decodeFile(file))
  return found.every(file => file !== undefined) ? [timeMs, found] : undefined
}

function decodeFile(file: unknown): FoundFile | undefined {
  const [path, mtimeMs, bytes] = Array.isArray(file) ? file as unknown[] : []
  return typeof path === 'string' && isTime(mtimeMs) && isTime(bytes) ? { path, mtimeMs, bytes } : undefined
}

const isTime = (value: unknown): value is number => Number.isSafeInteger(value)
