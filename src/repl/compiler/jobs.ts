/**
 * Jobs are awaited for the user (decisions.md 2): where a top-level statement, initializer or assignment is a JobPromise, an `await` is
 * put before it, so that types and values agree: `const n = rdd.count()` is a number. Other promises stay promises.
 */
import ts from 'typescript'
import type { Insertion } from './edits.js'

/** Offsets are those of `file`. */
export function awaitsForJobs(file: ts.SourceFile, end: number, checker: ts.TypeChecker): Insertion[] {
  return file.statements.filter(statement => statement.getStart(file) < end)
    .flatMap(candidates)
    .filter(expression => isJob(checker.getTypeAtLocation(expression), checker))
    .flatMap(expression => awaited(expression, file))
}

function candidates(statement: ts.Statement): ts.Expression[] {
  if (ts.isExpressionStatement(statement)) return [assigned(statement.expression)]
  if (!ts.isVariableStatement(statement)) return []
  return statement.declarationList.declarations.flatMap(({ initializer, type }) => initializer && !wantsPromise(type) ? [initializer] : [])
}

const assigned = (expression: ts.Expression): ts.Expression =>
  ts.isBinaryExpression(expression) && expression.operatorToken.kind === ts.SyntaxKind.EqualsToken ? assigned(expression.right) : expression

/** `const job: JobPromise<number> = rdd.count()` asks for the job itself. */
const wantsPromise = (type: ts.TypeNode | undefined): boolean => !!type && /Promise/.test(type.getText())

/** A JobPromise, a class that extends it, or a choice of them. */
export function isJob(type: ts.Type, checker: ts.TypeChecker): boolean {
  if (type.isUnion()) return type.types.every(each => isJob(each, checker))
  if (type.symbol?.name === 'JobPromise') return true
  const target = (type as ts.TypeReference).target ?? type
  return target.isClass() && checker.getBaseTypes(target).some(base => isJob(base, checker))
}

function awaited(expression: ts.Expression, file: ts.SourceFile): Insertion[] {
  const [start, end] = [expression.getStart(file), expression.end]
  return ts.isLeftHandSideExpression(expression)
    ? [{ at: start, text: 'await ' }]
    : [{ at: start, text: 'await (' }, { at: end, text: ')' }]
}
