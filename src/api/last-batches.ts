/** What each output printed last, so that a bare stream at the prompt can show its last batch. */
import type { Events } from '../core/events.js'
import type { OutputNode } from '../plan/stream-plan.js'

// As many rows as print() shows by default.
const MOST_ROWS = 10

export class LastBatches {
  readonly #printed = new Map<number, Events['printed']>()

  keep(block: Events['printed']): void { this.#printed.set(block.output.id, block) }

  of(outputs: readonly OutputNode[]): string[] {
    const event = outputs.map(({ id }) => this.#printed.get(id)).find(found => found)
    if (!event) return []
    const rows = event.lines.slice(0, MOST_ROWS)
    return [`last batch, ${event.timeMs} ms:${rows.length ? '' : ' empty'}`, ...rows.map(row => `  ${row}`), ...(event.more ? ['  ...'] : [])]
  }
}
