/**
 * Steps over lines → a Cut, as far as their functions say things that bytes can be asked: a small interpreter over syntax trees whose
 * values are "the line", "its parts", "part 3 in lower case", "that as a number". What it does not know ends the cut or the rule.
 */
import type { Constant, Expression, FunctionNode, Pattern, Seen, SeenFunction, SpreadElement, Super } from '../../../closure/function-tree.js'
import type { Step } from '../task.js'
import { caseSplit } from './case-split.js'
import type { CaseName, Cut, Doubt, LineOp, Shape, TextOf, TextOp, TrimName } from './cut.js'
import { literalSeparator, patternSeparator, type Separator } from './separator.js'
import { isPure } from './pure.js'
import { testOf } from './text-test.js'

export type Sym =
  | { readonly kind: 'text'; readonly field: number | 'line'; readonly ops: readonly TextOp[]; readonly parts?: Parts | undefined }
  | Parts
  | { readonly kind: 'number'; readonly of: Sym & { kind: 'text' }; readonly by: 'Number' | 'parseFloat' }
  | { readonly kind: 'constant'; readonly value: Constant }
  | { readonly kind: 'list'; readonly items: readonly Sym[] }

/** `trims` were applied to the line before it was split, `cases` too; `then` says that a pure function is applied to each part. */
export interface Parts { readonly kind: 'parts'; readonly by: Separator; readonly doubt: Doubt; readonly trims: readonly TrimName[]; readonly cases: readonly CaseName[]; readonly then: boolean }

const LINE: Sym = { kind: 'text', field: 'line', ops: [] }
export const isTrim = (op: TextOp): op is TrimName => op.startsWith('trim')

/** The cut that the chain's first steps make; undefined where there is none. */
export function cutOf(steps: readonly Step[], fns: readonly Seen[]): Cut | undefined {
  const ops: LineOp[] = []
  let row: Sym = LINE
  let next = 0
  for (; next < steps.length; next++) {
    const { op, fn } = steps[next]!
    const seen = fns[fn]
    if (op === 'filter' && isLine(row) && !row.ops.some(each => !isTrim(each))) {
      const test = seen && 'node' in seen ? testOf(seen) : undefined
      if (!test) break
      ops.push(...trims(row.ops), { kind: 'keep', test })
      row = LINE
    } else if (op === 'map' && (isLine(row) || row.kind === 'parts')) {
      const result = applied(seen, row)
      if (!result) break
      row = result
      if (!isLine(row) && row.kind !== 'parts') return finished(ops, row, next + 1)
    } else if (op === 'flatMap') {
      const parts = applied(seen, isLine(row) ? { ...row, ops: row.ops.filter(each => !isTrim(each)) } : row)
      return parts?.kind === 'parts' ? allParts([...ops, ...isLine(row) ? trims(row.ops) : []], row, parts, next) : undefined
    } else break
  }
  return isLine(row) ? { ops: [...ops, ...trims(row.ops)], by: undefined, doubt: 'none', shape: { kind: 'text', text: { field: 'line', ops: row.ops.filter(op => !isTrim(op)) } }, next } : undefined
}

const isLine = (row: Sym): row is Sym & { kind: 'text' } => row.kind === 'text' && row.field === 'line'
const trims = (ops: readonly TextOp[]): LineOp[] => ops.filter(isTrim).map(how => ({ kind: 'trim', how }))

/**
 * A flatMap whose function does more to each part (`.filter(w => w)`) is done again for a part alone, which it takes for a line with
 * that one part. That holds where the part is trimmed already.
 */
function allParts(ops: readonly LineOp[], before: Sym, { then, by, doubt, trims: own, cases }: Parts, step: number): Cut | undefined {
  if (then && before.kind === 'parts') return undefined
  return { ops: [...ops, ...trims(own)], by, doubt, shape: { kind: 'parts', ops: cases, trimmed: then && own.length > 0 }, next: then ? step : step + 1 }
}

