/**
 * From a module to a script over cells: `const norm = (w: string) => w.trim()` becomes `norm$7 = (w) => w.trim()`.
 *
 * A ts-node "before" transformer, so that types are still there to be erased and the source map leads to the user's own text. The
 * script declares nothing itself: the evaluator makes the cells as properties of globalThis, so no line can poison a name for the
 * next, and a function's source still reads as typed. Functions come first, as hoisting would have it, then imports.
 * Known differences from a module: an import is read once (a cell is no live binding), and a name used too early is undefined.
 */
import ts from 'typescript'
import { isAmbient, isUsing, isVarList } from './declared.js'
import { assignmentTarget } from './patterns.js'
import type { Names } from './patterns.js'
import type { References } from './references.js'
import { asyncBody, at, call, entityExpression, helper, ownName, propertyText, strict, withoutExport } from './script-parts.js'

export interface CellScript {
  /** End of identifier → cell. */
  readonly references: References
  /** Names of imports that are values; the others are types and vanish. */
  readonly importedValues: ReadonlySet<string>
  readonly asynchronous: boolean
  /** Filled here: the modules that must be there before the script runs. */
  readonly imports: Set<string>
}

const { factory } = ts

export const toCells = (script: CellScript): ts.TransformerFactory<ts.SourceFile> => context => file => {
  const lower = new Lowering(script, context, awaitedLast(file))
  const bodies = file.statements.flatMap(statement => lower.statement(statement))
  const statements = [...bodies.filter(({ hoist }) => hoist === 'function'), ...bodies.filter(({ hoist }) => hoist === 'import'), ...bodies.filter(({ hoist }) => !hoist)].map(({ node }) => node)
  const result = factory.updateSourceFile(file, [strict(), ...script.asynchronous ? [asyncBody(statements)] : statements])
  Object.assign(result, { externalModuleIndicator: undefined }) // a script now: no `export {}`
  return result
}

function awaitedLast(file: ts.SourceFile): ts.Node | undefined {
  const last = file.statements.at(-1)
  return last && ts.isExpressionStatement(last) ? last.expression : undefined
}

interface Lowered { readonly node: ts.Statement; readonly hoist?: 'function' | 'import' }

class Lowering {
  #depth = 0
  readonly #names: Names = { cell: id => this.#cell(id), visit: node => this.#visit(node) }

  constructor(readonly script: CellScript, readonly context: ts.TransformationContext, readonly last: ts.Node | undefined) {}

