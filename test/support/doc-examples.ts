/**
 * What is documented of the package: every name that src/index.ts and src/testing/index.ts export, and every public member of
 * its classes, each with its docstring's text and its `@example`s. Read by TypeScript's parser from the sources as they stand.
 */
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export interface Documented {
  /** `DStream.map`, `Seconds`. */
  readonly name: string
  readonly file: string
  readonly isMember: boolean
  /** To be implemented by who extends the class. */
  readonly isAbstract: boolean
  readonly kind: 'class' | 'function' | 'type' | 'value'
  /** Without tags; empty where there is no docstring. */
  readonly text: string
  readonly examples: readonly string[]
}

export function documented(): Documented[] {
  const entries = ['src/index.ts', 'src/testing/index.ts'].map(file => ROOT + file)
  const program = ts.createProgram(entries, { noLib: true, types: [], module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, target: ts.ScriptTarget.ES2022 })
  const checker = program.getTypeChecker()
  const found = new Map<string, Documented>()
  const add = (one: Documented): void => { if (!found.has(one.name)) found.set(one.name, one) }
  for (const entry of entries)
    for (const exported of checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(entry)!)!)) {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported
      add(describe(symbol, exported.name, false))
      for (const member of membersOf(symbol, checker)) add(describe(member, `${exported.name}.${member.name}`, true))
    }
  return [...found.values()]
}

function membersOf(symbol: ts.Symbol, checker: ts.TypeChecker): ts.Symbol[] {
  if (!(symbol.flags & ts.SymbolFlags.Class)) return []
  const statics = checker.getTypeOfSymbol(symbol).getProperties().filter(({ flags }) => !(flags & ts.SymbolFlags.Prototype)) // inherited ones, too
  return [...checker.getDeclaredTypeOfSymbol(symbol).getProperties(), ...statics].filter(isPublic)
}

/** Conventions of the language (toString, valueOf, symbols) and what is marked internal are no part of the documentation. */
function isPublic(member: ts.Symbol): boolean {
  const declarations = member.declarations ?? []
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected
  return declarations.length > 0 && !/^(#|__|toString$|valueOf$|then$)/.test(member.name)
    && declarations.every(one => one.getSourceFile().fileName.startsWith(`${ROOT}src/`) && !(ts.getCombinedModifierFlags(one) & hidden))
    && !declarations.some(one => docOf(one).includes('@internal'))
}

function describe(symbol: ts.Symbol, name: string, isMember: boolean): Documented {
  const declarations = symbol.declarations ?? []
  const docs = declarations.flatMap(one => [docOf(one), ...ts.isClassDeclaration(one) ? [openingOf(one.getSourceFile())] : []])
  const file = relative(ROOT, declarations[0]!.getSourceFile().fileName)
  const isAbstract = declarations.some(one => ts.getCombinedModifierFlags(one) & ts.ModifierFlags.Abstract)
  return { name, file, isMember, isAbstract, kind: kindOf(symbol), text: docs.map(doc => doc.split(/(?:^|\s)@\w+/)[0]!.trim()).find(Boolean) ?? '', examples: [...docs, ...constructorDocs(declarations)].flatMap(examplesOf) }
}

const constructorDocs = (declarations: readonly ts.Declaration[]): string[] =>
  declarations.filter(ts.isClassDeclaration).flatMap(({ members }) => members.filter(ts.isConstructorDeclaration).map(docOf))

function kindOf({ flags }: ts.Symbol): Documented['kind'] {
  if (flags & ts.SymbolFlags.Class) return 'class'
  if (flags & (ts.SymbolFlags.Method | ts.SymbolFlags.Function)) return 'function'
  return flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias) ? 'type' : 'value'
}

/** The docstring right before a declaration (of a variable: before its statement). */
function docOf(declaration: ts.Declaration): string {
  const source = declaration.getSourceFile()
  const holder = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration
  const ranges = [ts.getTrailingCommentRanges, ts.getLeadingCommentRanges].flatMap(rangesOf => rangesOf(source.text, holder.pos) ?? [])
  const own = ranges.filter(({ end }) => /^\s*$/.test(source.text.slice(end, holder.getStart(source)))).at(-1)
  return own ? plain(source.text.slice(own.pos, own.end)) : ''
}

/** What opens a file speaks for its class. */
function openingOf({ text }: ts.SourceFile): string {
  const first = ts.getLeadingCommentRanges(text, 0)?.at(0)
  return first ? plain(text.slice(first.pos, first.end)) : ''
}

const plain = (comment: string): string => comment.startsWith('/**') ? comment.slice(3, -2).split('\n').map(line => line.replace(/^\s*\* ?/, '').trimEnd()).join('\n').trim() : ''

const examplesOf = (doc: string): string[] => [...doc.matchAll(/(?:^|\s)@example\s([^]*?)(?=\s@(?:example|param|throws|internal)\s|$)/g)].map(([, text]) => text!.replace(/^\n/, '').trimEnd())
