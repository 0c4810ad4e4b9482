/** A filter's function → what to ask of the bytes of a line: comparisons, `includes` and its kin, and their combinations. */
import type { Constant, Expression, SeenFunction, SpreadElement, Super } from '../../../closure/function-tree.js'
import type { Comparison, TextTest, TrimName } from './cut.js'
import { literalBytes } from './separator.js'

/** For a function of one parameter, the text. */
export function testOf(seen: SeenFunction): TextTest | undefined {
  const [param, ...others] = seen.node.params
  if (param?.type !== 'Identifier' || others.length > 0) return undefined
  const { body } = seen.node
  if (body.type !== 'BlockStatement') return truth(body, param.name, seen)
  const [only, ...more] = body.body
  return only?.type === 'ReturnStatement' && only.argument && more.length === 0 ? truth(only.argument, param.name, seen) : undefined
}

const NOT_EMPTY: TextTest = { op: 'length', compare: '>', to: 0 }
const METHODS = new Set(['includes', 'startsWith', 'endsWith'])
const MIRRORED: Readonly<Record<Comparison, Comparison>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '===': '===', '!==': '!==' }
const COMPARISONS: Readonly<Record<string, Comparison>> = { '<': '<', '<=': '<=', '>': '>', '>=': '>=', '===': '===', '!==': '!==', '==': '===', '!=': '!==' }

/** Whether the expression is truthy. */
function truth(node: Expression, name: string, seen: SeenFunction): TextTest | undefined {
  switch (node.type) {
    case 'ParenthesizedExpression': return truth(node.expression, name, seen)
    case 'UnaryExpression': {
      const of = node.operator === '!' ? truth(node.argument, name, seen) : undefined
      return of && { op: 'not', of }
    }
    case 'LogicalExpression': {
      if (node.operator === '??') return undefined
      const [left, right] = [truth(node.left, name, seen), truth(node.right, name, seen)]
      return left && right && { op: node.operator === '&&' ? 'and' : 'or', of: [left, right] }
    }
    case 'BinaryExpression': return node.left.type === 'PrivateIdentifier' ? undefined : comparison(node.operator, node.left, node.right, name, seen)
    case 'CallExpression': return method(node.callee, node.arguments, name, seen) ?? notEmpty(node, name)
    case 'Identifier': case 'MemberExpression': return notEmpty(node, name)
    default: return undefined
  }
}

/** `l`, `l.trim()`, `l.length`, `l.trim().length` */
function notEmpty(node: Expression, name: string): TextTest | undefined {
  const subject = subjectOf(lengthOf(node) ?? node, name)
  return subject && within(subject, NOT_EMPTY)
}

function method(callee: Expression | Super, args: readonly (Expression | SpreadElement)[], name: string, seen: SeenFunction): TextTest | undefined {
  if (callee.type !== 'MemberExpression' || callee.computed || callee.optional || callee.property.type !== 'Identifier' || !METHODS.has(callee.property.name)) return undefined
  const subject = subjectOf(callee.object, name)
  const text = args.length === 1 ? constantOf(args[0]!, seen) : undefined
  const bytes = typeof text?.value === 'string' ? literalBytes(text.value) : undefined
  return subject && bytes && within(subject, { op: callee.property.name as 'includes', text: bytes })
}

function comparison(operator: string, left: Expression, right: Expression, name: string, seen: SeenFunction): TextTest | undefined {
  const compare = COMPARISONS[operator]
  if (!compare) return undefined
  const mirrored = constantOf(left, seen) !== undefined
  return compared(mirrored ? right : left, mirrored ? MIRRORED[compare] : compare, constantOf(mirrored ? left : right, seen)?.value, name)
}

function compared(node: Expression, compare: Comparison, to: Constant, name: string): TextTest | undefined {
  const length = lengthOf(node)
  const subject = subjectOf(length ?? node, name)
  if (!subject) return undefined
  if (length) return typeof to === 'number' ? within(subject, { op: 'length', compare, to }) : undefined
  const text = typeof to === 'string' ? literalBytes(to) : undefined
  if (!text || (compare !== '===' && compare !== '!==')) return undefined
  const is: TextTest = { op: 'is', text }
  return within(subject, compare === '===' ? is : { op: 'not', of: is })
}

/** What `.length` is asked of. */
const lengthOf = (node: Expression): Expression | undefined =>
  node.type === 'MemberExpression' && !node.computed && !node.optional && node.property.type === 'Identifier' && node.property.name === 'length' && node.object.type !== 'Super' ? node.object : undefined

interface Subject { readonly trims: readonly TrimName[] }

/** The parameter itself, or trimmed. */
function subjectOf(node: Expression | Super, name: string): Subject | undefined {
  if (node.type === 'Identifier') return node.name === name ? { trims: [] } : undefined
  if (node.type !== 'CallExpression' || node.arguments.length > 0 || node.optional || node.callee.type !== 'MemberExpression' || node.callee.computed || node.callee.optional) return undefined
  const { object, property } = node.callee
  const inner = property.type === 'Identifier' && /^trim(?:Start|End)?$/.test(property.name) ? subjectOf(object, name) : undefined
  return inner && { trims: [...inner.trims, (property as { name: TrimName }).name] }
}

const within = ({ trims }: Subject, test: TextTest): TextTest => trims.reduceRight<TextTest>((of, how) => ({ op: 'trimmed', how, of }), test)

function constantOf(node: Expression | SpreadElement, { constants }: SeenFunction): { readonly value: Constant } | undefined {
  if (node.type === 'Literal' && !node.regex) return { value: node.value as Constant }
  if (node.type === 'TemplateLiteral' && node.expressions.length === 0) return { value: node.quasis[0]!.value.cooked }
  return node.type === 'Identifier' && constants.has(node.name) ? { value: constants.get(node.name) } : undefined
}
