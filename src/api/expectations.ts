/**
 * The expectations of a context: each waits for its batch and is judged by a look at it, beside the live one. The graph knows nothing of them.
 *
 * What is judged is told on the event bus; how it looks, and what it means for an exit code, is decided by who listens.
 */
import type { CallSite } from '../core/call-site.js'
import { SETTLING } from '../core/describe.js'
import { SparkError } from '../core/errors.js'
import { surroundings } from '../core/wiring.js'
import { ancestors, type StreamNode } from '../plan/stream-plan.js'
import type { Look, Lookback } from '../streaming/history/lookback.js'
import { looksBack } from '../streaming/stream-graph.js'
import { alike } from './alike.js'
import { shortly } from './batch-duration.js'
import type { Expectation, ExpectationState } from './expect.js'
import type { LookingContext } from './looking-context.js'
import { rowDifference } from './row-difference.js'
import type { Seen } from './sight.js'

/** What is expected, and where that was written. */
export interface Asked { readonly node: StreamNode; readonly timeMs: number; readonly rows: readonly unknown[]; readonly inOrder: boolean; readonly site: CallSite | undefined }

// Beyond that nobody has written down what to expect.
const MOST_ROWS = 10_000
const NEVER_CAME = 'the stream ended before that batch'

let lastId = 0

export class Expectations {
  readonly #context: LookingContext
  readonly #ids = new Map<Expectation, number>()
  /** Those whose batch did not come before the stream ended: it may when it starts again. */
  readonly #missed = new Set<Expectation>()
  #lookback: Lookback | undefined
  /** By time: the last that is told of that batch. They are told in the order in which they were entered. */
  #told = new Map<number, Promise<void>>()

  constructor(context: LookingContext) { this.#context = context }

  /** In their order. */
  get all(): readonly Expectation[] { return [...this.#ids.keys()] }

  /** At the prompt one about the same stream and time takes the place of the former: it was mistyped, or has changed. */
  add(expectation: Expectation): void {
    const { timeMs } = expectation.asked
    const former = this.all.filter(each => each.asked.timeMs === timeMs && alike(this.#stream(each.asked), this.#stream(expectation.asked)))
    if (surroundings.hasPrompt) for (const each of former) this.remove(each)
    this.#ids.set(expectation, lastId++)
    this.#tell(expectation, 'waiting')
    if (surroundings.hasPrompt && !this.#lookback?.isPast(timeMs)) this.#context.sparkContext.events.emit('message', { level: 'info', text: `${this.about(expectation)}: told when that batch is done` })
    if (this.#lookback) this.#watch(expectation, this.#lookback)
  }

  remove(expectation: Expectation): void {
    if (!this.#ids.has(expectation)) return
    this.#tell(expectation, 'removed')
    this.#ids.delete(expectation)
  }

  /** Marks those there are; calling the result takes later ones back: their line failed. */
  begin(): () => void {
    const before = new Set(this.all)
    return () => { for (const each of this.all) if (!before.has(each)) this.remove(each) }
  }

  /** The context starts. */
  opened(lookback: Lookback): void {
    this.#lookback = lookback
    this.#told = new Map()
    lookback.redone = fromMs => this.#again(fromMs, lookback)
    for (const each of this.all) if (this.#missed.delete(each)) each.become('waiting')
    for (const each of this.all) if (each.state === 'waiting') this.#watch(each, lookback)
  }

  /** A batch that had failed was run again, and those that followed it: what was not as expected there may be now. */
  #again(fromMs: number, lookback: Lookback): void {
    for (const each of this.all) if (each.state === 'failed' && each.asked.timeMs >= fromMs && lookback.isPast(each.asked.timeMs)) this.#watch(each, lookback)
  }

  #watch(expectation: Expectation, lookback: Lookback): void {
    const { timeMs } = expectation.asked
    const judged = Promise.all([this.#seen(expectation.asked, lookback), this.#told.get(timeMs)]).then(([report]) => {
      if (this.#ids.has(expectation)) this.#judge(expectation, report)
    })
    this.#told.set(timeMs, judged)
    if (lookback.isPast(timeMs)) expectation[SETTLING] = judged
  }

  /** What is wrong with the batch; nothing, where it is as expected. */
  async #seen(asked: Asked, lookback: Lookback): Promise<readonly string[]> {
    const sight = this.#context.sight(MOST_ROWS)
    let stream = this.#stream(asked)
    const look = (): Look => {
      stream = this.#stream(asked)
      return { plan: this.#context.plan(), watches: sight.watches([stream]), whole: this.#carriesAlone(stream) }
    }
    try {
      const time = await lookback.at(asked.timeMs, look)
      return time ? differences(sight.at(stream, time), asked, stream) : [this.#whyGone(lookback)]
    } catch (error) {
      return [error instanceof SparkError && error.code === 'HISTORY_EMPTY' ? NEVER_CAME : `its batch could not be looked at: ${messageOf(error)}`]
    }
  }

  #judge(expectation: Expectation, report: readonly string[]): void {
    if (report[0] === NEVER_CAME) this.#missed.add(expectation)
    if (expectation.state === 'failed' && report.join() === expectation.report.join()) return
    expectation.become(report.length === 0 ? 'met' : 'failed', report)
    this.#tell(expectation, expectation.state)
  }

  #tell(expectation: Expectation, state: ExpectationState | 'removed'): void {
    this.#context.sparkContext.events.emit('expectation', { id: this.#ids.get(expectation)!, about: this.about(expectation), site: expectation.asked.site, state, report: expectation.report })
  }

  /** `counts at 2000 ms`. */
  about({ asked }: Expectation): string {
    const stream = this.#stream(asked)
    return `${this.#context.nameOf(stream) ?? stream.operator} at ${asked.timeMs} ms`
  }

  #stream({ node }: Asked): StreamNode { return this.#context.resolved(node) }

  /** It has state or a window that nothing that runs carries along. */
  #carriesAlone(stream: StreamNode): boolean { return [...ancestors(stream), stream].some(node => looksBack(node) && !this.#context.isRead(node)) }

  #whyGone({ batches }: Lookback): string {
    const kept = batches.length === 0 ? 'no batch is kept' : `the batches from ${+batches[0]!.time} to ${+batches.at(-1)!.time} ms are kept`
    const hint = this.#context.clock.isManual ? '' : '; the clock that runs is the wall\'s: with .clock manual, or ssc.clock.manual() before ssc.start(), times are small'
    return `that time has passed, and ${kept} (spark.tspark.history)${hint}`
  }
}

function differences(seen: Seen | undefined, { rows, inOrder, timeMs }: Asked, { slideDuration }: StreamNode): string[] {
  if (!seen) return [`it has no batch at ${timeMs} ms: it gives one every ${shortly(slideDuration)}`]
  if (seen.error !== undefined) return [`its batch failed: ${messageOf(seen.error)}`]
  if (seen.more) return [`more than ${MOST_ROWS} records came`]
  return rowDifference(rows, seen.rows, { inOrder })
}

const messageOf = (error: unknown): string => error instanceof Error ? error.message : String(error)
