/**
 * Which identifiers of an input mean a cell: decided by the checker's symbols, so that a parameter, a property or a local variable
 * that happens to have the name of a binding stays what it is.
 */
import ts from 'typescript'
import type { Declared } from './declared.js'

/** End of the identifier in the text → the cell it means. Ends are unique, and survive a second parse of the same text. */
export type References = ReadonlyMap<number, string>

export interface ReferenceOptions {
  readonly checker: ts.TypeChecker
  readonly file: ts.SourceFile
  /** Where the user's text ends and the tail begins. */
  readonly end: number
  readonly declared: readonly Declared[]
  /** User's name → cell, for names of this input and of earlier ones. */
  readonly cellOf: (name: string, ownName: boolean) => string | undefined
  /** Also where a function or class goes by its own name. */
  readonly withinHomes?: boolean
}

export function references({ checker, file, end, declared, cellOf, withinHomes = false }: ReferenceOptions): References {
  const cells = new Map<ts.Symbol, { cell: string; homes: readonly ts.Node[] }>()
  const learn = (id: ts.Identifier, own: boolean): void => {
    const symbol = checker.getSymbolAtLocation(id)
    const cell = cellOf(id.text, own)
    if (symbol && cell) cells.set(symbol, { cell, homes: own && !withinHomes ? homesOf(symbol) : [] })
  }
  for (const { nodes } of declared) for (const id of nodes) learn(id, true)
  for (const id of tailNames(file, end)) learn(id, false)

  const found = new Map<number, string>()
  const visit = (node: ts.Node): void => {
    if (node.pos >= end) return
    if (ts.isIdentifier(node)) {
      const known = cells.get(symbolOf(checker, node)!)
      if (known && !known.homes.some(home => node.pos > home.pos && node.end <= home.end && (home as ts.NamedDeclaration).name !== node)) found.set(node.end, known.cell)
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

const symbolOf = (checker: ts.TypeChecker, id: ts.Identifier): ts.Symbol | undefined =>
  ts.isShorthandPropertyAssignment(id.parent) ? checker.getShorthandAssignmentValueSymbol(id.parent) : checker.getSymbolAtLocation(id)

/** Inside itself a function, class, enum or namespace goes by its own name: it travels whole, and its source reads as typed. */
const homesOf = (symbol: ts.Symbol): ts.Node[] => (symbol.declarations ?? []).filter(node =>
  ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node) || ts.isEnumDeclaration(node) || ts.isModuleDeclaration(node))

function tailNames(file: ts.SourceFile, end: number): ts.Identifier[] {
  return file.statements.filter(statement => statement.getStart(file) >= end).flatMap(statement => {
    if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.map(({ name }) => name as ts.Identifier)
    const bindings = ts.isImportDeclaration(statement) ? statement.importClause?.namedBindings : undefined
    return bindings && ts.isNamedImports(bindings) ? bindings.elements.map(({ name }) => name) : []
  })
}
