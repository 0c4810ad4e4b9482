/**
 * Tab: what could stand at the cursor, by type. Pair methods (`this: DStream<[K, V]>`) are offered on pairs only.
 */
import ts from 'typescript'
import type { CompletionEntry, Completions } from '../outcome.js'

// A prompt has no room for hundreds of keywords and globals: after a dot everything counts, elsewhere only what begins alike.
const GLOBAL_LIMIT = 200
const DOCS_LIMIT = 12

export function completeAt(service: ts.LanguageService, program: ts.Program, path: string, cursor: number): Completions {
  const file = program.getSourceFile(path)!
  const found = service.getCompletionsAtPosition(path, cursor, { includeCompletionsForModuleExports: false, includeCompletionsWithInsertText: false })
  const from = wordStart(file.text, cursor)
  const typed = file.text.slice(from, cursor)
  const receiver = receiverType(program.getTypeChecker(), file, from)
  const entries = (found?.entries ?? [])
    .filter(({ name, kind }) => name.startsWith(typed) && (receiver || typed || kind !== ts.ScriptElementKind.keyword) && !name.startsWith('__'))
    .filter(({ name }) => !receiver || accepts(program.getTypeChecker(), receiver, name))
    .sort((a, b) => a.sortText === b.sortText ? a.name < b.name ? -1 : 1 : a.sortText < b.sortText ? -1 : 1)
    .slice(0, receiver ? undefined : GLOBAL_LIMIT)
  const documented = entries.length <= DOCS_LIMIT
  return { from, entries: entries.map(entry => toEntry(entry, documented ? docOf(service, path, cursor, entry) : undefined)) }
}

const toEntry = ({ name, kind }: ts.CompletionEntry, doc: string | undefined): CompletionEntry => ({ name, kind, ...doc && { doc } })

function docOf(service: ts.LanguageService, path: string, cursor: number, { name, source, data }: ts.CompletionEntry): string | undefined {
  const details = service.getCompletionEntryDetails(path, cursor, name, undefined, source, undefined, data)
  return details && [ts.displayPartsToString(details.displayParts), ts.displayPartsToString(details.documentation)].filter(Boolean).join('\n')
}

const wordStart = (text: string, cursor: number): number => cursor - /[\p{ID_Continue}$]*$/u.exec(text.slice(0, cursor))![0].length

function receiverType(checker: ts.TypeChecker, file: ts.SourceFile, from: number): ts.Type | undefined {
  if (file.text[from - 1] !== '.') return undefined
  let found: ts.Type | undefined
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node) && node.name.getStart(file) >= from - 1 && node.expression.end <= from - 1 && node.end >= from) found = checker.getTypeAtLocation(node.expression)
    if (node.pos < from && node.end >= from - 1) ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

/** False only for a method whose `this:` the receiver does not fit. */
function accepts(checker: ts.TypeChecker, receiver: ts.Type, name: string): boolean {
  const property = checker.getPropertyOfType(checker.getApparentType(receiver), name)
  const declaration = property?.valueDeclaration
  if (!declaration || !(ts.isMethodDeclaration(declaration) || ts.isMethodSignature(declaration))) return true
  const wanted = declaration.parameters[0]
  if (!wanted || wanted.name.getText() !== 'this' || !wanted.type) return true
  const pair = /\[\s*\w+\s*,\s*\w+\s*\]/.test(wanted.type.getText())
  return !pair || isPairOf(checker, receiver)
}

function isPairOf(checker: ts.TypeChecker, receiver: ts.Type): boolean {
  const [element] = checker.getTypeArguments(receiver as ts.TypeReference)
  return !element || !!(element.flags & ts.TypeFlags.Any) || (checker.isTupleType(element) && checker.getTypeArguments(element as ts.TypeReference).length === 2)
}
