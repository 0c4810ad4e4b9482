/**
 * What `.save` will need of an input, taken down while its types are at hand: each statement with what it binds and uses, and what it is to
 * the stream (keep/kept.ts). Whether a statement only looked, began the stream, or gave it an output is told by types, never by names alone.
 */
import ts from 'typescript'
import type { Imported, KeptKind, KeptStatement, Piece } from '../keep/kept.js'
import type { Declared } from './declared.js'
import { declaredIn } from './declared.js'
import { lineColumn, toUserOffset, type Insertion } from './edits.js'
import { cellName } from './names.js'
import { references } from './references.js'

export interface Keeping {
  readonly checker: ts.TypeChecker
  readonly file: ts.SourceFile
  readonly end: number
  readonly declared: readonly Declared[]
  readonly text: string
  readonly insertions: readonly Insertion[]
  /** `<repl>:7`, or a file. */
  readonly name: string
  readonly line: number
  /** The input that bound a name last. */
  readonly lineOf: (name: string) => number | undefined
}

const SESSION = new Set(['stop', 'awaitTermination', 'awaitTerminationOrTimeout', 'undo', 'idle', 'cancelBatch', 'tick', 'rewind', 'peek', 'retry', 'skip', 'fix'])
/** Made of others without changing them, unless by a method of these names. */
const DERIVED = /^(DStream|MapWithStateDStream|RDD)$/
const SETS = /\.(cache|persist|unpersist|checkpoint|localCheckpoint|name|setName)\s*\(/
const HARMLESS = /^(DStream|MapWithStateDStream|RDD|Broadcast|Duration|Time|HashPartitioner|StateSpec|StreamingContext|SparkConf|ExpectedStream|ExpectedBatch)$/
const ACTS = /^(save|foreach)/

export function keptStatements(keeping: Keeping): KeptStatement[] {
  const { file, end, declared, lineOf, line } = keeping
  const idOf = (name: string, own: boolean): string | undefined => {
    const at = own ? line : lineOf(name)
    return at === undefined ? undefined : cellName(name, at)
  }
  const ids = references({ ...keeping, cellOf: idOf, withinHomes: true })
  const own = new Set(declared.filter(({ ambient }) => !ambient).map(({ name }) => name))
  const statements = file.statements.filter(statement => statement.getStart(file) < end && !ts.isEmptyStatement(statement))
  return statements.map((statement, i) => {
    const from = statement.pos + leading(file.text.slice(statement.pos, statement.getStart(file)))
    const find = (node: ts.Node): string | undefined => ids.get(node.end)
    return {
      ...shapeOf(statement, keeping, find, i === statements.length - 1),
      text: file.text.slice(from, Math.min(statement.end, end)), file: keeping.name, ...rowsOf(statement, keeping),
      binds: declaredIn({ ...file, statements: [statement] } as never, end).map(({ name }) => name).filter(name => own.has(name)).map(name => cellName(name, line)),
      uses: usesIn(statement, ids).map(use => ({ ...use, at: use.at - from, end: use.end - from })).sort((a, b) => a.at - b.at),
      ...piecesOf(statement, keeping.checker, from),
    }
  })
}

/** Blank lines before the first comment go. */
const leading = (text: string): number => text.length - text.trimStart().length

function rowsOf(statement: ts.Statement, { file, text, insertions }: Keeping): { fromRow: number; toRow: number } {
  const row = (offset: number): number => lineColumn(text, toUserOffset(offset, insertions)).line
  return { fromRow: row(statement.getStart(file)), toRow: row(statement.end) }
}

function usesIn(statement: ts.Statement, ids: ReadonlyMap<number, string>): { at: number; end: number; id: string; shorthand: boolean }[] {
  const uses: { at: number; end: number; id: string; shorthand: boolean }[] = []
  const visit = (node: ts.Node): void => {
    const id = ts.isIdentifier(node) ? ids.get(node.end) : undefined
    if (id !== undefined) uses.push({ at: node.getStart(), end: node.end, id, shorthand: isShorthand(node) })
    ts.forEachChild(node, visit)
  }
  if (!ts.isImportDeclaration(statement)) visit(statement)
  return uses
}

const isShorthand = ({ parent }: ts.Node): boolean =>
  ts.isShorthandPropertyAssignment(parent) || (ts.isBindingElement(parent) && !parent.propertyName && ts.isObjectBindingPattern(parent.parent) && !parent.dotDotDotToken)

interface Shape { readonly kind: KeptKind; readonly pure: boolean; readonly output: boolean; readonly context: boolean; readonly expects?: boolean; readonly about?: string | undefined; readonly imports?: readonly Imported[] }
const shape = (kind: KeptKind, more: Partial<Shape> = {}): Shape => ({ kind, pure: false, output: false, context: false, ...more })

function shapeOf(statement: ts.Statement, keeping: Keeping, find: (node: ts.Node) => string | undefined, isLast: boolean): Shape {
  const { checker } = keeping
  if (ts.isImportDeclaration(statement)) return shape('declaration', { pure: true, imports: importsOf(statement, keeping.line) })
  if (ts.isVariableStatement(statement)) {
    const values = statement.declarationList.declarations.map(({ initializer }) => initializer)
    const names = values.map(value => value && typeName(checker, value))
    return shape('declaration', { pure: values.every(value => !value || isPure(checker, value)), output: names.length === 1 && names[0] === 'Output', context: names.length === 1 && names[0] === 'StreamingContext', ...names.includes('Expectation') && { expects: true } })
  }
  if (ts.isExpressionStatement(statement)) return ofExpression(statement.expression, checker, find, isLast)
  return shape(declaredIn({ ...keeping.file, statements: [statement] } as never, Infinity).length ? 'declaration' : 'effect', { pure: !ts.isModuleDeclaration(statement) })
}

function ofExpression(whole: ts.Expression, checker: ts.TypeChecker, find: (node: ts.Node) => string | undefined, isLast: boolean): Shape {
  const expression = bare(whole)
  if (ts.isCallExpression(expression)) {
    const called = ofCall(expression, checker, find)
    if (called) return called
  }
  const name = typeName(checker, expression)
  if (name === 'Expectation') return shape('effect', { expects: true })
  if (name === 'Output') return shape('output', { output: true })
  const shows = !(checker.getTypeAtLocation(whole).flags & (ts.TypeFlags.VoidLike | ts.TypeFlags.Never))
  if (isLast && shows && expression !== unwrapped(whole)) return shape('shown')
  return shape(isPure(checker, expression) ? 'look' : 'effect')
}

function ofCall({ expression: callee, arguments: args }: ts.CallExpression, checker: ts.TypeChecker, find: (node: ts.Node) => string | undefined): Shape | undefined {
  if (ts.isIdentifier(callee)) return find(callee) === 'replace$0' && args.length === 1 ? shape('replace') : undefined
  if (!ts.isPropertyAccessExpression(callee)) return undefined
  const [method, of] = [callee.name.text, typeName(checker, callee.expression)]
  const about = ts.isIdentifier(callee.expression) ? find(callee.expression) : undefined
  if (of === 'StreamingContext' && method === 'start') return shape('start', { about })
  if (of === 'StreamingContext' && method === 'replace' && args.length === 1) return shape('replace')
  if (of === 'StreamingContext' && SESSION.has(method) || of === 'SparkContext' && method === 'stop') return shape('session')
  if (DERIVED.test(of) && method === 'replace' && about) return shape('replace', { about })
  if ((of === 'Output' || DERIVED.test(of)) && method === 'remove' && about) return shape('remove', { about })
  return undefined
}

const typeName = (checker: ts.TypeChecker, node: ts.Expression): string => checker.getTypeAtLocation(node).symbol?.name ?? ''

/** Without await and parentheses. */
function bare(node: ts.Expression): ts.Expression {
  const inner = unwrapped(node)
  return ts.isAwaitExpression(inner) || ts.isVoidExpression(inner) ? bare(inner.expression) : inner
}
const unwrapped = (node: ts.Expression): ts.Expression => ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isNonNullExpression(node) || ts.isSatisfiesExpression(node) ? unwrapped(node.expression) : node

/** Nothing is called, assigned or made outside functions; or what comes of it is one of those that harm nobody: a stream, the result of a job. */
function isPure(checker: ts.TypeChecker, whole: ts.Expression): boolean {
  const node = bare(whole)
  if (SETS.test(node.getText())) return false
  return HARMLESS.test(typeName(checker, node)) || isJobOfRdd(checker, node) || !acts(node)
}

const isJobOfRdd = (checker: ts.TypeChecker, node: ts.Expression): boolean =>
  ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression) && typeName(checker, node.expression.expression) === 'RDD' && !ACTS.test(node.expression.name.text)

