/**
 * The lesson that is open: a context of its own on a clock that stands still, beside the learner's, and the step that comes next.
 *
 * What the learner types runs in the session as ever, but with names apart: a lesson begins with none, and leaves none behind. After each input it
 * looks whether its step is done: by the types of what was bound since, and by what its context's batches printed. The learner's `ssc` and streams are
 * left alone.
 */
import { openLesson } from '../../core/lesson-streams.js'
import { events } from '../../core/events.js'
import { SteppableClock } from '../../core/steppable-clock.js'
import type { StreamingContext } from '../../index.js'
import type { Session } from '../session.js'
import type { Check, LessonText, Step } from './lesson-text.js'

/** What has been seen since a step began. */
interface Seen { readonly fromLine: number; readonly blocks: Set<string>; failed: boolean }

export class OpenLesson {
  readonly #text: LessonText
  readonly #session: Session
  /** To the learner's own names. */
  readonly #back: () => Promise<void>
  readonly #ends: readonly (() => void)[]
  #step = 0
  #seen: Seen

  private constructor(text: LessonText, session: Session, back: () => Promise<void>, /** Its own. */ readonly context: StreamingContext) {
    this.#text = text
    this.#back = back
    this.#session = session
    this.#seen = this.#nothing()
    this.#ends = [
      events.watch('printed', ({ timeMs, lines }) => { if (this.#isOwn(timeMs)) this.#seen.blocks.add(sorted(lines)) }),
      events.watch('batchCompleted', ({ timeMs, error }) => { if (error != null && this.#isOwn(timeMs)) this.#seen.failed = true }),
    ]
  }

  /** `sc` runs its batches. */
  static async open(text: LessonText, session: Session, { sparkContext }: StreamingContext): Promise<OpenLesson> {
    const { Seconds, StreamingContext } = await import('../../index.js')
    const clock = new SteppableClock()
    clock.manual()
    const context = new StreamingContext(sparkContext, Seconds(1), { clock, beside: 'lesson.ssc' })
    openLesson({ ssc: context, ...Object.fromEntries(Object.entries(text.batches).map(([name, batches]) => [name, context.queueStream(batches.map(rows => [...rows]))])) })
    return new OpenLesson(text, session, await session.apart(), context)
  }

  get title(): string { return this.#text.title }
  get step(): Step | undefined { return this.#text.steps[this.#step] }
  /** `2/5`. */
  get place(): string { return `${Math.min(this.#step + 1, this.#text.steps.length)}/${this.#text.steps.length}` }

  /** After an input: whether it has done the step that was due; then the next one is. */
  look(): boolean {
    if (!this.step || !this.#holds(this.step.check)) return false
    this.#step++
    this.#seen = this.#nothing()
    return true
  }

  async close(): Promise<void> {
    for (const end of this.#ends) end()
    openLesson({})
    await this.#back()
    if (this.context.getState() === 'ACTIVE') await this.context.stop(false)
  }

  #holds(check: Check): boolean {
    switch (check.kind) {
      case 'type': return this.#session.bindings().some(({ line, type }) => line >= this.#seen.fromLine && type === check.type)
      case 'prints': return this.#seen.blocks.has(sorted(check.rows))
      case 'started': return this.context.getState() === 'ACTIVE'
      case 'fails': return this.#seen.failed
      default: return check satisfies never
    }
  }

  /** The learner's stream may go on by the wall's time. */
  #isOwn(timeMs: number): boolean { return timeMs <= this.context.clock.now() }

  #nothing(): Seen { return { fromLine: this.#session.nextLine, blocks: new Set(), failed: false } }
}

const sorted = (lines: readonly string[]): string => [...lines].sort().join('\n')
