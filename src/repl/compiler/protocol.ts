/**
 * What the prompt's thread and the checker's thread say to each other: requests by number, plain data both ways.
 */
import type { Binding, Completeness, Completions, Diagnostic } from '../outcome.js'
import type { KeptStatement } from '../keep/kept.js'
import type { Insertion } from './edits.js'
import type { SessionName } from './names.js'

export interface CheckerOptions {
  readonly cwd: string
  readonly locale: string
  readonly declarations: string
  /** Lines that have run already: the thread takes the place of one that was lost. */
  readonly committed?: readonly Committed[]
}

/** What a line that ran left for later ones. */
export interface Committed { readonly line: number; readonly declarations: string; readonly names: readonly SessionName[]; readonly statements: readonly KeptStatement[] }

/** A text that passed: what to run, and what it will have bound once it has run. */
export interface Compiled {
  readonly kind: 'compiled'
  readonly js: string
  /** Lines of `js` that are not the user's; the script is run that much higher, so that its line 1 is theirs. */
  readonly headLines: number
  /** Source map (JSON) from `js`, less its head, to the text with `insertions`. */
  readonly map: string
  readonly insertions: readonly Insertion[]
  /** Cells to make: user's name → global property. */
  readonly cells: readonly { readonly name: string; readonly cell: string }[]
  readonly bindings: readonly Binding[]
  /** Modules to load, in order, before it runs. */
  readonly imports: readonly string[]
  /** True when running it gives a promise. */
  readonly asynchronous: boolean
  /** The type of the last statement, when it is an expression. */
  readonly valueType: string | undefined
  readonly notes: readonly string[]
}

export type Checked = { readonly kind: 'incomplete' } | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[] } | Compiled

export interface KnownBinding extends Binding { readonly line: number }

/** Request name → [arguments, answer]. */
export interface Requests {
  completeness: (text: string) => Completeness
  check: (text: string, line: number, file?: string) => Checked
  /** The line ran: its names are known from now on. */
  commit: (line: number) => Committed
  complete: (text: string, cursor: number) => Completions
  typeOf: (expression: string) => string | undefined
  docOf: (expression: string) => string | undefined
  signatures: (text: string, cursor: number) => readonly string[]
  bindings: () => readonly KnownBinding[]
  /** Forgets every line that ran; these have run instead. */
  reset: (committed?: readonly Committed[]) => void
  /** For tests of flatness: source files parsed since the start. */
  parsedFiles: () => number
}

export type RequestName = keyof Requests
export interface Request { readonly id: number; readonly name: RequestName; readonly args: readonly unknown[] }
export type Answer = { readonly id: number; readonly result: unknown } | { readonly id: number; readonly error: string }

/** The id of the answer that nobody asked for: the first check is done. */
export const READY = 0
