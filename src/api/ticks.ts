/** Batches one by one on a clock that is moved by hand. */
import { currentBatch } from '../core/batch-scope.js'
import { JobPromise } from '../core/job-promise.js'
import type { SteppableClock } from '../core/steppable-clock.js'

interface Ticking {
  readonly clock: SteppableClock
  /** All batches that are due are done. */
  idle(): Promise<void>
  /** When the next batch is due; undefined once the context has stopped. */
  nextMs(): number | undefined
  cancel(reason?: string): unknown
}

/** @throws CLOCK_RUNS */
export function ticks({ clock, idle, nextMs, cancel }: Ticking, count: number): JobPromise<void> {
  if (!clock.isManual) clock.advance(0) // says so
  let given = true
  const work = async (): Promise<void> => {
    for (let i = 0; i < count && given; i++) {
      if (!currentBatch()) await idle()
      clock.setTo(nextMs() ?? clock.now())
      if (!currentBatch()) await idle()
    }
  }
  return JobPromise.of(work(), reason => { given = false; cancel(reason) })
}
