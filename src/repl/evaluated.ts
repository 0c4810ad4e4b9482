/** Expressions that commands are made of: evaluated in the session, with its names and types, so that a command is a method that is called. */
import { SparkError } from '../core/errors.js'
import { escapeControls } from '../core/escape.js'
import type { CommandHost } from './commands.js'

/**
 * The value of an expression; a promise in a field of it is not awaited.
 * @throws what it throws; COMMAND_ARGUMENT when it is refused
 */
export async function evaluated<T>(host: CommandHost, command: string, expression: string): Promise<T> {
  const outcome = await (await host.session()).evaluate(expression, { aside: true })
  switch (outcome.kind) {
    case 'done': return outcome.value?.value as T
    case 'failed': throw outcome.error
    case 'refused': throw refused(command, outcome.diagnostics[0]?.message ?? 'it is refused')
    case 'incomplete': throw refused(command, 'it ends too early')
    case 'interrupted': throw refused(command, 'it was interrupted')
    default: return outcome satisfies never
  }
}

const refused = (command: string, why: string): SparkError =>
  new SparkError('COMMAND_ARGUMENT', { command, problem: `cannot do that: ${escapeControls(why)}`, fix: 'name a stream that you have defined; .bindings shows them' })

/** A name, or an expression without blanks, and what stands behind it. */
export function nameAndRest(command: string, argument: string, usage: string): [string, string] {
  const [, name, rest = ''] = /^(\S+)(?:\s+([^]*))?$/.exec(argument.trim()) ?? []
  if (!name || name.startsWith('--')) throw new SparkError('COMMAND_ARGUMENT', { command, problem: 'needs a stream', fix: usage })
  return [name, rest.trim()]
}
