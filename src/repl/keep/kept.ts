/**
 * What the session keeps of each statement that ran, as data: its text, what it binds and uses, and what it is to the stream. The checker
 * makes it (compiler/keeping.ts), since it knows the types; `.save` makes a program of it (saved-program.ts) and needs no compiler.
 *
 * A binding is known by name and input, `norm$7`: whoever declares `norm` again makes another.
 */

/** A place in a statement's text that means a binding. */
export interface Use {
  readonly at: number
  readonly end: number
  readonly id: string
  /** `{ norm }`: with another name it is `{ norm: other }`. */
  readonly shorthand: boolean
}

/** A piece of a statement: what replaces the function or the stream that an operator was given. */
export interface Piece { readonly at: number; readonly end: number }

export type KeptKind =
  /** Binds names by a declaration. */
  | 'declaration'
  /** Only shows something: leaves no trace. */
  | 'look'
  /** A job whose value was shown. */
  | 'shown'
  /** ssc.start(), and what else moves the session rather than the graph: stop, awaitTermination, undo. */
  | 'start' | 'session'
  /** An output that has no name. */
  | 'output'
  /** `stream.replace(…)`, `replace(stream)`; `….remove()`. */
  | 'replace' | 'remove'
  | 'effect'

export interface Imported { readonly from: string; readonly name: string; readonly id: string }

export interface KeptStatement {
  readonly kind: KeptKind
  /** With its awaits. */
  readonly text: string
  /** `<repl>:7`, or a file; and the rows of the text there. */
  readonly file: string
  readonly fromRow: number
  readonly toRow: number
  readonly binds: readonly string[]
  readonly uses: readonly Use[]
  /** Making it again, or not at all, is seen by nobody: streams, RDDs, functions, plain values. */
  readonly pure: boolean
  /** What it declares is an Output. */
  readonly output: boolean
  /** What it declares is a StreamingContext. */
  readonly context: boolean
  /** It expects something of a stream: of what time, the context knows. */
  readonly expects?: boolean
  /** What it is about: the context that starts, the stream that is replaced, the output that is removed. */
  readonly about?: string | undefined
  /** Of a declaration by a call: all of the call, and the functions that the call was given. Of a replacement: what is put in, functions or one stream. */
  readonly whole?: Piece | undefined
  readonly functions?: readonly Piece[] | undefined
  readonly imports?: readonly Imported[] | undefined
}

export const nameOf = (id: string): string => id.slice(0, id.lastIndexOf('$'))
export const lineOf = (id: string): number => Number(id.slice(id.lastIndexOf('$') + 1))

/** A statement with another text in the place of a piece. */
export function spliced(statement: KeptStatement, { at, end }: Piece, by: KeptStatement, { at: from, end: to }: Piece): KeptStatement {
  const moved = by.uses.filter(use => use.at >= from && use.end <= to).map(use => ({ ...use, at: use.at - from + at, end: use.end - from + at }))
  const shift = (to - from) - (end - at)
  const rest = statement.uses.filter(use => use.end <= at || use.at >= end).map(use => use.at >= end ? { ...use, at: use.at + shift, end: use.end + shift } : use)
  const placed = (piece: Piece): Piece => piece.at > at ? { at: piece.at + shift, end: piece.end + shift } : { at: piece.at, end: piece.end + (piece.end >= end ? shift : 0) }
  return {
    ...statement,
    text: statement.text.slice(0, at) + by.text.slice(from, to) + statement.text.slice(end),
    uses: [...rest, ...moved],
    whole: statement.whole && placed(statement.whole),
    functions: statement.functions?.map(placed),
  }
}
