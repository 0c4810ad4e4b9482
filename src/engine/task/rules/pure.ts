/**
 * Whether a function is certain to be pure: the same answer for the same argument, nothing else touched, nothing waited for. Then it
 * may be called once for a word instead of once for each time the word occurs.
 *
 * Certain is what is made of literals, parameters, constants, operators and the built-ins named here, however combined; all else
 * is not asked further. It may throw: then the rule steps aside. That built-ins are the originals is checked where the task runs
 * (built-ins.ts). Objects that a built-in changes (`sort`, `reverse`) can only be such as the function has just made itself.
 */
import type { Constant, Expression, FunctionNode, Pattern, Seen, SpreadElement, Statement, Super } from '../../../closure/function-tree.js'

const METHODS = new Set([
  'at', 'charAt', 'charCodeAt', 'codePointAt', 'concat', 'endsWith', 'includes', 'indexOf', 'lastIndexOf', 'normalize', 'padEnd', 'padStart', 'repeat',
  'replace', 'replaceAll', 'search', 'slice', 'split', 'startsWith', 'substr', 'substring', 'toLowerCase', 'toString', 'toUpperCase', 'trim', 'trimEnd', 'trimStart',
  'match', 'toFixed', 'test', 'every', 'filter', 'find', 'findIndex', 'flat', 'flatMap', 'join', 'map', 'reduce', 'reverse', 'some', 'sort',
])
const FUNCTIONS = new Set(['Boolean', 'Number', 'String', 'parseFloat', 'parseInt', 'isNaN', 'isFinite'])
const MATH = new Set(['abs', 'ceil', 'floor', 'log', 'log10', 'log2', 'max', 'min', 'round', 'sign', 'sqrt', 'trunc'])
const VALUES = new Set(['undefined', 'NaN', 'Infinity'])
const OPERATORS = new Set(['+', '-', '*', '/', '%', '**', '==', '!=', '===', '!==', '<', '<=', '>', '>=', '&', '|', '^', '<<', '>>', '>>>'])
const UNARY = new Set(['+', '-', '!', '~', 'typeof'])
const PURE_BUILT_INS = new Set([...FUNCTIONS, ...[...MATH].map(name => `Math.${name}`)])

export function isPure(seen: Seen): boolean {
  if (!seen) return false
  if ('path' in seen) return PURE_BUILT_INS.has(seen.path)
  return pureFunction(seen.node, { locals: new Set(), constants: seen.constants, globals: seen.globals })
}

interface Names { readonly locals: ReadonlySet<string>; readonly constants: ReadonlyMap<string, Constant>; readonly globals: ReadonlySet<string> }

function pureFunction(node: FunctionNode, around: Names): boolean {
  if (node.async || node.generator || node.id) return false
  const locals = new Set(around.locals)
  const names: Names = { ...around, locals }
  if (!node.params.every(param => declare(param, locals))) return false
  return node.body.type === 'BlockStatement' ? pureBlock(node.body.body, names, locals) : pure(node.body, names)
}

/** Names, and patterns of names without defaults. */
function declare(pattern: Pattern | null, locals: Set<string>): boolean {
  switch (pattern?.type) {
    case undefined: return true
    case 'Identifier': locals.add(pattern.name); return true
    case 'ArrayPattern': return pattern.elements.every(element => declare(element, locals))
    case 'RestElement': return declare(pattern.argument, locals)
    default: return false
  }
}

const pureBlock = (statements: readonly Statement[], names: Names, locals: Set<string>): boolean => statements.every(statement => pureStatement(statement, names, locals))

/** Only what comes before is known to a declaration: a name that is used too early throws, and that is the same twice. */
function pureStatement(statement: Statement, names: Names, locals: Set<string>): boolean {
  switch (statement.type) {
    case 'ReturnStatement': return !statement.argument || pure(statement.argument, names)
    case 'VariableDeclaration': return statement.kind === 'const' && statement.declarations.every(({ id, init }) => !!init && pure(init, names) && declare(id, locals))
    case 'IfStatement': return pure(statement.test, names) && [statement.consequent, statement.alternate].every(branch => !branch || pureStatement(branch, names, locals))
    case 'BlockStatement': {
      const inner = new Set(locals)
      return pureBlock(statement.body, { ...names, locals: inner }, inner)
    }
    default: return false
  }
}

type Part = Expression | SpreadElement | Super | null

function pure(node: Part, names: Names): boolean {
  const all = (parts: readonly Part[]): boolean => parts.every(part => pure(part, names))
  switch (node?.type) {
    case undefined: return true
    case 'Literal': return true
    case 'Identifier': return names.locals.has(node.name) || names.constants.has(node.name) || (VALUES.has(node.name) && names.globals.has(node.name))
    case 'TemplateLiteral': return all(node.expressions)
    case 'UnaryExpression': return UNARY.has(node.operator) && pure(node.argument, names)
    case 'BinaryExpression': return OPERATORS.has(node.operator) && node.left.type !== 'PrivateIdentifier' && all([node.left, node.right])
    case 'LogicalExpression': return all([node.left, node.right])
    case 'ConditionalExpression': return all([node.test, node.consequent, node.alternate])
    case 'ArrayExpression': return all(node.elements)
    case 'SpreadElement': return pure(node.argument, names)
    case 'ParenthesizedExpression': case 'ChainExpression': return pure(node.expression, names)
    case 'ObjectExpression': return node.properties.every(property => property.type === 'Property' && property.kind === 'init' && !property.method && !property.computed && isPlainName(property.key) && pure(property.value, names))
    case 'MemberExpression': return node.property.type !== 'PrivateIdentifier' && pure(node.object, names) && (node.computed ? isIndex(node.property) : isLength(node.property))
    case 'CallExpression': return pureCall(node.callee, names) && node.arguments.every(argument => isCallback(argument, names) || pure(argument, names))
    default: return false
  }
}

const isLength = (property: Expression): boolean => property.type === 'Identifier' && property.name === 'length'
const isIndex = (property: Expression): boolean => property.type === 'Literal' && typeof property.value === 'number'
/** `{ __proto__: x }` sets the prototype. */
const isPlainName = (key: Expression): boolean => key.type === 'Identifier' ? !SPECIAL.has(key.name) : key.type === 'Literal' && !SPECIAL.has(String(key.value))
const SPECIAL = new Set(['__proto__', 'toString', 'valueOf', 'toJSON', 'then'])

/** A method of some value, or one of the built-in functions; that a name has its usual meaning here is known from `globals`. */
function pureCall(callee: Expression | Super, names: Names): boolean {
  if (callee.type === 'Identifier') return FUNCTIONS.has(callee.name) && isGlobal(callee.name, names)
  if (callee.type !== 'MemberExpression' || callee.computed || callee.property.type !== 'Identifier') return false
  const { object, property } = callee
  if (object.type === 'Identifier' && object.name === 'Math' && isGlobal('Math', names)) return MATH.has(property.name)
  return METHODS.has(property.name) && pure(object, names)
}

const isGlobal = (name: string, { locals, globals }: Names): boolean => globals.has(name) && !locals.has(name)

/** A function among arguments is called by the built-in that gets it, there and then. */
function isCallback(node: Expression | SpreadElement, names: Names): boolean {
  if (node.type === 'ArrowFunctionExpression') return pureFunction(node, names)
  return node.type === 'Identifier' && (FUNCTIONS.has(node.name)) && isGlobal(node.name, names)
}
