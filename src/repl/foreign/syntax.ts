/** What Scala and Python programs of a first course are made of, as data: the same for both. */

export interface Param { readonly names: readonly string[]; readonly isPattern: boolean; readonly type: string | undefined }

export type Expression =
  | { readonly kind: 'name'; readonly name: string; readonly line: number }
  /** TypeScript already. */
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'text'; readonly raw: string }
  | { readonly kind: 'template'; readonly parts: readonly (string | Expression)[] }
  | { readonly kind: 'list'; readonly items: readonly Expression[]; readonly isTuple: boolean }
  /** Scala's `_`. */
  | { readonly kind: 'hole' }
  | { readonly kind: 'lambda'; readonly params: readonly Param[]; readonly body: Expression | readonly Statement[] }
  | { readonly kind: 'call'; readonly callee: Expression; readonly args: readonly Expression[]; readonly named: Readonly<Record<string, Expression>>; readonly line: number }
  | { readonly kind: 'member'; readonly of: Expression; readonly name: string; readonly line: number }
  | { readonly kind: 'index'; readonly of: Expression; readonly at: Expression }
  | { readonly kind: 'binary'; readonly sign: string; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'unary'; readonly sign: string; readonly of: Expression }
  | { readonly kind: 'choice'; readonly test: Expression; readonly then: Expression; readonly otherwise: Expression }
  | { readonly kind: 'new'; readonly name: string; readonly args: readonly Expression[]; readonly line: number }

export type Statement =
  | { readonly kind: 'declare'; readonly names: readonly string[]; readonly type: string | undefined; readonly value: Expression; readonly mutable: boolean; readonly line: number }
  | { readonly kind: 'function'; readonly name: string; readonly params: readonly Param[]; readonly result: string | undefined; readonly body: readonly Statement[]; readonly line: number }
  | { readonly kind: 'expression'; readonly value: Expression; readonly line: number }
  | { readonly kind: 'assign'; readonly target: Expression; readonly sign: string; readonly value: Expression; readonly line: number }
  | { readonly kind: 'return'; readonly value: Expression | undefined; readonly line: number }
  | { readonly kind: 'if'; readonly test: Expression; readonly then: readonly Statement[]; readonly otherwise: readonly Statement[] | undefined; readonly line: number }
  | { readonly kind: 'for'; readonly name: string; readonly of: Expression; readonly body: readonly Statement[]; readonly line: number }
  /** Needed there and not here. */
  | { readonly kind: 'dropped'; readonly text: string; readonly line: number }

export const name = (text: string, line = 0): Expression => ({ kind: 'name', name: text, line })
export const literal = (text: string): Expression => ({ kind: 'literal', text })
export const plainParam = (text: string, type?: string): Param => ({ names: [text], isPattern: false, type })

/** Where the last value of a body is what it gives: `return` is put before it. */
export function returning(statements: readonly Statement[]): Statement[] {
  const last = statements.at(-1)
  if (last?.kind === 'expression') return [...statements.slice(0, -1), { kind: 'return', value: last.value, line: last.line }]
  if (last?.kind === 'if' && last.otherwise) return [...statements.slice(0, -1), { ...last, then: returning(last.then), otherwise: returning(last.otherwise) }]
  return [...statements]
}
