/** Files as bytes: each whole, or cut into records of equal length. The functions here run in the executors. */
import { closeSync, openSync, readFileSync } from 'node:fs'
import { SparkError } from '../core/errors.js'
import { readWhole } from '../core/whole-io.js'
import { inputFiles, type InputFile } from './paths.js'

/** A run of records in one file, in bytes. */
export interface RecordSplit { readonly path: string; readonly start: number; readonly end: number; readonly recordLength: number }

// As for lines: Hadoop's block size for local files.
const LARGEST_SPLIT_BYTES = 32 * 1024 * 1024
const READ_BYTES = 256 * 1024

/**
 * Splits of whole records, at most 32 MiB each.
 * @throws INPUT_PATH_MISSING, INPUT_PATTERN_EMPTY, FILE_UNREADABLE where a file is no whole number of records long
 */
export const recordSplits = (paths: string, recordLength: number): RecordSplit[] => splitRecords(inputFiles(paths), recordLength)

/** The same of files that are known. @throws FILE_UNREADABLE */
export function splitRecords(files: readonly InputFile[], recordLength: number): RecordSplit[] {
  const most = Math.max(1, Math.floor(LARGEST_SPLIT_BYTES / recordLength)) * recordLength
  return files.flatMap(({ path, bytes }) => {
    if (bytes % recordLength !== 0) throw new SparkError('FILE_UNREADABLE', { path, reason: `its ${bytes} bytes are no whole number of records of ${recordLength} bytes` })
    return Array.from({ length: Math.ceil(bytes / most) }, (_, i) => ({ path, start: i * most, end: Math.min(bytes, (i + 1) * most), recordLength }))
  })
}

export function* recordsOf({ path, start, end, recordLength }: RecordSplit): Iterable<Buffer> {
  const file = openSync(path, 'r')
  try {
    const atOnce = Math.max(1, Math.floor(READ_BYTES / recordLength)) * recordLength
    for (let at = start; at < end; at += atOnce) {
      const bytes = Buffer.alloc(Math.min(atOnce, end - at))
      if (readWhole(file, bytes, at) < bytes.length) throw new SparkError('FILE_UNREADABLE', { path, reason: 'it has become shorter' })
      for (let record = 0; record < bytes.length; record += recordLength) yield bytes.subarray(record, record + recordLength)
    }
  } finally { closeSync(file) }
}

export const wholeFile = (path: string): [path: string, bytes: Buffer] => [path, readFileSync(path)]
