/**
 * A task as plain data: what one executor is asked to do for one partition. Threads and processes receive it as it stands.
 *
 * `pieces` is the way of the rows, piece 0 nearest to the ending; a piece names its inputs by index, and inputs always come
 * after it. A chain is data before it is functions, so that rules can look at it. Functions are numbers: indices into what
 * closure/ rebuilds for the task.
 *
 * Deliberately absent: shuffles and persisted nodes. The driver has replaced them by the blocks they produced.
 */
import type { CallSite } from '../../core/call-site.js'
import type { KeyedStep, NarrowOp } from '../../plan/rdd-plan.js'
import type { RuleUse } from './rules/rule.js'

/** Index into the task's functions; −1 where there is none. */
export type FnIndex = number

/** The operator as the user called it, for errors. */
export interface At { readonly operator: string; readonly site: CallSite | undefined }

/** Encoded rows (row-codec.ts): whole chunks, in memory that all threads share or in files. */
export interface RowBlock {
  readonly parts: readonly Part[]
  readonly records: number
  /** Ids of the classes whose instances are among the rows. */
  readonly classes: readonly string[]
  /** Where the parts are not rows one after another, but columns of keyed state. */
  readonly state?: StateLayout
}

/** How the parts of keyed state make rows: runs in order, each of so many parts (state/state-block.ts). */
export interface StateLayout {
  /** Under which name the executor that made it keeps it as a table. */
  readonly version: string
  /** Whether rows are `[0, [key, [state, timeMs]]]`. */
  readonly stamped: boolean
  readonly runs: readonly { readonly role: StateRole; readonly records: number; readonly parts: number }[]
  /** How much of it the block before did not have. */
  readonly freshBytes: number
}
export type StateRole = 'emitted' | 'keys' | 'values' | 'slots' | 'changed' | 'order' | 'front' | 'gone'

/** Bytes of shared memory, or of the file of that path. */
export interface Part { readonly in: SharedArrayBuffer | string; readonly start: number; readonly end: number }

export interface Step { readonly op: NarrowOp; readonly fn: FnIndex; readonly at: At; readonly index: number; readonly concurrency?: number | undefined; readonly zero?: FnIndex | undefined }

export type Piece =
  | { readonly kind: 'blocks'; readonly blocks: readonly RowBlock[] }
  | { readonly kind: 'range'; readonly start: number; readonly step: number; readonly length: number }
  | { readonly kind: 'lines'; readonly buffer: SharedArrayBuffer; readonly byteLength: number }
  | { readonly kind: 'fileLines'; readonly path: string; readonly start: number; readonly end: number; readonly maxLineBytes: number }
  | { readonly kind: 'wholeFile'; readonly path: string }
  | { readonly kind: 'chain'; readonly input: number; readonly steps: readonly Step[] }
  | { readonly kind: 'concat'; readonly inputs: readonly number[] }
  | { readonly kind: 'aggregate'; readonly input: number; readonly at: At; readonly by: AggregateBy }
  | { readonly kind: 'sort'; readonly input: number; readonly at: At; readonly ascending: boolean; readonly compare: FnIndex }
  | { readonly kind: 'cogroup'; readonly inputs: readonly number[]; readonly at: At }
  | { readonly kind: 'zip'; readonly inputs: readonly number[]; readonly at: At; readonly fn: FnIndex; readonly index: number }
  | KeyedPiece

/** A step of keyed state (plan/rdd-plan.ts): `f` on a table, where there can be one; else `plain` over all rows, cogrouped or side by side. */
export interface KeyedPiece {
  readonly kind: 'keyed'
  readonly step: KeyedStep['step']
  readonly inputs: readonly number[]
  /** Which of them is the state before; −1: none. */
  readonly state: number
  /** How many of the others have left a window. */
  readonly left: number
  readonly f: FnIndex
  readonly plain: FnIndex
  readonly cogrouped: boolean
  readonly at: At
  readonly index: number
}