function finished(ops: readonly LineOp[], row: Sym, next: number): Cut | undefined {
  const shape = shapeOf(row)
  const parts = shape && partsIn(row)
  if (!shape || parts === 'different') return undefined
  return { ops: parts ? [...ops, ...trims(parts.trims)] : ops, by: parts?.by, doubt: parts?.doubt ?? 'none', shape, next }
}

function shapeOf(row: Sym): Shape | undefined {
  if (row.kind === 'text') return { kind: 'text', text: textOf(row) }
  if (row.kind !== 'list' || row.items.length !== 2) return undefined
  const [key, value] = row.items as [Sym, Sym]
  if (key.kind !== 'text') return undefined
  if (value.kind === 'constant') return { kind: 'pair', text: textOf(key), value: value.value }
  return value.kind === 'number' ? { kind: 'amount', text: textOf(key), number: textOf(value.of), by: value.by } : undefined
}

const textOf = ({ field, ops }: Sym & { kind: 'text' }): TextOf => ({ field, ops })

/** All fields of a row must be of one way of splitting; a line that is trimmed as well as split is not asked for. */
function partsIn(row: Sym): Parts | 'different' | undefined {
  const texts = row.kind === 'list' ? row.items.map(item => item.kind === 'number' ? item.of : item).filter(item => item.kind === 'text') : row.kind === 'text' ? [row] : []
  const [first, ...others] = texts
  if (others.some(other => !sameParts(other.parts, first!.parts))) return 'different'
  return first?.parts
}

const sameParts = (a: Parts | undefined, b: Parts | undefined): boolean => JSON.stringify(a, plainly) === JSON.stringify(b, plainly)
const plainly = (_key: string, value: unknown): unknown => value instanceof Uint8Array ? [...value] : value

export type Env = ReadonlyMap<string, Sym>

/** What the function gives for that argument. */
function applied(seen: Seen, argument: Sym): Sym | undefined {
  if (!seen) return undefined
  if ('path' in seen) return seen.path === 'Number' && argument.kind === 'text' ? { kind: 'number', of: argument, by: 'Number' } : undefined
  const env = new Map<string, Sym>()
  const { node } = seen
  return node.params.length === 1 && bind(node.params[0]!, argument, env) ? bodyOf(node, seen, env) : undefined
}

/** `const` declarations and what is returned. */
function bodyOf(node: FunctionNode, seen: SeenFunction, env: Map<string, Sym>): Sym | undefined {
  if (node.body.type !== 'BlockStatement') return evaluate(node.body, seen, env)
  for (const statement of node.body.body) {
    if (statement.type === 'ReturnStatement') return statement.argument ? evaluate(statement.argument, seen, env) : undefined
    if (statement.type !== 'VariableDeclaration' || statement.kind !== 'const') return undefined
    for (const { id, init } of statement.declarations) {
      const value = init && evaluate(init, seen, env)
      if (!value || !bind(id, value, env)) return undefined
    }
  }
  return undefined
}

function bind(pattern: Pattern, value: Sym, env: Map<string, Sym>): boolean {
  if (pattern.type === 'Identifier') env.set(pattern.name, value)
  else if (pattern.type !== 'ArrayPattern' || value.kind !== 'parts') return false
  else return pattern.elements.every((element, i) => !element || (element.type === 'Identifier' && bind(element, part(value, i)!, env)))
  return true
}

