/**
 * Everything between "text entered" and "value or diagnostics", without a terminal: the shell, scripts and transcripts use only this.
 *
 * A text is checked with full types in the checker's thread, and only then runs, here, in the main context. One input may hold many
 * statements (a paste, a file); it counts as one line: all of it is checked before any of it runs, and if it throws nothing remains.
 *
 * @example
 * const session = new Session({ prelude: { values: { answer: 42 }, declarations: 'export declare const answer: number' } })
 * await session.evaluate('const next = answer + 1')   // { kind: 'done', bindings: [{ name: 'next', type: 'number' }], notes: [] }
 * await session.evaluate('next.length')               // { kind: 'refused', diagnostics: [{ column: 6, message: "Property 'length' …" }] }
 */
import { CheckerClient, CheckerLost } from './checker-client.js'
import { Evaluator } from './evaluator.js'
import type { Completeness, Completions, EvaluateOptions, Outcome, SessionOptions } from './outcome.js'
import type { Compiled, KnownBinding } from './compiler/protocol.js'
import type { KeptStatement } from './keep/kept.js'

export type { Binding, Completeness, CompletionEntry, Completions, Diagnostic, EvaluateOptions, Outcome, Preluded, SessionOptions } from './outcome.js'

// What sessions begin with: later ones take a third of the time that the first ones of their kind take.
const FIRST_LOOKS = ['ssc.socketTextStream("localhost", 9999).flatMap(l => l.split(" ")).map(w => [w, 1]).reduce', 'sc.te', 'S'] as const

export class Session {
  readonly #checker: CheckerClient
  readonly #evaluator: Evaluator
  #line: number
  #known: readonly KnownBinding[] = []
  #givenUp = false
  /** Inputs are evaluated one after the other, in the order they came. */
  #last: Promise<unknown> = Promise.resolve()

  constructor({ firstLine = 1, locale = process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || 'en', cwd = process.cwd(), prelude }: SessionOptions) {
    this.#line = firstLine
    this.#checker = new CheckerClient({ cwd, locale, declarations: prelude.declarations })
    this.#evaluator = new Evaluator(prelude, cwd)
    this.ready = this.#checker.ready.then(async () => { this.#known = await this.#checker.ask('bindings') })
    this.ready.catch(() => {}) // whoever asks the session hears the reason
  }

  /** The checker has read the library's types. Texts entered earlier wait for it. */
  readonly ready: Promise<void>

  /** The number that the next input gets. */
  get nextLine(): number { return this.#line }

  completeness(text: string): Promise<Completeness> { return this.#checker.ask('completeness', text) }

  /**
   * Checks, then runs. A failed or refused text leaves nothing behind; it has used up its number, so that
   * errors name one input. Never rejects: a checker that breaks is a failed line too.
   */
  evaluate(text: string, options: EvaluateOptions = {}): Promise<Outcome> {
    const outcome = this.#last.then(() => this.#evaluate(text, options)).catch((error: unknown): Outcome => this.#broken(error))
    this.#last = outcome
    return outcome
  }

  /** Ctrl-C while a line waits: ends the wait, cancels its job; gives up a check that takes too long. False when nothing waits. */
  interrupt(): boolean { return this.#evaluator.interrupt() || (this.#givenUp = this.#checker.giveUp()) }

  complete(text: string, cursor: number): Promise<Completions> { return this.#checker.ask('complete', text, cursor) }

  /** Does once what Tab and `.type` do, so that the user's first need not be slow. Nothing runs. */
  async warmUp(): Promise<void> {
    for (const text of FIRST_LOOKS) await this.complete(text, text.length)
    await this.typeOf(FIRST_LOOKS[0])
  }

  /** The type of an expression, which does not run; undefined when it is none. */
  typeOf(expression: string): Promise<string | undefined> { return this.#checker.ask('typeOf', expression) }

  /** What the last name of an expression means, in words: its declaration, what its docstring says, an example. Nothing runs. */
  docOf(expression: string): Promise<string | undefined> { return this.#checker.ask('docOf', expression) }

  /** How the call around the cursor may be written. */
  signatures(text: string, cursor: number): Promise<readonly string[]> { return this.#checker.ask('signatures', text, cursor) }

  /** What the session has bound, in the order of its lines; the constants of the prelude have line 0. */
  bindings(): readonly KnownBinding[] { return this.#known }

  /** The statements of all lines that ran, in their order: what `.save` writes. */
  kept(): readonly KeptStatement[] { return this.#checker.committed.flatMap(({ statements }) => statements) }

  /** As if nothing had been entered; inputs go on being counted, so that a place names one input. */
  async reset(): Promise<void> {
    await this.#last
    await this.#checker.exchange()
    this.#evaluator.reset()
    this.#known = await this.#checker.ask('bindings')
  }

  /** From now on there are no names but the prelude's; calling the result brings back those that were, and the others are gone. */
  async apart(): Promise<() => Promise<void>> {
    await this.#last
    const own = await this.#checker.exchange()
    const back = this.#evaluator.apart()
    this.#known = await this.#checker.ask('bindings')
    return async () => {
      await this.#last
      back()
      await this.#checker.exchange(own)
      this.#known = await this.#checker.ask('bindings')
    }
  }

  /** For tests and measurements: source files that the checker has parsed since it started. */
  parsedFiles(): Promise<number> { return this.#checker.ask('parsedFiles') }

  async close(): Promise<void> {
    this.#evaluator.interrupt()
    await this.#checker.close()
    this.#evaluator.close()
  }

  #broken(error: unknown): Outcome {
    const byUser = this.#givenUp && error instanceof CheckerLost
    this.#givenUp = false
    return byUser ? { kind: 'interrupted', bindings: [] } : { kind: 'failed', error }
  }

  async #evaluate(text: string, options: EvaluateOptions): Promise<Outcome> {
    const checked = await this.#checker.ask('check', text, this.#line, options.file)
    if (checked.kind === 'incomplete') return checked
    const line = this.#line++
    return checked.kind === 'refused' ? checked : this.#run({ text, line, compiled: checked, ...options })
  }

  async #run(line: { text: string; line: number; compiled: Compiled } & EvaluateOptions): Promise<Outcome> {
    const ran = await this.#evaluator.run(line)
    const { bindings, valueType, notes } = line.compiled
    if (ran.kind === 'failed') return ran
    if (ran.kind === 'interrupted' && !ran.finished) return { kind: 'interrupted', bindings: [] }
    await this.#checker.commit(line.line, line.aside)
    this.#known = await this.#checker.ask('bindings')
    if (ran.kind === 'interrupted') return { kind: 'interrupted', bindings }
    return { kind: 'done', bindings, notes, changes: ran.changes, ...ran.value !== undefined && { value: { value: ran.value, type: valueType! } } }
  }
}
