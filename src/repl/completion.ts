/**
 * Tab: commands after a dot at the beginning, names of files in a string, else what the checker knows of the types at the cursor; where nothing is left to
 * complete, what the name means, and within a call how that call is written.
 */
import { COMMANDS } from './commands.js'
import type { CompletionEntry } from './outcome.js'
import { listing, type Screen } from './listing.js'
import { openString, pathsFor } from './path-completion.js'
import type { Session } from './session.js'

type Asked = () => Promise<Pick<Session, 'complete' | 'signatures'>>
/** The names, and the part of the line that they replace. */
type Completed = [string[], string]

/** Where what helps without completing is told. */
export interface Told extends Screen { tell(text: string): void }

/** `line` up to the cursor, below `linesBefore` of the same input. */
export async function completions(session: Asked, linesBefore: readonly string[], line: string, told: Told): Promise<Completed> {
  const isFirst = linesBefore.length === 0
  if (isFirst && /^\s*\.\w*$/.test(line)) return beginning(line.trim(), COMMANDS.map(({ name }) => name))
  const [command = '', name = ''] = isFirst && ARGUMENT_OF.exec(line) || []
  const rest = line.slice(command.length)
  const path = TAKES_FILES.test(name) ? rest : openString(rest)
  if (path !== undefined) return [pathsFor(path), path]
  return inCode(await session(), [...linesBefore, rest].join('\n'), told)
}

async function inCode(session: Awaited<ReturnType<Asked>>, code: string, told: Told): Promise<Completed> {
  const { from, entries } = await session.complete(code, code.length)
  const typed = code.slice(from)
  const help = typed === '' ? IN_CALL.test(code) && await session.signatures(code, code.length) : meaning(entries)
  if (!help || help.length === 0) return listed(beginning(typed, entries.map(({ name }) => name)), code, told)
  for (const text of help.slice(0, MOST_SIGNATURES)) told.tell(text)
  return [[], typed]
}

/** Names that have no further letter in common are listed at once; not where nothing has been typed, since Tab may be meant as blanks there. */
function listed([names, typed]: Completed, code: string, told: Told): Completed {
  const isOpen = names.length > 1 && names.some(name => name[typed.length] !== names[0]![typed.length])
  if (!isOpen || /(^|\n)\s*$/.test(code)) return [names, typed]
  told.tell(listing(names, told))
  return [[], typed]
}

const beginning = (typed: string, names: readonly string[]): Completed => [names.filter(name => name.startsWith(typed)), typed]

const meaning = (entries: readonly CompletionEntry[]): string[] => entries.flatMap(({ doc }) => doc ?? [])

// `.type words.ma`, `?words.ma`: behind the command stands code, or a file.
const ARGUMENT_OF = /^\s*(?:([.:][a-z]+)\s+|\?\s*)/
const TAKES_FILES = /^[.:](load|save)$/
// After `map(` or `map(f, `: an argument begins.
const IN_CALL = /[(,]\s*$/
const MOST_SIGNATURES = 4