  statement(statement: ts.Statement): Lowered[] {
    if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement) || isAmbient(statement)) return []
    if (ts.isImportDeclaration(statement)) return this.#import(statement)
    if (ts.isImportEqualsDeclaration(statement)) return this.#assign(statement.name, ts.isExternalModuleReference(statement.moduleReference) ? undefined : entityExpression(statement.moduleReference), statement)
    if (ts.isExportDeclaration(statement)) return statement.moduleSpecifier && !statement.isTypeOnly ? this.#load(statement.moduleSpecifier) : []
    if (ts.isExportAssignment(statement)) return [{ node: this.#expression(statement.expression, statement) }]
    if (ts.isFunctionDeclaration(statement)) return this.#function(statement)
    if (ts.isClassDeclaration(statement)) return this.#class(statement)
    if (ts.isEnumDeclaration(statement) || ts.isModuleDeclaration(statement)) return this.#namespace(statement)
    if (ts.isVariableStatement(statement) && !isUsing(statement.declarationList)) return this.#variables(statement.declarationList, statement).map(node => ({ node }))
    return [{ node: this.#visit(statement) as ts.Statement }]
  }

  #import(statement: ts.ImportDeclaration): Lowered[] {
    const clause = statement.importClause
    if (!clause) return this.#load(statement.moduleSpecifier)
    const named = clause.namedBindings && ts.isNamedImports(clause.namedBindings) ? clause.namedBindings.elements : []
    const picks = [
      ...clause.name && this.#isValue(clause.name) ? [factory.createPropertyAssignment('default', this.#cell(clause.name))] : [],
      ...named.filter(({ name, isTypeOnly }) => !isTypeOnly && this.#isValue(name))
        .map(({ name, propertyName }) => factory.createPropertyAssignment(propertyText(propertyName ?? name), this.#cell(name))),
    ]
    const namespace = clause.namedBindings && ts.isNamespaceImport(clause.namedBindings) && this.#isValue(clause.namedBindings.name) ? clause.namedBindings.name : undefined
    const targets = [...picks.length ? [factory.createObjectLiteralExpression(picks)] : [], ...namespace ? [this.#cell(namespace)] : []]
    if (targets.length) this.#load(statement.moduleSpecifier)
    return targets.map(target => ({ node: at(factory.createExpressionStatement(factory.createAssignment(target, call('imported', [statement.moduleSpecifier]))), statement), hoist: 'import' as const }))
  }

  #isValue(id: ts.Identifier): boolean { return this.script.importedValues.has(id.text) }

  #load(specifier: ts.Expression): [] {
    this.script.imports.add((specifier as ts.StringLiteral).text)
    return []
  }

  #function(declaration: ts.FunctionDeclaration): Lowered[] {
    if (!declaration.body) return []
    const fn = factory.createFunctionExpression(withoutExport(declaration)?.filter(ts.isModifier), declaration.asteriskToken, ownName(declaration.name), declaration.typeParameters, declaration.parameters, declaration.type, declaration.body)
    return this.#declare(declaration.name, at(fn, declaration), declaration).map(lowered => ({ ...lowered, hoist: 'function' as const }))
  }

  #class(declaration: ts.ClassDeclaration): Lowered[] {
    const modifiers = withoutExport(declaration)?.filter(({ kind }) => kind !== ts.SyntaxKind.AbstractKeyword)
    return this.#declare(declaration.name, at(factory.createClassExpression(modifiers, ownName(declaration.name), declaration.typeParameters, declaration.heritageClauses, declaration.members), declaration), declaration)
  }

  /** An enum or namespace stays one, inside a function that gives it. */
  #namespace(declaration: ts.EnumDeclaration | ts.ModuleDeclaration): Lowered[] {
    if (!ts.isIdentifier(declaration.name) || !this.script.references.has(declaration.name.end)) return []
    const plain = ts.isEnumDeclaration(declaration)
      ? factory.updateEnumDeclaration(declaration, undefined, ownName(declaration.name)!, declaration.members)
      : factory.updateModuleDeclaration(declaration, undefined, ownName(declaration.name)!, declaration.body)
    const inner = this.#inside(plain) as ts.Statement
    const body = factory.createBlock([inner, factory.createReturnStatement(factory.createIdentifier(declaration.name.text))], true)
    const made = factory.createCallExpression(factory.createParenthesizedExpression(factory.createArrowFunction(undefined, undefined, [], undefined, undefined, body)), undefined, [])
    return [{ node: at(factory.createExpressionStatement(factory.createAssignment(this.#cell(declaration.name), made)), declaration) }]
  }

  /** `name$7 = expression`, or the expression alone for an `export default` without a name. */
  #declare(name: ts.Identifier | undefined, expression: ts.Expression, statement: ts.Statement): Lowered[] {
    const visited = this.#inside(expression) as ts.Expression
    return [{ node: at(factory.createExpressionStatement(name ? factory.createAssignment(this.#cell(name), visited) : factory.createVoidExpression(visited)), statement) }]
  }

  #assign(name: ts.Identifier, value: ts.Expression | undefined, statement: ts.Statement): Lowered[] {
    return value ? [{ node: this.#expression(factory.createAssignment(this.#cell(name), this.#visit(value) as ts.Expression), statement) }] : []
  }

  /** A nested `var x` without a value keeps what it has; at the top it starts as undefined. */
  #variables(list: ts.VariableDeclarationList, statement: ts.Node, nested = false): ts.Statement[] {
    return list.declarations.flatMap(declaration => {
      const value = declaration.initializer ? this.#visit(declaration.initializer) as ts.Expression : undefined
      if (!value && nested) return []
      return [at(factory.createExpressionStatement(factory.createAssignment(assignmentTarget(declaration.name, this.#names), value ?? factory.createVoidZero())), list.declarations.length > 1 ? declaration : statement)]
    })
  }

  #cell(id: ts.Identifier): ts.Identifier {
    const cell = this.script.references.get(id.end)
    return at(factory.createIdentifier(cell ?? id.text), id)
  }

  #expression(expression: ts.Expression, statement: ts.Node): ts.ExpressionStatement {
    return at(factory.createExpressionStatement(this.#visit(expression) as ts.Expression), statement)
  }

  #children(node: ts.Node): ts.Node { return ts.visitEachChild(node, child => this.#visit(child), this.context) }

  #visit(node: ts.Node): ts.Node {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return this.#inside(node)
    if (ts.isShorthandPropertyAssignment(node)) return this.#shorthand(node)
    if (ts.isIdentifier(node)) return this.script.references.has(node.end) ? this.#cell(node) : node
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) return at(call('import', node.arguments.map(argument => this.#visit(argument) as ts.Expression)), node)
    if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) return at(helper('meta'), node)
    if (this.#depth > 0) return this.#children(node)
    if (ts.isAwaitExpression(node)) return this.#await(node)
    if (node.kind === ts.SyntaxKind.ThisKeyword) return factory.createVoidZero() // as in a module
    const loop = ts.isForOfStatement(node) && node.awaitModifier ? awaitedEach(node) : node
    return this.#hoistedVar(loop) ?? this.#children(loop)
  }

  /** Waits where Ctrl-C can end it; the evaluator is told when all that stands before is finished. */
  #await(node: ts.AwaitExpression): ts.Node {
    const value = this.#visit(node.expression) as ts.Expression
    return at(factory.createAwaitExpression(call('wait', node === this.last ? [value, factory.createTrue()] : [value])), node)
  }

  /** `var` in a block, or in the head of a loop, belongs to the top level. */
  #hoistedVar(node: ts.Node): ts.Node | undefined {
    if (ts.isVariableStatement(node) && isVarList(node.declarationList)) return factory.createBlock(this.#variables(node.declarationList, node, true))
    if (ts.isForStatement(node) && node.initializer && isVarList(node.initializer)) {
      const expressions = this.#variables(node.initializer, node, true).map(statement => (statement as ts.ExpressionStatement).expression)
      const start = expressions.length ? expressions.reduce((a, b) => factory.createComma(a, b)) : undefined
      return factory.updateForStatement(node, start, this.#optional(node.condition), this.#optional(node.incrementor), this.#visit(node.statement) as ts.Statement)
    }
    if ((ts.isForInStatement(node) || ts.isForOfStatement(node)) && isVarList(node.initializer)) {
      const target = assignmentTarget(node.initializer.declarations[0]!.name, this.#names)
      const [expression, body] = [this.#visit(node.expression) as ts.Expression, this.#visit(node.statement) as ts.Statement]
      return ts.isForInStatement(node) ? factory.updateForInStatement(node, target, expression, body) : factory.updateForOfStatement(node, node.awaitModifier, target, expression, body)
    }
    return undefined
  }

  #optional(expression: ts.Expression | undefined): ts.Expression | undefined { return expression && this.#visit(expression) as ts.Expression }

  #inside(node: ts.Node): ts.Node {
    this.#depth++
    const result = this.#children(node)
    this.#depth--
    return result
  }

  /** `{ lines }` is `{ lines: lines$3 }`. */
  #shorthand(node: ts.ShorthandPropertyAssignment): ts.Node {
    const value = node.objectAssignmentInitializer && this.#visit(node.objectAssignmentInitializer) as ts.Expression
    if (!this.script.references.has(node.name.end)) return factory.updateShorthandPropertyAssignment(node, node.name, value)
    return at(factory.createPropertyAssignment(node.name.text, value ? factory.createAssignment(this.#cell(node.name), value) : this.#cell(node.name)), node)
  }
}

/** Each step of `for await` is a wait that Ctrl-C can end. */
const awaitedEach = (loop: ts.ForOfStatement): ts.ForOfStatement =>
  factory.updateForOfStatement(loop, loop.awaitModifier, loop.initializer, at(call('each', [loop.expression]), loop.expression), loop.statement)
