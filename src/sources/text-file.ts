/**
 * Files as an RDD of lines: sc.textFile. Files are cut into byte ranges as Hadoop cuts them, so that each task reads its own
 * part; which lines a range holds is the task's matter. Compressed files (.gz) cannot be entered in the middle: one split each.
 */
import type { CallSite } from '../core/call-site.js'
import { makeNode, type FilesNode, type FileSplit } from '../plan/rdd-plan.js'
import { inputFiles, type InputFile } from './paths.js'

// 32 MiB: Hadoop's block size for local files.
const LARGEST_SPLIT_BYTES = 32 * 1024 * 1024
// A last split may be a tenth larger, so that no tiny one is left over (FileInputFormat's SPLIT_SLOP).
const SLOP = 1.1

export interface TextFilesOptions {
  readonly format: FilesNode['format']
  /** Fewer only where files are empty or compressed. */
  readonly minPartitions: number
  readonly operator: string
  readonly site: CallSite | undefined
}

/**
 * @param paths a file, a directory, a pattern, or several of them with commas between
 * @throws INPUT_PATH_MISSING, INPUT_PATTERN_EMPTY
 */
export const textFiles = (paths: string, options: TextFilesOptions): FilesNode => filesNode(inputFiles(paths), options)

export function filesNode(files: readonly InputFile[], { format, minPartitions, operator, site }: TextFilesOptions): FilesNode {
  const splits = format === 'whole' ? files.map(wholeFile) : splitFiles(files, minPartitions)
  return makeNode<FilesNode>({ kind: 'files', format, operator, site, partitioner: undefined, numPartitions: splits.length, splits })
}

/** Byte ranges of about total/minPartitions each, at most 32 MiB. An empty file is one empty split. */
export function splitFiles(files: readonly InputFile[], minPartitions: number): FileSplit[] {
  const totalBytes = files.reduce((sum, file) => sum + file.bytes, 0)
  const goalBytes = Math.floor(totalBytes / Math.max(1, minPartitions))
  const splitBytes = Math.max(1, Math.min(goalBytes, LARGEST_SPLIT_BYTES))
  return files.flatMap(file => isCompressed(file.path) ? [wholeFile(file)] : splitFile(file, splitBytes))
}

function splitFile({ path, bytes }: InputFile, splitBytes: number): FileSplit[] {
  const splits: FileSplit[] = []
  let start = 0
  for (; (bytes - start) / splitBytes > SLOP; start += splitBytes) splits.push({ path, start, end: start + splitBytes })
  if (start < bytes || bytes === 0) splits.push({ path, start, end: bytes })
  return splits
}

const wholeFile = ({ path, bytes }: InputFile): FileSplit => ({ path, start: 0, end: bytes })
const isCompressed = (path: string): boolean => /\.gz$/i.test(path)
