/**
 * Batches that have failed and wait until somebody decides: to run them again, or to go on without them.
 *
 * To run one again the live run itself goes back: to what it carried before that batch, then through it and all batches since, with what their inputs
 * gave. So state and windows are afterwards what they would have been without the failure, and no second copy of them is reconciled. It happens
 * between two batches; those that come meanwhile wait.
 */
import { SparkError } from '../core/errors.js'
import type { StreamPlan } from '../plan/stream-plan.js'
import type { Batch, CompletedBatch } from './batch.js'
import type { BatchRunner } from './batch-runner.js'
import { batchesAgain } from './history/again.js'
import type { Lookback } from './history/lookback.js'
import type { JobScheduler } from './job-scheduler.js'

interface Options {
  readonly scheduler: JobScheduler
  readonly runner: BatchRunner
  readonly lookback: Lookback
  /** The graph as it is now. */
  readonly plan: () => StreamPlan
  readonly now: () => number
  /** The run has gone back. */
  readonly goneBack: () => void
}

// Where nobody ever decides, the last ones are enough.
const MOST = 1000

export class Retries {
  readonly #options: Options
  #waiting: readonly CompletedBatch[] = []
  #last: Batch | undefined

  constructor(options: Options) { this.#options = options }

  /** Oldest first. */
  get waiting(): readonly CompletedBatch[] { return this.#waiting }

  /** A batch has failed. Those that can no longer be run again, while later ones can, are let go. */
  add(batch: CompletedBatch): void {
    const waiting = [...this.#waiting, batch].slice(-MOST)
    this.#waiting = waiting.slice(Math.max(0, waiting.findIndex(({ timeMs }) => this.#options.lookback.keeps(timeMs))))
  }

  /** They wait no longer. */
  skip(): readonly CompletedBatch[] {
    const skipped = this.#waiting
    this.#waiting = []
    return skipped
  }

  /** @throws NO_FAILED_BATCH, BATCH_NOT_KEPT */
  again(): Promise<void> {
    const { scheduler, lookback } = this.#options
    return scheduler.again(() => this.#goBack()).finally(() => lookback.caughtUp())
  }

  /** Whether others follow that batch, which is run again, before the run is where it was. */
  isBehind(batch: Batch): boolean { return batch.again !== undefined && batch !== this.#last }

  #goBack(): readonly Batch[] {
    const { runner, lookback, plan, now, goneBack } = this.#options
    const [first] = this.#waiting
    if (!first) throw new SparkError('NO_FAILED_BATCH')
    const back = lookback.goBack(first.timeMs)
    if (!back) throw new SparkError('BATCH_NOT_KEPT', { time: first.timeMs })
    const batches = batchesAgain(back.batches, first.timeMs, plan(), now())
    this.#waiting = []
    this.#last = batches.at(-1)
    runner.goBack(batches[0]!.plan, back.moment.kept)
    goneBack()
    return batches
  }
}
