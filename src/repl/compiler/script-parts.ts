/**
 * The pieces that scripts over cells are made of (cells.ts): the frame around the statements, calls of what the evaluator gives, and the
 * small rewritings that need no knowledge of the session.
 */
import ts from 'typescript'

const { factory } = ts

/** Where the script finds what the evaluator gives it: `wait`, `each`, `imported`, `import` and `meta`. */
const HELPER = '$tspark'

export const strict = (): ts.Statement => factory.createExpressionStatement(factory.createStringLiteral('use strict', true))

/** `(async () => { …; return { value: last } })()`: boxed, since a promise that is the last value stays one. */
export function asyncBody(statements: readonly ts.Statement[]): ts.Statement {
  const last = statements.at(-1)
  const body = last && ts.isExpressionStatement(last)
    ? [...statements.slice(0, -1), at(factory.createReturnStatement(factory.createObjectLiteralExpression([factory.createPropertyAssignment('value', last.expression)])), last)]
    : statements
  const run = factory.createArrowFunction([factory.createModifier(ts.SyntaxKind.AsyncKeyword)], undefined, [], undefined, undefined, factory.createBlock(body, true))
  return factory.createExpressionStatement(factory.createCallExpression(factory.createParenthesizedExpression(run), undefined, []))
}

export const at = <T extends ts.Node>(node: T, original: ts.Node): T => ts.setTextRange(node, original)

export const call = (name: string, args: readonly ts.Expression[]): ts.CallExpression =>
  factory.createCallExpression(helper(name), undefined, args)

export const helper = (name: string): ts.Expression => factory.createPropertyAccessExpression(factory.createIdentifier(HELPER), name)

export const withoutExport = (declaration: ts.FunctionDeclaration | ts.ClassDeclaration): ts.ModifierLike[] | undefined =>
  declaration.modifiers?.filter(({ kind }) => kind !== ts.SyntaxKind.ExportKeyword && kind !== ts.SyntaxKind.DefaultKeyword)

/** Inside itself it keeps the name it was given. */
export const ownName = (name: ts.Identifier | undefined): ts.Identifier | undefined => name && factory.createIdentifier(name.text)

export const propertyText = (name: ts.ModuleExportName): ts.PropertyName => ts.isStringLiteral(name) ? factory.createStringLiteral(name.text) : factory.createIdentifier(name.text)

export const entityExpression = (name: ts.EntityName): ts.Expression =>
  ts.isIdentifier(name) ? name : factory.createPropertyAccessExpression(entityExpression(name.left), factory.createIdentifier(name.right.text))
