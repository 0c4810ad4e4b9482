/**
 * The kernels of a stream: what becomes of each batch, as frozen data. A running context holds a StreamPlan; a live edit makes
 * another, and the next batch is generated from it.
 *
 * input gives a batch's RDD; derive makes an RDD of its parent's (most operators); transform calls the user's driver-side
 * function on the batch's RDDs; union; window; windowedReduce and state carry results from batch to batch; output acts.
 */
import type { CallSite } from '../core/call-site.js'
import type { Duration, Time } from '../core/time.js'
import type { StorageLevel } from '../core/storage-level.js'
import type { FnRef } from './fn-ref.js'
import type { Derive, RddNode } from './rdd-plan.js'

interface Node {
  readonly id: number
  readonly operator: string
  readonly site: CallSite | undefined
  readonly slideDuration: Duration
}

/** Where batches come from; sources/ implements it. One object per input stream, driver-side. */
export interface InputSource {
  readonly name: string
  /** Called once the context starts, with the engine's port to receivers; and when it stops. */
  start(context: SourceContext): void | Promise<void>
  stop(): void | Promise<void>
  /** The batch's input, or null for "no RDD at this time". Called once per batch, in order of times. */
  batch(time: Time): Promise<SourceBatch | null> | SourceBatch | null
  /** That batch and all before it are done, well or badly: what was held for them may go, and a held-back sender may go on. */
  completed?(time: Time): void
  /** Records that are there for the next batch, where the source itself holds them. */
  waiting?(): number
  /** Whether nothing will come any more. Once all inputs of a context say so, it stops gracefully by itself. */
  ended?(): boolean
  /**
   * Who has this can give batches again after a restart. Gives, as JSON, what start() needs as `recovered` to give every batch
   * after `after` once more as it was; asked after each batch while checkpoints are written.
   */
  checkpoint?(after: Time): unknown
  /** Why a context that reads it cannot be recovered, where that is so. */
  readonly notRecoverable?: string
}
/** What a source has for one batch, and how many records that is. */
export interface SourceBatch { readonly rdd: RddNode; readonly records: number }
/** What engines can receive: lines from a socket, and what a user's own Receiver stores (it travels as functions do). */
export type ReceiverKind = {
  /** It ends where its peer ends, instead of starting again. */
  readonly once?: boolean
} & (
  | { readonly kind: 'socketText'; readonly host: string; readonly port: number }
  | { readonly kind: 'custom'; readonly receiver: object })

/** What a source may use: when it started, how long batches are, a receiver, a word to the user. */
export interface SourceContext {
  readonly stream: number
  readonly startTime: Time
  readonly batchDuration: Duration
  readonly defaultParallelism: number
  /** What checkpoint() gave before the restart, where there was one. It comes from a file: to be looked at before it is used. */
  readonly recovered?: unknown
  startReceiver(spec: ReceiverKind & { readonly name: string }): {
    /** What has come, as much of it as the next batch may have. */
    take(): Promise<{ readonly rdd: RddNode; readonly records: number; readonly bytes: number; release?(): void }>
    stop(): Promise<void>
    ended(): boolean
  }
  message(level: 'info' | 'warn' | 'error', text: string): void
  /** On a clock that is moved by hand: what the wall says when a batch is taken, for sources that compare times of the world outside. */
  wallMs?(): number | undefined
}

export interface InputNode extends Node { readonly kind: 'input'; readonly source: InputSource }
export interface DeriveNode extends Node { readonly kind: 'derive'; readonly parent: StreamNode; readonly derive: Derive }
/** f gets one RDD per parent; it is the user's function, wrapped by api/. */
export interface TransformNode extends Node { readonly kind: 'transform'; readonly parents: readonly StreamNode[]; readonly f: (rdds: readonly RddNode[], time: Time) => RddNode | null | undefined }
export interface UnionStreamNode extends Node { readonly kind: 'union'; readonly parents: readonly StreamNode[] }
export interface WindowNode extends Node { readonly kind: 'window'; readonly parent: StreamNode; readonly windowDuration: Duration }
/** The window's result from the one before: `step(previous, left, entered)`; `whole` makes it from all batches where there is no previous one. */
export interface WindowedReduceNode extends Node {
  readonly kind: 'windowedReduce'
  readonly parent: StreamNode
  readonly windowDuration: Duration
  readonly step: (previous: RddNode | undefined, left: readonly RddNode[], entered: readonly RddNode[]) => RddNode
  /** The user's: whether they have changed is told after a restart. */
  readonly functions: readonly FnRef[]
}
/**
 * State by key: `step(previous state, this batch's pairs, time, checkpoint)`; either may be absent. `initial` is the state before the
 * first batch. `checkpoint` tells that the time is a multiple of the stream's checkpoint interval: what the user set, else
 * `checkpointDuration`.
 */
export interface StateNode extends Node {
  readonly kind: 'state'
  readonly parent: StreamNode
  readonly initial: RddNode | undefined
  readonly step: (previous: RddNode | undefined, batch: RddNode | undefined, time: Time, checkpoint?: boolean) => RddNode | undefined
  readonly checkpointDuration: Duration
  /** The user's: whether they have changed is told after a restart. */
  readonly functions: readonly FnRef[]
  /** A state that was read from disk, placed as `step` needs it; absent: step places it itself. */
  readonly adopt?: (state: RddNode) => RddNode
}

export type StreamNode = InputNode | DeriveNode | TransformNode | UnionStreamNode | WindowNode | WindowedReduceNode | StateNode

/** An output operation. `run` acts on the batch's RDD; jobs it submits belong to the batch. */
export interface OutputNode {
  readonly id: number
  /** `print`, `foreachRDD`, `saveAsTextFiles` */
  readonly operator: string
  readonly site: CallSite | undefined
  readonly parent: StreamNode
  readonly run: (rdd: RddNode, time: Time) => unknown
}

/** What users set on a stream after making it. */
export interface StreamSettings { readonly name?: string; readonly level?: StorageLevel; readonly checkpointInterval?: Duration }

/** The graph as one batch sees it. */
export interface StreamPlan {
  readonly batchDuration: Duration
  readonly outputs: readonly OutputNode[]
  /** Inputs, also those that no output reads: their receivers run all the same. */
  readonly inputs: readonly InputNode[]
  readonly settings: ReadonlyMap<number, StreamSettings>
  readonly rememberDuration: Duration | undefined
  /** Where checkpoints are written, if the user has named a place. */
  readonly checkpointDirectory: string | undefined
}

let lastId = 0
export const makeStreamNode = <N extends StreamNode | OutputNode>(node: Omit<N, 'id'>): N => Object.freeze({ ...node, id: lastId++ }) as unknown as N

export function streamParents(node: StreamNode): readonly StreamNode[] {
  switch (node.kind) {
    case 'input': return []
    case 'derive': case 'window': case 'windowedReduce': case 'state': return [node.parent]
    case 'transform': case 'union': return node.parents
    default: return node satisfies never
  }
}

/** Kinds that carry results from batch to batch and so need somewhere to keep them. */
export const carriesState = (node: StreamNode): boolean => node.kind === 'state' || node.kind === 'windowedReduce'

/** Spark's default between checkpoints of state: the least multiple of the slide that is at least 10 s. */
export const tenSeconds = (slide: Duration): Duration => slide.times(Math.ceil(10_000 / slide.milliseconds))

/** All that a stream is made from, itself included; each node once, however often it is reached. */
export function ancestors(node: StreamNode): ReadonlySet<StreamNode> {
  const found = new Set([node])
  for (const each of found) for (const parent of streamParents(each)) found.add(parent)
  return found
}
