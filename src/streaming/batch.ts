/**
 * One batch on its way: its time, the plan as it was at that time, and what each input gave. It carries no RDDs but the inputs':
 * those of the operators are derived when the batch starts to run, so that they build on what the batch before has settled.
 */
import type { BatchInfo, OutputInfo } from '../core/events.js'
import type { Time } from '../core/time.js'
import type { RddNode } from '../plan/rdd-plan.js'
import type { OutputNode, SourceBatch, StreamPlan } from '../plan/stream-plan.js'

/** What an input gave for a batch: null is "no RDD at this time"; an error is told to the outputs that read it. */
export type Taken = { readonly batch: SourceBatch | null } | { readonly error: unknown }

export interface Batch {
  readonly time: Time
  readonly plan: StreamPlan
  /** By the id of the input node. */
  readonly inputs: ReadonlyMap<number, Taken>
  readonly submissionMs: number
  /** It was done before a restart: it runs again for what later batches read of it; outputs and listeners have had it. */
  readonly replayed: boolean
  /** It runs once more, since it or one before it has failed: of its outputs, these. */
  readonly again?: ReadonlySet<number>
}

/** What a batch has come to: outputs that have done what they had to, and streams that later batches read without it. */
export interface Outcome { readonly done: Set<number>; readonly leftOut: Set<number> }

/** A batch that is done, well or badly. */
export type CompletedBatch = BatchInfo & { readonly error: unknown }

export const batchInfo = (batch: Batch, processingStartMs?: number, processingEndMs?: number): BatchInfo => ({
  timeMs: batch.time.milliseconds,
  submissionMs: batch.submissionMs,
  processingStartMs,
  processingEndMs,
  records: new Map([...batch.inputs].map(([id, taken]) => [id, recordsOf(taken)])),
})

/** What all inputs gave, without those that gave none. */
export const inputRdds = (inputs: Batch['inputs']): RddNode[] => [...inputs.values()].flatMap(taken => 'batch' in taken && taken.batch ? [taken.batch.rdd] : [])

/** Of all inputs. */
export const totalRecords = ({ records }: Pick<BatchInfo, 'records'>): number => [...records.values()].reduce((sum, count) => sum + count, 0)

export const recordsOf = (taken: Taken): number => 'batch' in taken ? taken.batch?.records ?? 0 : 0

/** An output by the name that the user gave its stream, else by the stream's operator. */
export const outputInfo = (output: OutputNode, plan: StreamPlan): OutputInfo => ({
  id: output.id,
  name: plan.settings.get(output.parent.id)?.name ?? output.parent.operator,
  site: output.site,
})
