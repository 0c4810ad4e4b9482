/**
 * Jobs are awaited for the user (decisions.md 2): where a line uses a JobPromise as the value it will give, an `await` is put before
 * it, so that types and values agree: `const n = rdd.count()` is a number, and `rdd.count() + 1` and `rdd.take(2).forEach(…)` are
 * what they are in Scala. Only outside functions; where a promise is what is wanted (`.then`, Promise.all, a declared type) it stays one.
 */
import ts from 'typescript'
import type { Insertion } from './edits.js'

/** Offsets are those of `file`. Outer jobs come first: awaiting one may change the types within the next. */
export function awaitsForJobs(file: ts.SourceFile, end: number, checker: ts.TypeChecker): Insertion[] {
  const found: ts.Expression[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node) || ts.isTypeNode(node)) return
    if (ts.isExpression(node) && mayBeJob(node) && isJob(checker.getTypeAtLocation(node), checker) && wantsValue(node, checker)) found.push(node)
    else ts.forEachChild(node, visit)
  }
  for (const statement of file.statements) if (statement.getStart(file) < end) visit(statement)
  return found.flatMap(expression => awaited(expression, file))
}

/** Names of what is declared are no uses; of an assignment the right side is what is awaited. */
const mayBeJob = (node: ts.Expression): boolean =>
  !(ts.isIdentifier(node) && (node.parent as Partial<ts.NamedDeclaration>).name === node) && !isAssignment(node)

const isAssignment = (node: ts.Node): node is ts.BinaryExpression => ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken

/** What is done with an expression, by the node around it: whether its value is wanted rather than its promise. */
function wantsValue(node: ts.Expression, checker: ts.TypeChecker): boolean {
  const { parent } = node
  if (ts.isAwaitExpression(parent) || ts.isVoidExpression(parent)) return false
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node && !checker.getPropertyOfType(checker.getTypeAtLocation(node), parent.name.text)
  if (ts.isVariableDeclaration(parent)) return !parent.type || !/Promise/.test(parent.type.getText())
  if (isAssignment(parent)) return parent.right === node
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) return isConsole(parent.expression) || !isWanted(node, checker, true)
  return PARTS.some(is => is(parent)) ? !isWanted(node, checker, false) : true
}

/** A list or an object is made of it: whoever gets that may want promises in it. */
const PARTS: readonly ((node: ts.Node) => boolean)[] = [ts.isArrayLiteralExpression, ts.isPropertyAssignment, ts.isShorthandPropertyAssignment]

const isConsole = (callee: ts.Expression): boolean => ts.isPropertyAccessExpression(callee) && ts.isIdentifier(callee.expression) && callee.expression.text === 'console'

/** Whether the promise itself is of the type that is expected there; `any` says nothing: then `byAny`. */
function isWanted(node: ts.Expression, checker: ts.TypeChecker, byAny: boolean): boolean {
  const expected = checker.getContextualType(node)
  if (!expected) return false
  return expected.flags & ts.TypeFlags.Any ? byAny : checker.isTypeAssignableTo(checker.getTypeAtLocation(node), expected)
}

/** A JobPromise, a class that extends it, or a choice of them. */
export function isJob(type: ts.Type, checker: ts.TypeChecker): boolean {
  if (type.isUnion()) return type.types.every(each => isJob(each, checker))
  if (type.symbol?.name === 'JobPromise') return true
  const target = (type as ts.TypeReference).target ?? type
  return target.isClass() && checker.getBaseTypes(target).some(base => isJob(base, checker))
}

/** `await` binds weaker than a member access and a call, stronger than operators. */
function awaited(expression: ts.Expression, file: ts.SourceFile): Insertion[] {
  const [start, end] = [expression.getStart(file), expression.end]
  const [open, close] = ts.isLeftHandSideExpression(expression) ? ['await ', ''] : ['await (', ')']
  const { parent } = expression
  const isObject = (ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent) || ts.isCallExpression(parent)) && parent.expression === expression
  const texts = isObject ? [`(${open}`, `${close})`] : [open, close]
  return [{ at: start, text: texts[0]! }, { at: end, text: texts[1]! }].filter(({ text }) => text !== '')
}
