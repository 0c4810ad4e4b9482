/**
 * What a worker is told to do for a stage, as JSON: the tasks of all its partitions with their functions. Spark passes it on unread.
 *
 * Partitions mostly do the same thing, so tasks are kept as a few shapes: numbers that merely count with the partition (its own index,
 * the partition it reads) are kept as what has to be added to it.
 */
import type { Portable } from '../../closure/portable.js'
import type { Shipped } from '../task/guest.js'
import type { At, Ending, Piece, RowBlock } from '../task/task.js'
import type { Form } from './inputs.js'

/** Piece `slot` is made of the frames of that source: of all its partitions where Spark has exchanged them, else of one. */
export interface SourceRead { readonly slot: number; readonly source: number; readonly partition: number | 'all'; readonly as: Form }

export interface Shape {
  readonly pieces: readonly Piece[]
  readonly reads: readonly SourceRead[]
  readonly ending: Ending
  readonly at: At
  /** A shorter way to the same rows; its data as one encoded row, in which nothing is lost. */
  readonly rule: { readonly name: string; readonly data: RowBlock } | undefined
  /** Index into StageCommand.functions. */
  readonly functions: number
}

export interface StageCommand {
  readonly kind: 'stage'
  readonly shapes: readonly Shape[]
  /** By partition: its shape. */
  readonly tasks: readonly number[]
  readonly functions: readonly Portable[]
  readonly classes: readonly Portable[]
  readonly accumulators: readonly Shipped[]
  readonly memory: { readonly everyRows: number; readonly bytes: number }
}

/** Frames as they are, each to the tasks that read its partition: what a zip or a coalesce needs before Spark can bring parts together. */
export interface ForwardCommand {
  readonly kind: 'forward'
  /** By partition of all sources, one after another: which partition of its own source it is, and the tasks that want it. */
  readonly partitions: readonly number[]
  /** Likewise, where some are Java's strings, which become one frame of text: the source's number, or 0. */
  readonly strings?: readonly number[]
  readonly targets: readonly (readonly number[])[]
}

export type Command = StageCommand | ForwardCommand

/** Known when the JVM has its broadcasts: where to find them, and what the worker must be. */
export interface CommandHeader {
  readonly version: string
  /** The driver's Node. */
  readonly node: string
  /** The number of what the stage gives, for the frames it writes: the same stage may be made again under another. */
  readonly source: number
  /** Our number of a broadcast and Spark's. */
  readonly broadcasts: readonly (readonly [ours: number, spark: number])[]
  /** Spark's numbers of the broadcasts that hold the user's modules. */
  readonly bundles: readonly number[]
  /** Spark's number of the broadcast that holds the command itself, when it is large. */
  readonly body?: number
}

// — counting with the partition —

export const relative = (shape: Shape, partition: number): Shape => shifted(shape, -partition)
export const absolute = (shape: Shape, partition: number): Shape => shifted(shape, partition)

function shifted(shape: Shape, by: number): Shape {
  const { pieces, reads, ending } = shape
  return {
    ...shape,
    pieces: pieces.map(piece => piece.kind === 'chain' ? { ...piece, steps: piece.steps.map(step => ({ ...step, index: step.index + by })) } : piece.kind === 'zip' ? { ...piece, index: piece.index + by } : piece),
    reads: reads.map(read => read.partition === 'all' ? read : { ...read, partition: read.partition + by }),
    ending: ending.kind === 'apply' ? { ...ending, index: ending.index + by } : ending.kind === 'sample' ? { ...ending, seed: ending.seed + by } : ending,
  }
}

// — text —

interface Bytes { readonly $bytes: string; readonly shared: boolean }

/** Captured bytes and encoded rows are the only things in a command that JSON has no form for. */
export const toText = (command: unknown): string => JSON.stringify(command, (_, value: unknown) =>
  value instanceof ArrayBuffer || value instanceof SharedArrayBuffer ? { $bytes: Buffer.from(value).toString('base64'), shared: value instanceof SharedArrayBuffer } satisfies Bytes : value)

export const fromText = (text: string): unknown => JSON.parse(text, (_, value: unknown) => isBytes(value) ? buffer(value) : value)

const isBytes = (value: unknown): value is Bytes => typeof value === 'object' && value !== null && typeof (value as Bytes).$bytes === 'string' && typeof (value as Bytes).shared === 'boolean'

function buffer({ $bytes, shared }: Bytes): ArrayBuffer | SharedArrayBuffer {
  const bytes = Buffer.from($bytes, 'base64')
  const made = shared ? new SharedArrayBuffer(bytes.length) : new ArrayBuffer(bytes.length)
  new Uint8Array(made).set(bytes)
  return made
}
