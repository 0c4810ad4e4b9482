/** Scala's placeholders: `_ + _` is a function of two, `(_, 1)` of one. Each stands for a parameter of the nearest expression around it. */
import { plainParam, type Expression } from './syntax.js'

const LETTERS = ['a', 'b', 'c', 'd']

/** The expression as a function of its placeholders, where it has some; functions within have taken theirs already. */
export function withoutHoles(expression: Expression): Expression {
  const names: string[] = []
  const filled = fill(expression, () => { const name = LETTERS[names.length] ?? `x${names.length}`; names.push(name); return name })
  if (names.length === 0) return expression
  const only = names.length === 1
  const body = only ? fill(expression, () => 'x') : filled
  return { kind: 'lambda', params: only ? [plainParam('x')] : names.map(name => plainParam(name)), body }
}

function fill(node: Expression, next: () => string): Expression {
  const each = (child: Expression): Expression => fill(child, next)
  switch (node.kind) {
    case 'hole': return { kind: 'name', name: next(), line: 0 }
    case 'list': return { ...node, items: node.items.map(each) }
    case 'call': return { ...node, callee: each(node.callee), args: node.args.map(each) }
    case 'member': return { ...node, of: each(node.of) }
    case 'index': return { ...node, of: each(node.of), at: each(node.at) }
    case 'binary': return { ...node, left: each(node.left), right: each(node.right) }
    case 'unary': return { ...node, of: each(node.of) }
    case 'choice': return { ...node, test: each(node.test), then: each(node.then), otherwise: each(node.otherwise) }
    case 'new': return { ...node, args: node.args.map(each) }
    case 'template': return { ...node, parts: node.parts.map(part => typeof part === 'string' ? part : each(part)) }
    case 'name': case 'literal': case 'text': case 'lambda': return node
    default: return node satisfies never
  }
}
