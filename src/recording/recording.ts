/**
 * A recording as a file: a line of JSON about the run, then one for each batch, with the rows that each input gave, by partition, and those that
 * each output had. Inputs and outputs are known by the order in which the program makes them.
 */
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { SparkError } from '../core/errors.js'
import type { Encoded } from './rows.js'

// Another number: another form.
const VERSION = 1

export interface Head {
  readonly recording: typeof VERSION
  readonly batchMs: number
  /** The first batch is one batchMs later. */
  readonly zeroMs: number
  /** Of operators that are given no number of partitions. */
  readonly parallelism: number
}

/** `ordered`: Spark promises the order of its rows. */
export interface RecordedRows { readonly rows: readonly Encoded[]; readonly ordered?: boolean }

/** Null: there was no RDD at this time. */
export interface RecordedBatch {
  readonly time: number
  readonly inputs: readonly (readonly (readonly Encoded[])[] | null)[]
  readonly outputs: readonly (RecordedRows | null)[]
  /** Why it failed. */
  readonly error?: string
}

export const headLine = (head: Omit<Head, 'recording'>): string => `${JSON.stringify({ recording: VERSION, ...head })}\n`
export const batchLine = (batch: RecordedBatch): string => `${JSON.stringify(batch)}\n`

export interface Recording { readonly head: Head; readonly batches: readonly RecordedBatch[] }

/** @throws RECORDING_UNREADABLE */
export async function readRecording(file: string): Promise<Recording> {
  const refused = (problem: string): SparkError => new SparkError('RECORDING_UNREADABLE', { file, problem })
  const lines: unknown[] = []
  try { for await (const line of createInterface({ input: createReadStream(file, 'utf8') })) lines.push(JSON.parse(line)) } catch (error) {
    throw refused(error instanceof SyntaxError ? `line ${lines.length + 1} is no JSON` : (error as Error).message)
  }
  const [head, ...batches] = lines
  if (!isHead(head)) throw refused('its first line is not that of a recording of this version')
  const odd = batches.findIndex(batch => !isBatch(batch))
  if (odd >= 0) throw refused(`line ${odd + 2} is no batch`)
  if (batches.length === 0) throw refused('it holds no batch')
  return { head, batches: batches as RecordedBatch[] }
}

/** The program does not fit the recording. */
export const anotherProgram = (problem: string): SparkError => new SparkError('RECORDING_REFUSED', { problem, fix: 'compare with the program that was recorded, and give it the same arguments' })

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const isListOf = (value: unknown, fits: (item: unknown) => boolean): boolean => Array.isArray(value) && value.every(fits)
const isTime = (value: unknown): value is number => Number.isSafeInteger(value)

const isHead = (value: unknown): value is Head =>
  isObject(value) && value.recording === VERSION && isTime(value.zeroMs) && isTime(value.batchMs) && value.batchMs > 0 && isTime(value.parallelism) && value.parallelism > 0

const isBatch = (value: unknown): boolean => isObject(value) && isTime(value.time)
  && isListOf(value.inputs, input => input === null || isListOf(input, Array.isArray))
  && isListOf(value.outputs, output => output === null || (isObject(output) && Array.isArray(output.rows)))
