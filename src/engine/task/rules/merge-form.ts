/**
 * How the values of a key are merged, where that is certain: adding, or choosing one of two in a way that does not mind being asked
 * again (least, greatest, first). What is chosen or added are whole numbers or the same constant; that is seen when they are there.
 */
import type { Expression, Seen, SeenFunction } from '../../../closure/function-tree.js'

export type Merge = 'sum' | 'least' | 'greatest' | 'first'

/** `x => x` */
export function isIdentity(seen: Seen): boolean {
  const form = formOf(seen)
  return form?.names.length === 1 && isName(form.body, form.names[0]!)
}

export function mergeOf(seen: Seen): Merge | undefined {
  const form = formOf(seen)
  const [a, b] = form?.names ?? []
  if (!form || a === undefined || b === undefined || a === b) return undefined
  return MERGES.find(([, is]) => is(form.body, a, b, form.seen))?.[0]
}

interface Form { readonly names: readonly string[]; readonly body: Expression; readonly seen: SeenFunction }

/** Parameters that are names, and one expression. */
function formOf(seen: Seen): Form | undefined {
  if (!seen || !('node' in seen)) return undefined
  const { node } = seen
  const names = node.params.flatMap(param => param.type === 'Identifier' ? [param.name] : [])
  const body = node.body.type === 'BlockStatement' ? returned(node.body.body) : node.body
  return body && names.length === node.params.length ? { names, body, seen } : undefined
}

function returned([only, ...more]: readonly { readonly type: string }[]): Expression | undefined {
  return only?.type === 'ReturnStatement' && more.length === 0 ? (only as { argument?: Expression | null }).argument ?? undefined : undefined
}

type Is = (body: Expression, a: string, b: string, seen: SeenFunction) => boolean

const isName = (node: unknown, name: string): boolean => (node as Expression).type === 'Identifier' && (node as { name: string }).name === name
const both = (nodes: readonly unknown[], a: string, b: string): boolean => nodes.length === 2 && ((isName(nodes[0], a) && isName(nodes[1], b)) || (isName(nodes[0], b) && isName(nodes[1], a)))

const isSum: Is = (body, a, b) => body.type === 'BinaryExpression' && body.operator === '+' && both([body.left, body.right], a, b)

const isMath = (method: string): Is => (body, a, b, { globals }) =>
  body.type === 'CallExpression' && body.callee.type === 'MemberExpression' && !body.callee.computed && isName(body.callee.object, 'Math') && isName(body.callee.property, method)
  && globals.has('Math') && both(body.arguments, a, b)

/** `a < b ? a : b`, in whatever order. */
const isChoice = (smaller: boolean): Is => (body, a, b) => {
  if (body.type !== 'ConditionalExpression' || body.test.type !== 'BinaryExpression' || !/^[<>]=?$/.test(body.test.operator)) return false
  const { left, right, operator } = body.test
  if (!both([left, right], a, b) || !both([body.consequent, body.alternate], a, b)) return false
  return (isName(body.consequent, (left as { name: string }).name) === operator.startsWith('<')) === smaller
}

const MERGES: readonly (readonly [Merge, Is])[] = [
  ['sum', isSum],
  ['least', isMath('min')], ['least', isChoice(true)],
  ['greatest', isMath('max')], ['greatest', isChoice(false)],
  ['first', (body, a) => isName(body, a)],
]