/** `values`: pairs of raw values, to create and merge; `mergesCombiners`: what is combined is merged by the same function. `combiners`: pairs that a map side has combined already. */
export type AggregateBy =
  | { readonly from: 'values'; readonly create: FnIndex; readonly mergeValue: FnIndex; readonly mergesCombiners?: boolean }
  | { readonly from: 'combiners'; readonly mergeCombiners: FnIndex }

export type Placement =
  | { readonly kind: 'hash'; readonly numPartitions: number }
  | { readonly kind: 'range'; readonly numPartitions: number; readonly ascending: boolean; readonly compare: FnIndex; readonly bounds: RowBlock }
  | { readonly kind: 'custom'; readonly numPartitions: number; readonly fn: FnIndex }

/** What becomes of the rows at the end. `sample` and `bounds` find the borders of a range partitioner. */
export type Ending =
  | { readonly kind: 'collect' }
  | { readonly kind: 'take'; readonly n: number }
  | { readonly kind: 'count' }
  | { readonly kind: 'foreach'; readonly fn: FnIndex }
  | { readonly kind: 'reduce'; readonly fn: FnIndex }
  | { readonly kind: 'apply'; readonly fn: FnIndex; readonly index: number }
  | { readonly kind: 'exchange'; readonly placement: Placement; readonly combine: AggregateBy | undefined }
  | { readonly kind: 'sample'; readonly size: number; readonly seed: number }
  | { readonly kind: 'bounds'; readonly numPartitions: number; readonly compare: FnIndex }

export interface Task {
  readonly pieces: readonly Piece[]
  readonly ending: Ending
  readonly at: At
  /** By piece, where the task computes several partitions: which of them it belongs to. Each has functions of its own. */
  readonly members?: readonly number[] | undefined
  /** A shorter way to the same rows. */
  readonly rule?: RuleUse | undefined
}

/** `rows`: one block per bucket for an exchange, one for all else. `value` is a count. */
export type TaskOutput =
  | { readonly kind: 'rows'; readonly blocks: readonly RowBlock[] }
  | { readonly kind: 'value'; readonly value: number }

/** Shared memory that a task reads and gives, and lets go of. */
export const sharedBytes = (task: Task, output: TaskOutput): number =>
  task.pieces.reduce((sum, piece) => sum + (piece.kind === 'lines' ? piece.byteLength : piece.kind === 'blocks' ? passingBytes(piece.blocks) : 0), outputBytes(output))

export const outputBytes = (output: TaskOutput): number => output.kind === 'rows' ? passingBytes(output.blocks) : 0

/** Of keyed state most stays from batch to batch. */
const passingBytes = (blocks: readonly RowBlock[]): number => blocks.reduce((sum, block) => sum + (block.state?.freshBytes ?? memoryBytes([block])), 0)

/** How much of the blocks is in memory. */
export function memoryBytes(blocks: Iterable<RowBlock>): number {
  let bytes = 0
  for (const { parts } of blocks) for (const part of parts) if (typeof part.in !== 'string') bytes += part.end - part.start
  return bytes
}

/** The files that hold the rest. */
export function filesOf(blocks: Iterable<RowBlock>): Set<string> {
  const files = new Set<string>()
  for (const { parts } of blocks) for (const part of parts) if (typeof part.in === 'string') files.add(part.in)
  return files
}

/** What a task may use of memory, and where it puts the rest: `path` is the beginning of its files' names. */
export interface MemoryShare {
  /** Of its thread's heap, for rows that it holds. */
  readonly heapBytes: number
  /** Of shared memory, for what it gives. */
  readonly sharedBytes: number
  /** Of its thread's heap, for tables of keyed state that it keeps between batches: all of them together. */
  readonly tableBytes: number
  /** Tests: at most that many rows are held; 0: as many as fit. */
  readonly everyRows: number
  readonly path: string
}
