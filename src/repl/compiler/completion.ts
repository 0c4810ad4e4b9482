/**
 * Tab: what could stand at the cursor, by type, and only what the type of the receiver allows.
 */
import ts from 'typescript'
import type { CompletionEntry, Completions } from '../outcome.js'
import type { SessionName } from './names.js'
import { membersOf, receiverType } from './receiver.js'

// A prompt has no room for hundreds of keywords and globals: after a dot everything counts, elsewhere only what begins alike.
const LIMIT = 200

export function completeAt(service: ts.LanguageService, program: ts.Program, path: string, cursor: number): Completions {
  const file = program.getSourceFile(path)!
  const from = wordStart(file.text, cursor)
  const typed = file.text.slice(from, cursor)
  const receiver = receiverType(program.getTypeChecker(), file, from)
  const entries = receiver ? members(program.getTypeChecker(), receiver, typed) : names(service, path, cursor, typed)
  // To describe one takes as long as to find them: only where there is nothing to complete.
  const isWhole = entries.length === 1 && entries[0]!.name === typed
  return { from, entries: isWhole ? entries.map(entry => ({ ...entry, doc: docOf(service, path, cursor, typed) })) : entries }
}

const members = (checker: ts.TypeChecker, receiver: ts.Type, typed: string): CompletionEntry[] => membersOf(checker, receiver, typed)
  .map(({ name, flags }) => ({ name, kind: flags & ts.SymbolFlags.Method ? ts.ScriptElementKind.memberFunctionElement : ts.ScriptElementKind.memberVariableElement }))
  .sort((a, b) => a.name < b.name ? -1 : 1)

function names(service: ts.LanguageService, path: string, cursor: number, typed: string): CompletionEntry[] {
  const found = service.getCompletionsAtPosition(path, cursor, { includeCompletionsForModuleExports: false, includeCompletionsWithInsertText: false })
  return (found?.entries ?? [])
    .filter(({ name, kind }) => name.startsWith(typed) && (typed || kind !== ts.ScriptElementKind.keyword) && !name.startsWith('__'))
    .sort((a, b) => a.sortText === b.sortText ? a.name < b.name ? -1 : 1 : a.sortText < b.sortText ? -1 : 1)
    .slice(0, LIMIT)
    .map(({ name, kind }) => ({ name, kind }))
}

/**
 * Declarations of names that a line being typed does not mention, so that the word at its end may become one of them. What they are does not matter yet,
 * and to know it all their inputs would have to be read: a long session would complete slowly.
 */
export function standIns(names: Iterable<SessionName>, text: string, cursor: number): string {
  const from = wordStart(text, cursor)
  if (text[from - 1] === '.') return ''
  return [...names].filter(({ name }) => name.startsWith(text.slice(from, cursor))).map(standIn).join('\n')
}

function standIn({ name, kind, type }: SessionName): string {
  if (kind === 'type') return `type ${name} = any;`
  return type === 'class' || type === 'enum' ? `declare class ${name} {}` : `declare const ${name}: any;`
}

function docOf(service: ts.LanguageService, path: string, cursor: number, name: string): string {
  const details = service.getCompletionEntryDetails(path, cursor, name, undefined, undefined, undefined, undefined)
  return [ts.displayPartsToString(details?.displayParts), ts.displayPartsToString(details?.documentation)].filter(Boolean).join('\n')
}

const wordStart = (text: string, cursor: number): number => cursor - /[\p{ID_Continue}$]*$/u.exec(text.slice(0, cursor))![0].length
