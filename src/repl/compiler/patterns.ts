/**
 * A binding pattern as an assignment pattern over cells: `const { x, y: [z = 1], ...rest } = …` assigns `{ x: x$7, y: [z$7 = 1], ...rest$7 }`.
 */
import ts from 'typescript'
import { at } from './script-parts.js'

const { factory } = ts

/** How names and expressions inside the pattern are lowered. */
export interface Names { cell(id: ts.Identifier): ts.Identifier; visit(node: ts.Node): ts.Node }

export function assignmentTarget(name: ts.BindingName, names: Names): ts.Expression {
  if (ts.isIdentifier(name)) return names.cell(name)
  return ts.isArrayBindingPattern(name) ? arrayTarget(name, names) : objectTarget(name, names)
}

const arrayTarget = (pattern: ts.ArrayBindingPattern, names: Names): ts.Expression =>
  at(factory.createArrayLiteralExpression(pattern.elements.map(element => {
    if (ts.isOmittedExpression(element)) return element
    return element.dotDotDotToken ? factory.createSpreadElement(assignmentTarget(element.name, names)) : withDefault(element, names)
  })), pattern)

const objectTarget = (pattern: ts.ObjectBindingPattern, names: Names): ts.Expression =>
  at(factory.createObjectLiteralExpression(pattern.elements.map(element => element.dotDotDotToken
    ? factory.createSpreadAssignment(assignmentTarget(element.name, names))
    : factory.createPropertyAssignment(propertyName(element, names), withDefault(element, names)))), pattern)

function withDefault(element: ts.BindingElement, names: Names): ts.Expression {
  const target = assignmentTarget(element.name, names)
  return element.initializer ? factory.createAssignment(target, names.visit(element.initializer) as ts.Expression) : target
}

function propertyName({ name, propertyName: written }: ts.BindingElement, names: Names): ts.PropertyName {
  if (!written) return factory.createIdentifier((name as ts.Identifier).text)
  return ts.isComputedPropertyName(written) ? names.visit(written) as ts.PropertyName : written
}
