/**
 * The names that a session starts with, read from the prelude's declarations: they are input 0, which never ran.
 */
import ts from 'typescript'
import { cellName } from './names.js'
import type { SessionName } from './names.js'
import { cellModule } from './program.js'
import type { CheckerProgram } from './program.js'
import { show } from './top-level.js'

export function preludeNames(session: CheckerProgram, declarations: string): SessionName[] {
  const name = `${cellModule(0)}.d.ts`
  session.write(name, declarations)
  session.keep(name)
  const { program, file } = session.of(name)
  const checker = program.getTypeChecker()
  const module = checker.getSymbolAtLocation(file)
  return module ? checker.getExportsOfModule(module).map(symbol => preludeName(symbol, checker)) : []
}

/** What the prelude declares itself cannot be assigned; what it takes from the package stays what it is. */
function preludeName(symbol: ts.Symbol, checker: ts.TypeChecker): SessionName {
  const { name, flags } = symbol
  const target = flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
  if (!(target.flags & ts.SymbolFlags.Value)) return { name, kind: 'type', line: 0, cell: undefined, type: 'type' }
  return { name, kind: flags & ts.SymbolFlags.Variable ? 'const' : 'other', line: 0, cell: cellName(name, 0), type: show(checker, checker.getTypeOfSymbol(target)) }
}
