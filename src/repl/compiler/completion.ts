/**
 * Tab: what could stand at the cursor, by type, and only what the type of the receiver allows.
 */
import ts from 'typescript'
import type { Completions } from '../outcome.js'
import type { SessionName } from './names.js'
import { offers, receiverType } from './receiver.js'

// A prompt has no room for hundreds of keywords and globals: after a dot everything counts, elsewhere only what begins alike.
const GLOBAL_LIMIT = 200

export function completeAt(service: ts.LanguageService, program: ts.Program, path: string, cursor: number): Completions {
  const file = program.getSourceFile(path)!
  const found = service.getCompletionsAtPosition(path, cursor, { includeCompletionsForModuleExports: false, includeCompletionsWithInsertText: false })
  const from = wordStart(file.text, cursor)
  const typed = file.text.slice(from, cursor)
  const receiver = receiverType(program.getTypeChecker(), file, from)
  const entries = (found?.entries ?? [])
    .filter(({ name, kind }) => name.startsWith(typed) && (receiver || typed || kind !== ts.ScriptElementKind.keyword) && !name.startsWith('__'))
    .filter(({ name }) => !receiver || offers(program.getTypeChecker(), receiver, name))
    .sort((a, b) => a.sortText === b.sortText ? a.name < b.name ? -1 : 1 : a.sortText < b.sortText ? -1 : 1)
    .slice(0, receiver ? undefined : GLOBAL_LIMIT)
  // To describe one takes about as long as to find them all: only where there is nothing to complete.
  const [only, ...others] = entries
  const isWhole = only?.name === typed && others.length === 0
  return { from, entries: entries.map(({ name, kind }) => ({ name, kind, ...isWhole && { doc: docOf(service, path, cursor, only) } })) }
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

function docOf(service: ts.LanguageService, path: string, cursor: number, { name, source, data }: ts.CompletionEntry): string {
  const details = service.getCompletionEntryDetails(path, cursor, name, undefined, source, undefined, data)
  return [ts.displayPartsToString(details?.displayParts), ts.displayPartsToString(details?.documentation)].filter(Boolean).join('\n')
}

const wordStart = (text: string, cursor: number): number => cursor - /[\p{ID_Continue}$]*$/u.exec(text.slice(0, cursor))![0].length
