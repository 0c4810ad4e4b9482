/** Runs one input in the session and shows what came of it: the same for a typed line, a pasted program, a file and a script. */
import { events } from '../core/events.js'
import { isSilent } from '../core/describe.js'
import type { JobPromise } from '../core/job-promise.js'
import { errorCard } from './error-card.js'
import { Progress } from './progress.js'
import { liveChanges, type Changes, type Live } from './live-changes.js'
import type { Interrupts } from './interrupt.js'
import { renderBinding, renderDiagnostics, renderPlain, renderValue, type Look } from './render.js'
import type { Outcome } from './outcome.js'
import type { Session } from './session.js'
import type { Terminal } from './terminal.js'

const WAITS = /\.awaitTermination(OrTimeout)?\s*\(/
// Long enough that a wait which ends at once says nothing.
const HINT_MS = 150

export interface EvaluationOptions {
  readonly session: Session
  readonly terminal: Terminal
  readonly interrupts: Interrupts
  readonly look: Look
  /** What runs, function by function. */
  readonly liveFunctions: () => readonly Live[]
}

export class Evaluation {
  readonly #options: EvaluationOptions
  /** Errors that have been shown already: a batch's, when awaitTermination throws it again. */
  readonly #shown = new WeakSet<object>()

  readonly #progress: Progress

  constructor(options: EvaluationOptions) {
    const { terminal, look } = this.#options = options
    this.#progress = new Progress({ events, columns: look.columns, show: text => terminal.progress(text) })
  }

  /** Runs a whole program: true when it ran to its end. */
  async run(text: string, file?: string): Promise<boolean> {
    const ran = await this.enter(text, file)
    if (ran === 'incomplete') this.#options.terminal.print(`${this.#options.look.colors.red('error')}: ${file ?? 'the input'} ends in the middle of a statement`, 'stderr')
    return ran === true
  }

  /** Runs one input: true when it ran to its end, `incomplete` when it is the beginning of something. */
  async enter(text: string, file?: string): Promise<boolean | 'incomplete'> {
    const { session, interrupts } = this.#options
    const started = this.#whenStarted(() => this.#sayHowToLeave(text))
    const work = (): Promise<Outcome> => session.evaluate(text, { withSigint: started.run, ...file ? { file } : {} })
    try { return this.#show(text, await this.#progress.during(() => interrupts.during(() => session.interrupt(), work))) } finally { started.over() }
  }

  /** Waits for a job of the shell's own; Ctrl-C cancels it. */
  wait<T>(job: JobPromise<T>): Promise<T> { return this.#options.interrupts.during(() => job.cancel('by Ctrl-C'), () => job) }

  /** Remembers that an error is known to the user. */
  known(error: unknown): void { if (typeof error === 'object' && error !== null) this.#shown.add(error) }

  /** `late` is called when the line still runs a while after it has begun to; checking does not count. */
  #whenStarted(late: () => void): { run: <R>(run: () => R) => R; over: () => void } {
    let timer: NodeJS.Timeout | undefined
    const run = <R>(line: () => R): R => {
      timer = setTimeout(late, HINT_MS)
      return this.#options.interrupts.withSigint(line)
    }
    return { run, over: () => clearTimeout(timer) }
  }

  #sayHowToLeave(text: string): void {
    const { terminal, look } = this.#options
    if (WAITS.test(text) && terminal.mode !== 'script') terminal.print(look.colors.dim('Ctrl-C gives the prompt back, the stream goes on'), 'stderr')
  }

  #show(text: string, outcome: Outcome): boolean | 'incomplete' {
    const { terminal, look } = this.#options
    switch (outcome.kind) {
      case 'incomplete': return 'incomplete'
      case 'refused': terminal.print(renderDiagnostics(outcome.diagnostics, look), 'stderr'); return false
      case 'failed': terminal.print(this.#failure(outcome.error), 'stderr'); return false
      case 'interrupted': terminal.eraseEcho(); this.#bindings(outcome.bindings); terminal.print(WAITS.test(text) ? 'no longer waiting; the stream goes on' : 'interrupted', 'stderr'); return false
      case 'done': this.#done(outcome); return true
      default: return outcome satisfies never
    }
  }

  /** A script shows values only: names and types are for the one who types. */
  #done({ bindings, value, notes, changes }: Extract<Outcome, { kind: 'done' }>): void {
    const { terminal, look } = this.#options
    this.#bindings(bindings)
    for (const note of notes) terminal.print(look.colors.dim(terminal.wrapped(note)), 'stderr')
    this.#effects(changes)
    if (value && !isSilent(value.value)) terminal.print(terminal.mode === 'script' ? renderPlain(value.value, look) : renderValue(value.value, value.type, look))
  }

  /** What a running graph makes of the line. */
  #effects(changes: Changes): void {
    const { terminal, look, liveFunctions } = this.#options
    if (terminal.mode === 'script' || changes.assigned.length + changes.shadowed.length === 0) return
    for (const text of liveChanges(changes, liveFunctions())) terminal.print(`${look.colors.dim('·')} ${text}`, 'stderr')
  }

  #bindings(bindings: Extract<Outcome, { kind: 'done' }>['bindings']): void {
    const { terminal, look } = this.#options
    if (terminal.mode !== 'script') for (const binding of bindings) terminal.print(renderBinding(binding, look))
  }

  #failure(error: unknown): string {
    const known = typeof error === 'object' && error !== null && this.#shown.has(error)
    return known ? 'the waiting ended: a batch failed, as shown above; the stream goes on' : errorCard(error, this.#options.look)
  }
}
