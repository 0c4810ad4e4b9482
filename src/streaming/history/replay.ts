/**
 * Runs kept batches again through a plan, beside the live run: a runner and a queue of their own over the same engine, so that what
 * is derived, persisted and settled here is nobody else's. No output operation runs; instead, each watched stream's RDD is looked at.
 */
import type { Clock } from '../../core/clock.js'
import { SparkError } from '../../core/errors.js'
import { EventBus } from '../../core/events.js'
import type { Time } from '../../core/time.js'
import type { Engine } from '../../engine/engine.js'
import type { RddNode } from '../../plan/rdd-plan.js'
import { makeStreamNode, type OutputNode, type StreamNode, type StreamPlan } from '../../plan/stream-plan.js'
import { emptyOf } from '../../sources/rows.js'
import type { Batch, Taken } from '../batch.js'
import { BatchRunner } from '../batch-runner.js'
import { JobScheduler } from '../job-scheduler.js'
import type { KeptBatch, Moment } from './history.js'

/** What is looked at, and who looks. Jobs that `see` submits are awaited; what fails in it, or in the deriving of the stream, goes to `failed`. */
export interface Watch {
  readonly stream: StreamNode
  readonly see: (rdd: RddNode, time: Time) => unknown
  readonly failed: (error: unknown, time: Time) => void
}

export interface ReplayOptions {
  readonly engine: Engine
  readonly clock: Clock
  readonly zeroTime: Time
  readonly plan: StreamPlan
  readonly from: Moment
  readonly batches: readonly KeptBatch[]
  readonly watches: readonly Watch[]
  /** Those before are run only for what later ones need of them. */
  readonly watchedFromMs: number
}

export interface Replay { readonly done: Promise<void>; cancel(reason?: string): void }

export function replay(options: ReplayOptions): Replay {
  const { engine, clock, zeroTime, plan, from, batches, watches, watchedFromMs } = options
  const runner = new BatchRunner({ engine, zeroTime })
  const events = new EventBus() // what happens here is no news
  const scheduler = new JobScheduler({ engine, clock, events, runner, closed: async () => {}, completed: () => {} })
  const watched = new Map(watches.map(watch => [outputOf(watch), watch]))
  const watchedPlan = Object.freeze({ ...plan, outputs: [...watched.keys()] })
  const byId = new Map([...watched].map(([{ id }, watch]) => [id, watch]))
  const times = new Map(batches.map(({ time }) => [time.milliseconds, time]))
  events.on('outputCompleted', ({ timeMs, output, error }) => { if (error !== undefined) byId.get(output.id)!.failed(error, times.get(timeMs)!) })
  let cancelled: unknown
  const run = async (): Promise<void> => {
    try {
      runner.restore(watchedPlan, from.kept)
      for (const { time, inputs } of batches) scheduler.submit({ time, plan: watchedPlan, inputs: withAll(inputs, plan), submissionMs: clock.now(), replayed: time.milliseconds < watchedFromMs } satisfies Batch)
      await scheduler.idle()
    } finally { runner.end() }
    if (cancelled !== undefined) throw cancelled
  }
  return {
    done: run(),
    cancel(reason = 'by the user') {
      cancelled ??= new SparkError('JOB_CANCELLED', { job: 'of a look back', reason })
      scheduler.stop()
      scheduler.cancel(reason)
    },
  }
}

const outputOf = ({ stream, see }: Watch): OutputNode => makeStreamNode<OutputNode>({ operator: stream.operator, site: stream.site, parent: stream, run: see })

/** An input that is newer than the batch had nothing then. */
export function withAll(inputs: ReadonlyMap<number, Taken>, plan: StreamPlan): ReadonlyMap<number, Taken> {
  const missing = plan.inputs.filter(({ id }) => !inputs.has(id))
  return new Map([...inputs, ...missing.map(({ id, operator }) => [id, { batch: { rdd: emptyOf(operator), records: 0 } }] as const)])
}
