/**
 * print() on a terminal: Spark's block with the clock time beside the batch time, and the output's name where there are several.
 *
 * A run of empty batches is one status line instead of a block each. Batches that come faster than their times are apart are
 * being caught up (the machine slept): of each output only the last is shown. In a pipe none of this happens: there the block
 * is Spark's, byte for byte.
 */
import { escapeControls } from '../core/escape.js'
import type { Events } from '../core/events.js'
import { surroundings } from '../core/wiring.js'
import type { Look } from './render.js'
import type { Terminal } from './terminal.js'

type Printed = Events['printed']

/** The newest block of an output whose batches are being caught up. */
interface Late { readonly event: Printed; readonly skipped: number; readonly timer: NodeJS.Timeout }

const BAR = '-'.repeat(43)
const CAUGHT_UP_MS = 100
// Later than this a batch is being caught up; later than a month it runs on a clock that is not the wall's.
const LATE_MS = 3000
const OTHER_CLOCK_MS = 30 * 24 * 3_600_000

export class PrintedBlocks {
  readonly #terminal: Terminal
  readonly #look: Look
  readonly #outputs = new Set<number>()
  /** Blocks of the batch that runs. */
  #empty: Printed[] = []
  #shown = 0
  #isLate = false
  #run: { firstMs: number; lastMs: number; batches: number } | undefined
  readonly #late = new Map<number, Late>()
  readonly #last = new Map<number, { timeMs: number; atMs: number }>()

  constructor(terminal: Terminal, look: Look) {
    this.#terminal = terminal
    this.#look = look
    terminal.onStatusKept = () => { this.#run = undefined }
  }

  printed(event: Printed): void {
    this.#outputs.add(event.output.id)
    if (event.lines.length === 0) this.#empty.push(event)
    else if (this.#isCatchingUp(event)) this.#keepLast(event)
    else this.#show(event)
  }

  batchCompleted(timeMs: number): void {
    if (this.#empty.length && this.#shown === 0) this.#extendRun(timeMs)
    else if (!this.#isLate) for (const { output } of this.#empty) this.#terminal.print(this.#look.colors.dim(`Time: ${timeMs} ms  ${outputName(output)}: empty`))
    this.#empty = []
    this.#shown = 0
    this.#isLate = false
  }

  /** Before anything else is printed: what is held comes first. */
  settle(): void {
    for (const id of [...this.#late.keys()]) this.#showLate(id)
    this.#endRun()
  }

  #show(event: Printed): void {
    this.#endRun()
    this.#sayCaughtUp(this.#takeLate(event.output.id), 1)
    this.#shown++
    this.#terminal.print(this.#block(event))
  }

  #block(event: Printed): string {
    const { dim, bold } = this.#look.colors
    const name = this.#outputs.size > 1 ? `  ${bold(outputName(event.output))}` : ''
    const lines = event.lines.map(escapeControls)
    return [dim(BAR), `Time: ${event.timeMs} ms${dim(besides(event.timeMs))}${name}`, dim(BAR), ...lines, ...event.more ? ['...'] : [], ''].join('\n') + '\n'
  }

  #extendRun(timeMs: number): void {
    const run = this.#run ??= { firstMs: timeMs, lastMs: timeMs, batches: 0 }
    run.lastMs = timeMs
    run.batches++
    if (this.#terminal.mode === 'redraw') this.#terminal.status(this.#runText(run))
    else if (run.batches === 1) this.#terminal.print(this.#runText(run))
  }

  #endRun(): void {
    const run = this.#run
    this.#run = undefined
    if (!run) return
    this.#terminal.status(undefined)
    if (this.#terminal.mode === 'redraw' || run.batches > 1) this.#terminal.print(this.#runText(run))
  }

  #runText({ firstMs, lastMs, batches }: { firstMs: number; lastMs: number; batches: number }): string {
    const span = batches === 1 ? `empty batch  Time: ${lastMs} ms` : `${batches} empty batches  Time: ${firstMs} ms to ${lastMs} ms`
    return this.#look.colors.dim(`· ${span}${besides(lastMs)}`)
  }

  #isCatchingUp({ output, timeMs }: Printed): boolean {
    const last = this.#last.get(output.id)
    const atMs = Date.now()
    this.#last.set(output.id, { timeMs, atMs })
    const isLate = atMs - timeMs > LATE_MS && isWallTime(timeMs)
    return this.#terminal.mode === 'redraw' && !surroundings.clock?.isManual && isLate && last !== undefined && (atMs - last.atMs) * 4 < timeMs - last.timeMs
  }

  #keepLast(event: Printed): void {
    const { id } = event.output
    const before = this.#takeLate(id)
    this.#shown++
    this.#isLate = true
    this.#late.set(id, { event, skipped: before ? before.skipped + 1 : 0, timer: setTimeout(() => this.#showLate(id), CAUGHT_UP_MS) })
  }

  #takeLate(id: number): Late | undefined {
    const late = this.#late.get(id)
    clearTimeout(late?.timer)
    this.#late.delete(id)
    return late
  }

  #showLate(id: number): void {
    const late = this.#takeLate(id)
    if (!late) return
    this.#endRun()
    this.#sayCaughtUp(late, 0)
    this.#terminal.print(this.#block(late.event))
  }

  /** `more`: what is held itself counts, since a newer block is shown instead. */
  #sayCaughtUp(late: Late | undefined, more: number): void {
    const count = late ? late.skipped + more : 0
    if (count) this.#terminal.print(this.#look.colors.dim(`· ${count === 1 ? 'one batch was' : `${count} batches were`} caught up; this is the last`))
  }
}

const besides = (timeMs: number): string => { const clock = clockTime(timeMs); return clock && `  ${clock}` }

export const outputName = ({ name, site }: Printed['output']): string => escapeControls(site ? `${name} (${site.file}:${site.line})` : name)

const isWallTime = (timeMs: number): boolean => Math.abs(Date.now() - timeMs) < OTHER_CLOCK_MS

/** 14:05:09, in local time; nothing for the time of a clock that is stepped by hand. */
export function clockTime(timeMs: number): string {
  if (!isWallTime(timeMs)) return ''
  const at = new Date(timeMs)
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map(part => String(part).padStart(2, '0')).join(':')
}
