/**
 * The jobs of a line that does not finish end with it. The one that a line awaits is cancelled by its waiting; here are those whose
 * promise nobody holds: Ctrl-C came before the line had it, or the line threw after it. They would keep the executors for good.
 */
import { currentBatch } from '../core/batch-scope.js'
import { takePart } from '../core/transaction.js'
import type { RunningJob } from '../engine/engine.js'

interface LineJob { readonly running: RunningJob; promise?: Promise<unknown> }

export class LineJobs {
  readonly #jobs = new Set<LineJob>()
  /** Takes part in lines no longer. */
  readonly close: () => void

  constructor() {
    this.close = takePart(() => {
      this.#jobs.clear()
      return () => { for (const job of this.#jobs) cancel(job) }
    })
  }

  /** A job that has been started; jobs of batches are their batch's. Give it its promise as soon as there is one. */
  add(running: RunningJob): LineJob {
    const job: LineJob = { running }
    if (currentBatch()) return job
    this.#jobs.add(job)
    const forget = (): void => { this.#jobs.delete(job) }
    running.results.then(forget, forget)
    return job
  }
}

/** Nobody is left to hear that it failed. */
function cancel({ running, promise }: LineJob): void {
  promise?.catch(() => {})
  running.cancel('because its line did not finish')
}
