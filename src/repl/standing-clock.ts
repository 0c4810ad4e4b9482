/**
 * The clock as the prompt shows it while it is moved by hand: its time and how many records wait, `2000 (3 waiting) ts> `; in a narrow
 * terminal `2000 (3) ts> `. While time goes by itself the prompt is bare.
 */
import type { EventBus } from '../core/events.js'
import type { SteppableClock } from '../core/steppable-clock.js'
import { clockTime } from './printed-block.js'

// Narrower than this, a prompt with words in it leaves no room for a line.
const NARROW_COLUMNS = 60
// What arrives in a moment changes the prompt once.
const RELABEL_MS = 100

export interface Standing { readonly clock: SteppableClock; readonly waiting: number; readonly columns: number }

/** What stands before `ts> `. */
export function standingLabel({ clock, waiting, columns }: Standing): string {
  if (!clock.isManual) return ''
  return `${timeText(clock.now())}${waiting ? ` (${waiting}${columns < NARROW_COLUMNS ? '' : ' waiting'})` : ''} `
}

/** 2000; the time of day where the clock began as the wall's. */
export function timeText(timeMs: number): string {
  const ofDay = clockTime(timeMs)
  const ms = timeMs % 1000
  return ofDay ? ofDay + (ms ? `.${String(ms).padStart(3, '0')}` : '') : String(timeMs)
}

/** Calls `changed` when records have arrived while time stands still. */
export function watchStanding(events: EventBus, clock: SteppableClock, changed: () => void): () => void {
  let timer: NodeJS.Timeout | undefined
  const end = events.on('received', () => {
    if (clock.isManual) timer ??= setTimeout(() => { timer = undefined; changed() }, RELABEL_MS)
  })
  return () => { clearTimeout(timer); end() }
}
