/**
 * What a rule takes of each line, as data that travels with the task: tests that a line must pass, then the whole line, all parts
 * of it (words), or some of its fields.
 */
import type { Constant } from '../../../closure/function-tree.js'
import type { Separator } from './separator.js'

export type TrimName = 'trim' | 'trimStart' | 'trimEnd'
export type CaseName = 'toLowerCase' | 'toUpperCase'
export type TextOp = TrimName | CaseName

/** In the order in which they happen: the line is made shorter, or must pass. */
export type LineOp = { readonly kind: 'trim'; readonly how: TrimName } | { readonly kind: 'keep'; readonly test: TextTest }

/** What can be asked of text while it is bytes. */
export type TextTest =
  | { readonly op: 'includes' | 'startsWith' | 'endsWith' | 'is'; readonly text: Uint8Array }
  | { readonly op: 'length'; readonly compare: Comparison; readonly to: number }
  | { readonly op: 'trimmed'; readonly how: TrimName; readonly of: TextTest }
  | { readonly op: 'not'; readonly of: TextTest }
  | { readonly op: 'and' | 'or'; readonly of: readonly [TextTest, TextTest] }
export type Comparison = '<' | '<=' | '>' | '>=' | '===' | '!=='

/**
 * What stands beside it makes the answer of bytes uncertain. `mark`: U+FEFF is a space that letters see through; `kelvin`: K and İ, whose lower
 * case holds ASCII letters.
 */
export type Doubt = 'none' | 'mark' | 'kelvin'

/** A field by its number, or the line itself; then what is done to its text. */
export interface TextOf { readonly field: number | 'line'; readonly ops: readonly TextOp[] }

/** What becomes of a line. */
export type Shape =
  /** Each part is a row; `trimmed`: one with white space around it is not for rules. */
  | { readonly kind: 'parts'; readonly ops: readonly TextOp[]; readonly trimmed: boolean }
  | { readonly kind: 'text'; readonly text: TextOf }
  | { readonly kind: 'pair'; readonly text: TextOf; readonly value: Constant }
  /** The second field as a number. */
  | { readonly kind: 'amount'; readonly text: TextOf; readonly number: TextOf; readonly by: 'Number' | 'parseFloat' }

export interface Cut {
  readonly ops: readonly LineOp[]
  readonly by: Separator | undefined
  readonly doubt: Doubt
  readonly shape: Shape
  /** The first step that is still to be done, by its number in the chain. */
  readonly next: number
}
