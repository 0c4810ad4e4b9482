/** What a program expects of its streams decides how it ends: with an error where one expectation was not met, or its batch never came. */
import { SparkError } from '../core/errors.js'
import type { EventBus, Events } from '../core/events.js'

export class ExpectedByProgram {
  readonly #last = new Map<number, Events['expectation']>()

  /** Takes note from now on. */
  constructor(events: EventBus) {
    events.on('expectation', event => { if (event.state === 'removed') this.#last.delete(event.id); else this.#last.set(event.id, event) })
  }

  /** The program is over. @throws EXPECTATION_FAILED */
  check(): void {
    const all = [...this.#last.values()]
    const failed = all.filter(({ state }) => state !== 'met')
    if (failed.length === 0) return
    const which = failed.map(({ about, state }) => state === 'waiting' ? `${about} (it never started)` : about).join(', ')
    throw new SparkError('EXPECTATION_FAILED', { failed: failed.length, all: all.length, which })
  }
}
