/**
 * Tab: commands after a dot at the beginning, names of files in a string, else what the checker knows of the types at the cursor; where nothing can be
 * completed within a call, how that call is written.
 */
import { COMMANDS } from './commands.js'
import { openString, pathsFor } from './path-completion.js'
import type { Session } from './session.js'

/** `line` up to the cursor, below `linesBefore` of the same input. Gives the names and the part of the line they replace. */
export async function completions(session: () => Promise<Pick<Session, 'complete' | 'signatures'>>, linesBefore: readonly string[], line: string, tell: (text: string) => void): Promise<[string[], string]> {
  if (linesBefore.length === 0 && /^\s*\.\w*$/.test(line)) return [COMMANDS.map(({ name }) => name).filter(name => name.startsWith(line.trim())), line.trim()]
  const path = openString(line)
  if (path !== undefined) return [pathsFor(path), path]
  const before = linesBefore.map(text => `${text}\n`).join('')
  const { from, entries } = await (await session()).complete(before + line, before.length + line.length)
  const typed = line.slice(Math.max(0, from - before.length))
  if (typed === '' && IN_CALL.test(line)) {
    const signatures = await (await session()).signatures(before + line, before.length + line.length)
    for (const signature of signatures.slice(0, MOST_SIGNATURES)) tell(signature)
    if (signatures.length > 0) return [[], line]
  }
  return [entries.map(({ name }) => name).filter(name => name.startsWith(typed)), typed]
}

// After `map(` or `map(f, `: an argument begins.
const IN_CALL = /[(,]\s*$/
const MOST_SIGNATURES = 4
