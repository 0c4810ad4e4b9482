/**
 * What entering a text can come to, as data: the evaluator gives it, the shell and the transcripts show it.
 *
 * Nothing here knows of a terminal: texts are plain, control characters are not yet escaped.
 */
import type { Changes } from './live-changes.js'

/** What is wrong with a text, in the user's own coordinates. */
export interface Diagnostic {
  /** From 1. */
  readonly line: number
  /** From 1. */
  readonly column: number
  /** In UTF-16 units, at least 1; ends with the line. */
  readonly length: number
  readonly sourceLine: string
  readonly message: string
  /** TypeScript's number; from 90001 on our own (compiler/driver-rules.ts). */
  readonly code: number
  /** One line of help, where the mistake is a known one (compiler/mistakes.ts). */
  readonly help?: string
  /** Where it stands, when that is not the entered text but a file it imports. */
  readonly file?: string
}

export interface Binding { readonly name: string; readonly type: string }

export type Outcome =
  | { readonly kind: 'incomplete' }
  /** Nothing ran. */
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[] }
  /** `value` is that of the last expression, unless undefined. Imports make bindings too but are not listed as news. */
  | { readonly kind: 'done'; readonly bindings: readonly Binding[]; readonly value?: { readonly value: unknown; readonly type: string }; readonly notes: readonly string[]; readonly changes: Changes }
  /** It threw; bindings and graph are as they were before the line. */
  | { readonly kind: 'failed'; readonly error: unknown }
  /** Ctrl-C. `bindings` holds what the line had finished when only its last statement was still waiting; otherwise nothing remains. */
  | { readonly kind: 'interrupted'; readonly bindings: readonly Binding[] }

/** What a session starts with. */
export interface Preluded {
  /** By name; a getter is called when the name is first used. */
  readonly values: Readonly<Record<string, unknown>>
  /**
   * Their types (and types without values), as the text of a declaration module; `tspark` is this installation.
   * @example "export { Seconds, DStream } from 'tspark'; export declare const sc: import('tspark').SparkContext"
   */
  readonly declarations: string
}

/** `doc`: of a name that is typed to its end and begins no other. */
export interface CompletionEntry { readonly name: string; readonly kind: string; readonly doc?: string }
export interface Completions { readonly from: number; readonly entries: readonly CompletionEntry[] }

export interface SessionOptions {
  /** The number of the first input; 1 unless given. */
  readonly firstLine?: number
  /** As in LANG: `zh_CN.UTF-8`. Diagnostics come in that language where TypeScript has it. */
  readonly locale?: string
  /** Where relative imports and packages are looked up; the process's own unless given. */
  readonly cwd?: string
  readonly prelude: Preluded
}

export interface EvaluateOptions {
  /** What a command is made of: `.save` leaves it out. */
  readonly aside?: boolean
  /** The text is that of a file: errors and call sites name it. */
  readonly file?: string
  /** Runs the synchronous part where Ctrl-C can break it: leaves raw mode, calls `run`, returns to raw mode. */
  readonly withSigint?: <T>(run: () => T) => T
}

export type Completeness = 'complete' | 'incomplete' | 'invalid'
