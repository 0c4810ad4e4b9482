/**
 * What the shell asks of a session: to check and run what was typed. The session (checker thread, evaluator, cells) knows no
 * terminal and the shell knows no compiler; this is all they say to each other.
 */
export interface Diagnostic {
  /** From 1, within the text that was given. */
  readonly line: number
  readonly column: number
  readonly length: number
  readonly sourceLine: string
  readonly message: string
  readonly code: number
  /** One line for a known mistake. */
  readonly help?: string
  /** Where it stands, when that is not the entered text but a file it imports. */
  readonly file?: string
}

export interface Binding { readonly name: string; readonly type: string }

export type Outcome =
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: 'done'; readonly bindings: readonly Binding[]; readonly value?: { readonly value: unknown; readonly type: string }; readonly notes: readonly string[] }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'interrupted'; readonly bindings: readonly Binding[] }

export interface EvaluateOptions {
  readonly file?: string
  /** Runs what is synchronous so that Ctrl-C reaches it as a signal. */
  readonly withSigint?: <R>(run: () => R) => R
}

export interface ShellSession {
  readonly ready: Promise<void>
  completeness(text: string): Promise<'complete' | 'incomplete' | 'invalid'>
  evaluate(text: string, options?: EvaluateOptions): Promise<Outcome>
  complete(text: string, cursor: number): Promise<{ from: number; entries: readonly { readonly name: string; readonly kind: string; readonly doc?: string }[] }>
  typeOf(expression: string): Promise<string | undefined>
  bindings(): readonly (Binding & { readonly line?: number })[]
  /** Ctrl-C while a line waits: ends the wait and cancels its job. False when nothing waits. */
  interrupt(): boolean
  close(): Promise<void>
}
