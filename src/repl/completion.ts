/** Tab: commands after a dot at the beginning, else what the checker knows of the types at the cursor. */
import { COMMANDS } from './commands.js'
import type { Session } from './session.js'

/** `line` up to the cursor, below `linesBefore` of the same input. Gives the names and the part of the line they replace. */
export async function completions(session: () => Promise<Pick<Session, 'complete'>>, linesBefore: readonly string[], line: string): Promise<[string[], string]> {
  if (linesBefore.length === 0 && /^\s*\.\w*$/.test(line)) return [COMMANDS.map(({ name }) => name).filter(name => name.startsWith(line.trim())), line.trim()]
  const before = linesBefore.map(text => `${text}\n`).join('')
  const { from, entries } = await (await session()).complete(before + line, before.length + line.length)
  const typed = line.slice(Math.max(0, from - before.length))
  return [entries.map(({ name }) => name).filter(name => name.startsWith(typed)), typed]
}