export function evaluate(node: Expression | SpreadElement | Super, seen: SeenFunction, env: Env): Sym | undefined {
  switch (node.type) {
    case 'Literal': return node.regex ? undefined : { kind: 'constant', value: node.value as Constant }
    case 'TemplateLiteral': return node.expressions.length === 0 ? { kind: 'constant', value: node.quasis[0]!.value.cooked } : undefined
    case 'Identifier': return env.get(node.name) ?? (seen.constants.has(node.name) ? { kind: 'constant', value: seen.constants.get(node.name) } : undefined)
    case 'ParenthesizedExpression': return evaluate(node.expression, seen, env)
    case 'UnaryExpression': return unary(node.operator, evaluate(node.argument, seen, env))
    case 'ArrayExpression': return list(node.elements.map(element => element ? evaluate(element, seen, env) : undefined))
    case 'MemberExpression': {
      if (!node.computed || node.optional || node.property.type !== 'Literal') return undefined
      const from = evaluate(node.object, seen, env)
      return from?.kind === 'parts' ? part(from, node.property.value) : undefined
    }
    case 'CallExpression': return node.optional ? undefined : call(node.callee, node.arguments, seen, env)
    default: return undefined
  }
}

const list = (items: readonly (Sym | undefined)[]): Sym | undefined => items.every(item => item !== undefined) ? { kind: 'list', items } : undefined

const unary = (operator: string, of: Sym | undefined): Sym | undefined => {
  if (of?.kind === 'constant' && typeof of.value === 'number' && operator === '-') return { kind: 'constant', value: -of.value }
  return operator === '+' && of?.kind === 'text' ? { kind: 'number', of, by: 'Number' } : undefined
}

function part(parts: Parts, index: unknown): Sym | undefined {
  if (parts.then || !Number.isInteger(index) || (index as number) < 0 || Object.is(index, -0)) return undefined
  return { kind: 'text', field: index as number, ops: parts.cases, parts }
}

function call(callee: Expression | Super, args: readonly (Expression | SpreadElement)[], seen: SeenFunction, env: Env): Sym | undefined {
  if (callee.type === 'Identifier') return number(callee.name, args, seen, env)
  if (callee.type !== 'MemberExpression' || callee.computed || callee.optional || callee.property.type !== 'Identifier') return undefined
  const on = evaluate(callee.object, seen, env)
  const { name } = callee.property
  if (on?.kind === 'text') return name === 'split' ? split(on, args, seen, env) : args.length === 0 && TEXT_OPS.has(name) ? { ...on, ops: [...on.ops, name as TextOp] } : undefined
  return on?.kind === 'parts' && EACH.has(name) && args.length === 1 && isPureArgument(args[0]!, seen) ? { ...on, then: true } : undefined
}

const TEXT_OPS = new Set<string>(['trim', 'trimStart', 'trimEnd', 'toLowerCase', 'toUpperCase'])
const EACH = new Set(['filter', 'map', 'flatMap'])

/** A callback of one parameter: the place of the part and the list of all parts are not the same for a part alone. */
function isPureArgument(node: Expression | SpreadElement, { constants, globals }: SeenFunction): boolean {
  if (node.type === 'ArrowFunctionExpression') return node.params.length <= 1 && node.params.every(({ type }) => type === 'Identifier') && isPure({ node, constants, globals })
  return node.type === 'Identifier' && globals.has(node.name) && (node.name === 'Boolean' || node.name === 'String')
}

function number(name: string, args: readonly (Expression | SpreadElement)[], seen: SeenFunction, env: Env): Sym | undefined {
  if ((name !== 'Number' && name !== 'parseFloat') || env.has(name) || !seen.globals.has(name) || args.length !== 1) return undefined
  const of = evaluate(args[0]!, seen, env)
  return of?.kind === 'text' ? { kind: 'number', of, by: name } : undefined
}

function split(on: Sym & { kind: 'text' }, args: readonly (Expression | SpreadElement)[], seen: SeenFunction, env: Env): Parts | undefined {
  const [by, ...more] = args
  if (on.field !== 'line' || !by || more.length > 0) return undefined
  const at = by.type === 'Literal' && by.regex ? patternSeparator(by.regex.pattern, by.regex.flags) : literal(evaluate(by, seen, env))
  return at && caseSplit(at, on.ops)
}

const literal = (by: Sym | undefined): Separator | undefined => by?.kind === 'constant' && typeof by.value === 'string' ? literalSeparator(by.value) : undefined
