/**
 * Which batch the running code belongs to. foreachRDD callbacks run inside a scope; each job submitted there, awaited or not,
 * joins it, so that a batch is done only when all of them are.
 */
import { AsyncLocalStorage } from 'node:async_hooks'

export interface BatchScope {
  readonly timeMs: number
  readonly description: string
  readonly jobs: Promise<unknown>[]
}

const storage = new AsyncLocalStorage<BatchScope>()

export const currentBatch = (): BatchScope | undefined => storage.getStore()
export const inBatch = <R>(scope: BatchScope, run: () => R): R => storage.run(scope, run)

/** What is submitted joins the batch that submits it; a failure that nobody awaits is then the batch's. */
export function joinBatch<P extends Promise<unknown>>(job: P): P {
  currentBatch()?.jobs.push(job)
  return job
}
