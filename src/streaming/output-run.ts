/**
 * Runs one output operation of a batch to its end: its callback, what the callback awaits, and every job that was submitted in
 * it, awaited or not. A job's failure that nobody waited for is the output's failure; one that was awaited is the callback's affair.
 */
import { inBatch } from '../core/batch-scope.js'
import type { BatchScope } from '../core/batch-scope.js'
import { JobPromise } from '../core/job-promise.js'

/** Runs `act` in a scope of its own; gives the errors that came, in order. */
export async function runInScope(scope: BatchScope, act: () => unknown): Promise<unknown[]> {
  const errors: unknown[] = []
  try { await inBatch(scope, async () => act()) } catch (error) { errors.push(error) }
  for (let i = 0; i < scope.jobs.length; i++) { // more may join while we wait
    const job = scope.jobs[i]!
    await outcome(job, error => { if (!isAwaited(job)) errors.push(error) })
  }
  return errors
}

export const newScope = (timeMs: number, description: string): BatchScope => ({ timeMs, description, jobs: new JobList() })

export const cancelJobs = (scope: BatchScope, reason: string): void => {
  for (const job of scope.jobs) if (job instanceof JobPromise) job.cancel(reason)
}

/** A failure waits here until it is looked at, without being an unhandled rejection meanwhile. */
class JobList extends Array<Promise<unknown>> {
  static override get [Symbol.species](): ArrayConstructor { return Array }
  override push(...jobs: Promise<unknown>[]): number {
    for (const job of jobs) void outcome(job, () => {})
    return super.push(...jobs)
  }
}

const isAwaited = (job: Promise<unknown>): boolean => job instanceof JobPromise && job.awaited

// Past JobPromise's own `then`, which notes who waits.
const outcome = (job: Promise<unknown>, failed: (error: unknown) => void): Promise<unknown> => Promise.prototype.then.call(job, undefined, failed)
