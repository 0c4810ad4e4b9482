/**
 * What the prompt wants to know of an input's top level: whether it must wait, what its value is, and how a type reads.
 */
import ts from 'typescript'
import { readable } from './diagnostics.js'

// A type longer than this helps nobody at a prompt; TypeScript then shortens it.
const LONGEST_TYPE = 400

/** A type as users know it: `number` for 5, session-internal file names removed. */
export function show(checker: ts.TypeChecker, type: ts.Type): string {
  if (type.flags & ts.TypeFlags.UniqueESSymbol) return 'symbol'
  const widened = type.isLiteral() || type.flags & (ts.TypeFlags.BooleanLiteral | ts.TypeFlags.EnumLiteral) && !type.isUnion() ? checker.getBaseTypeOfLiteralType(type) : type
  const flags = ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope | ts.TypeFormatFlags.WriteArrowStyleSignature
  const full = readable(checker.typeToString(widened, undefined, flags | ts.TypeFormatFlags.NoTruncation))
  return full.length <= LONGEST_TYPE ? full : readable(checker.typeToString(widened, undefined, flags))
}

/** The expression that is the input's value: its last statement, if that is one. */
export function lastExpression(file: ts.SourceFile, end: number): ts.Expression | undefined {
  const last = file.statements.filter(statement => statement.getStart(file) < end && !ts.isEmptyStatement(statement)).at(-1)
  return last && (ts.isExpressionStatement(last) || ts.isExportAssignment(last)) ? last.expression : undefined
}

/** Top-level await and `using` need a function around them. */
export function isAsynchronous(file: ts.SourceFile, end: number): boolean {
  const search = (node: ts.Node): boolean => {
    if (node.pos >= end || ts.isFunctionLike(node) || ts.isClassStaticBlockDeclaration(node)) return false
    if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && !!node.awaitModifier)) return true
    if (ts.isVariableDeclarationList(node) && (node.flags & ts.NodeFlags.BlockScoped) >= ts.NodeFlags.Using) return true
    return !!ts.forEachChild(node, child => search(child) || undefined)
  }
  return search(file)
}
