/** How far a stage is, told with each task that begins or ends. A task that is given out again, since its executor was lost, has begun once. */
import type { EventBus } from '../../core/events.js'
import type { Draft } from '../driver/draft.js'

let nextStage = 0

export class StageProgress {
  readonly #stage = nextStage++
  readonly #begun = new Set<Draft>()
  #done = 0

  constructor(readonly job: number, readonly drafts: readonly Draft[], readonly events: EventBus) {}

  begun(draft: Draft): void {
    if (this.#begun.size === this.#begun.add(draft).size) return
    this.#tell()
  }

  ended(): void {
    this.#done++
    this.#tell()
  }

  /** Some tasks need no executor. */
  #tell(): void {
    const { operator, site } = this.drafts[0]!.at
    this.events.emit('stageProgress', { job: this.job, stage: this.#stage, done: this.#done, running: Math.max(0, this.#begun.size - this.#done), tasks: this.drafts.length, operator, site })
  }
}
