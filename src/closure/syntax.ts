/**
 * Reads the source text of one function or class: where its parameters begin, what its class part needs, and the tree whose
 * free names free-names.ts collects.
 *
 * V8 gives the text of a method without the object around it, so the text is parsed as an expression first and as a member of
 * an object literal second. It is parsed as strict code, as it will be rebuilt.
 */
import { parseExpressionAt } from 'acorn'
import type { Expression, Node, Class, Function as FunctionNode, ObjectExpression, Options } from 'acorn'

export interface Parsed {
  readonly form: 'expression' | 'member'
  /** The function or class itself; its offsets count from `offset`. */
  readonly node: FunctionNode | Class
  /** Of a member whose key is computed: the key's range, brackets included. */
  readonly computedKey: readonly [start: number, end: number] | undefined
  /** How many characters of wrapping stand before the source in the parsed text. */
  readonly offset: number
}

const OPTIONS: Options = { ecmaVersion: 'latest', sourceType: 'module', allowSuperOutsideMethod: true, checkPrivateFields: false }

/** @throws SyntaxError where the text is neither form of strict code. */
export function parse(source: string): Parsed {
  try { return parseExpression(source) } catch (error) {
    try { return parseMember(source) } catch { throw error }
  }
}

// Wrapped in a function so that an arrow's own `arguments` and `new.target` parse; it is we who refuse them, by name.
const BEFORE = '(function () { return ('
const AFTER = ') })'

function parseExpression(source: string): Parsed {
  const node = inner(parseExpressionAt(`${BEFORE}${source}\n${AFTER}`, 0, OPTIONS))
  if (!isFunction(node)) throw new SyntaxError('not a function')
  return { form: 'expression', node, computedKey: undefined, offset: BEFORE.length }
}

function parseMember(source: string): Parsed {
  const object = inner(parseExpressionAt(`${BEFORE}{${source}\n}${AFTER}`, 0, OPTIONS)) as ObjectExpression
  const [member, ...others] = object.properties
  if (!member || others.length || member.type !== 'Property' || !isFunction(member.value)) throw new SyntaxError('not a method')
  const offset = BEFORE.length + 1
  const end = member.computed ? source.indexOf(']', member.key.end - offset) + 1 : 0
  return { form: 'member', node: member.value, computedKey: member.computed ? [source.indexOf('['), end] : undefined, offset }
}

const inner = (node: Expression): Expression => {
  const body = (node as { body?: { body: { argument: Expression }[] } }).body
  return body!.body[0]!.argument
}

const isFunction = (node: Node): node is FunctionNode | Class => /Function|^Class/.test(node.type)

export const isClass = (node: Node): node is Class => node.type.startsWith('Class')

/** Offset in `source` of the place that V8 calls the function's location. */
export function anchorOf(source: string, { node, offset, form }: Parsed): number {
  if (node.type === 'ArrowFunctionExpression') return 0
  if (isClass(node)) return (constructorOf(node)?.value.start ?? node.start) - offset
  return form === 'member' ? node.start - offset : parametersStart(source, node.id ? node.id.end - offset : 0)
}

const constructorOf = (node: Class) => node.body.body.find(member => member.type === 'MethodDefinition' && member.kind === 'constructor') as { value: Node } | undefined

/** The `(` after `from`, comments aside. */
function parametersStart(source: string, from: number): number {
  const skip = /\/\*[^]*?\*\/|\/\/.*|[^(/]|\//gy
  skip.lastIndex = from
  let end = from
  while (skip.test(source)) end = skip.lastIndex
  return end
}

/** `text` with the ranges blanked out, newlines kept, so that nothing after them moves. */
export function blank(text: string, ranges: readonly { readonly start: number; readonly end: number; readonly put?: string }[]): string {
  return ranges.reduce((result, { start, end, put = '' }) =>
    result.slice(0, start) + put + result.slice(start + put.length, end).replace(/[^\n\r\u2028\u2029]/g, ' ') + result.slice(end), text)
}