const CHANGING = new Set([ts.SyntaxKind.PlusPlusToken, ts.SyntaxKind.MinusMinusToken])
const ACTING: readonly ((node: ts.Node) => boolean)[] = [
  ts.isCallExpression, ts.isNewExpression, ts.isAwaitExpression, ts.isDeleteExpression, ts.isPostfixUnaryExpression, ts.isTaggedTemplateExpression,
  node => ts.isPrefixUnaryExpression(node) && CHANGING.has(node.operator),
  node => ts.isBinaryExpression(node) && node.operatorToken.kind >= ts.SyntaxKind.FirstAssignment && node.operatorToken.kind <= ts.SyntaxKind.LastAssignment,
]

function acts(node: ts.Node): boolean {
  if (ts.isFunctionLike(node) || ts.isTypeNode(node)) return false
  return ACTING.some(is => is(node)) || (ts.forEachChild(node, child => acts(child) || undefined) ?? false)
}

/** Of a declaration the call and its functions; of a replacement what is put in. Offsets count from `from`. */
function piecesOf(statement: ts.Statement, checker: ts.TypeChecker, from: number): { whole?: Piece; functions?: Piece[] } {
  const call = callOf(statement)
  if (!call) return {}
  const piece = (node: ts.Node): Piece => ({ at: node.getStart() - from, end: node.end - from })
  const functions = call.arguments.filter(argument => checker.getTypeAtLocation(argument).getCallSignatures().length > 0).map(piece)
  const whole = ts.isExpressionStatement(statement) ? call.arguments[0] : call
  return { ...whole && { whole: piece(whole) }, functions }
}

function callOf(statement: ts.Statement): ts.CallExpression | undefined {
  const [only, ...more] = ts.isVariableStatement(statement) ? statement.declarationList.declarations : []
  const value = ts.isExpressionStatement(statement) ? bare(statement.expression) : more.length === 0 ? only?.initializer : undefined
  return value && ts.isCallExpression(value) ? value : undefined
}

function importsOf({ importClause: clause, moduleSpecifier }: ts.ImportDeclaration, line: number): Imported[] {
  const from = (moduleSpecifier as ts.StringLiteral).text
  const bindings = clause?.namedBindings
  const all = [
    ...clause?.name ? [['default', clause.name.text] as const] : [],
    ...bindings && ts.isNamespaceImport(bindings) ? [['*', bindings.name.text] as const] : [],
    ...bindings && ts.isNamedImports(bindings) ? bindings.elements.map(({ name, propertyName, isTypeOnly }) => [`${isTypeOnly || clause?.phaseModifier === ts.SyntaxKind.TypeKeyword ? 'type ' : ''}${(propertyName ?? name).text}`, name.text] as const) : [],
  ]
  return all.length ? all.map(([name, local]) => ({ from, name, id: cellName(local, line) })) : [{ from, name: '', id: '' }]
}
