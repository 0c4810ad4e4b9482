/**
 * What the top level of an input declares. As in a module, a `var` inside a block counts, whatever is inside a function does not.
 */
import ts from 'typescript'
import type { NameKind } from './names.js'

export interface Declared {
  readonly name: string
  readonly kind: NameKind
  /** `class`, `interface`, …: what the user is shown instead of a type. */
  readonly word: string | undefined
  readonly nodes: readonly ts.Identifier[]
  readonly imported: boolean
  /** `declare …`: exists already, under its own name. */
  readonly ambient: boolean
  /** A `var` inside a block: TypeScript's declaration emit passes over it. */
  readonly nested: boolean
  /** `export const …`: the keyword is tolerated. */
  readonly exported: boolean
}

interface Found { readonly id: ts.Identifier; readonly kind: NameKind; readonly word?: string; readonly imported?: boolean; readonly ambient?: boolean; readonly nested?: boolean }

export function declaredIn(file: ts.SourceFile, end: number): Declared[] {
  const found = file.statements.filter(statement => statement.getStart(file) < end).flatMap(inStatement)
  return [...new Set(found.map(({ id }) => id.text))].map(name => merge(name, found.filter(({ id }) => id.text === name)))
}

function merge(name: string, all: readonly Found[]): Declared {
  const value = all.find(({ kind }) => kind !== 'type') ?? all[0]!
  return {
    name, kind: value.kind, word: value.word, nodes: all.map(({ id }) => id),
    imported: all.some(({ imported }) => imported), ambient: all.every(({ ambient, kind }) => ambient || kind === 'type') && value.kind !== 'type',
    nested: all.every(({ nested }) => nested), exported: all.some(({ id }) => isExported(id)),
  }
}

function inStatement(statement: ts.Statement): Found[] {
  const ambient = isAmbient(statement)
  if (ts.isVariableStatement(statement)) return isUsing(statement.declarationList) ? [] : inList(statement.declarationList, ambient)
  if (ts.isFunctionDeclaration(statement)) return named(statement.name, 'other', undefined, ambient)
  if (ts.isClassDeclaration(statement)) return named(statement.name, 'other', 'class', ambient)
  if (ts.isEnumDeclaration(statement)) return named(statement.name, 'other', 'enum', ambient)
  if (ts.isInterfaceDeclaration(statement)) return named(statement.name, 'type', 'interface')
  if (ts.isTypeAliasDeclaration(statement)) return named(statement.name, 'type', 'type')
  if (ts.isModuleDeclaration(statement) && ts.isIdentifier(statement.name)) return named(statement.name, hasValues(statement) ? 'other' : 'type', 'namespace', ambient)
  if (ts.isImportEqualsDeclaration(statement)) return named(statement.name, 'other')
  if (ts.isImportDeclaration(statement)) return inImport(statement)
  return nestedVars(statement)
}

const named = (id: ts.Identifier | undefined, kind: NameKind, word?: string, ambient?: boolean): Found[] => id && !ambient ? [{ id, kind, ...word && { word } }] : id ? [{ id, kind, ambient: true }] : []

export const isAmbient = (statement: ts.Statement): boolean =>
  ts.canHaveModifiers(statement) && !!ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword)

/** `export default` gives the declaration another name, so it does not count. */
function isExported(id: ts.Node): boolean {
  const statement = ts.findAncestor(id, node => !!node.parent && ts.isSourceFile(node.parent))
  const kinds = statement && ts.canHaveModifiers(statement) ? ts.getModifiers(statement)?.map(({ kind }) => kind) ?? [] : []
  return kinds.includes(ts.SyntaxKind.ExportKeyword) && !kinds.includes(ts.SyntaxKind.DefaultKeyword)
}

/** `using` ends with its input, so it binds nothing for later ones. */
export const isUsing = (list: ts.VariableDeclarationList): boolean => (list.flags & ts.NodeFlags.BlockScoped) >= ts.NodeFlags.Using

function inList(list: ts.VariableDeclarationList, ambient = false): Found[] {
  const kind: NameKind = list.flags & ts.NodeFlags.Const ? 'const' : 'let'
  return list.declarations.flatMap(({ name }) => bound(name)).map(id => ({ id, kind, ambient }))
}

export const bound = (name: ts.BindingName): ts.Identifier[] =>
  ts.isIdentifier(name) ? [name] : name.elements.flatMap(element => ts.isOmittedExpression(element) ? [] : bound(element.name))

function inImport({ importClause: clause }: ts.ImportDeclaration): Found[] {
  if (!clause) return []
  const onlyTypes = clause.phaseModifier === ts.SyntaxKind.TypeKeyword
  const bindings = clause.namedBindings
  const ids = [
    ...clause.name ? [{ id: clause.name, type: onlyTypes }] : [],
    ...bindings && ts.isNamespaceImport(bindings) ? [{ id: bindings.name, type: onlyTypes }] : [],
    ...bindings && ts.isNamedImports(bindings) ? bindings.elements.map(({ name, isTypeOnly }) => ({ id: name, type: onlyTypes || isTypeOnly })) : [],
  ]
  return ids.map(({ id, type }) => ({ id, kind: type ? 'type' : 'other', imported: true }))
}

function hasValues(declaration: ts.ModuleDeclaration): boolean {
  const body = declaration.body
  if (!body) return false
  if (ts.isModuleDeclaration(body)) return hasValues(body)
  return ts.isModuleBlock(body) && body.statements.some(statement =>
    !ts.isInterfaceDeclaration(statement) && !ts.isTypeAliasDeclaration(statement) && !(ts.isModuleDeclaration(statement) && !hasValues(statement)))
}

function nestedVars(statement: ts.Node): Found[] {
  const found: Found[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node) || ts.isModuleDeclaration(node)) return
    if (isVarList(node)) found.push(...inList(node).map(each => ({ ...each, nested: true })))
    ts.forEachChild(node, visit)
  }
  visit(statement)
  return found
}

export const isVarList = (node: ts.Node): node is ts.VariableDeclarationList => ts.isVariableDeclarationList(node) && !(node.flags & ts.NodeFlags.BlockScoped)
