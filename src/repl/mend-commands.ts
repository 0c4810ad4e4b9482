/**
 * `.retry`, `.skip`, `.fix`: what to do about a batch that has failed. Its card names a letter for each, which is a line of its own (`r`, Enter) while such
 * a batch waits and nothing is bound to that name: a key that acted at once would be taken from who begins to type a line (docs/decisions/0025).
 */
import type { DStream, StreamingContext } from '../index.js'
import type { Command, CommandHost } from './commands.js'
import { evaluated } from './evaluated.js'
import { nameOf } from './keep/kept.js'
import type { Look } from './render.js'

export const MEND_COMMANDS: readonly Command[] = [
  { name: '.retry', letter: 'r', more: true, help: 'a batch has failed: run it, and all since, again as they are (also r, while its card waits)', run: async host => { await host.wait((await host.context()).retry()) } },
  { name: '.fix', argument: 'FUNCTION', letter: 'f', more: true, help: 'the same with another function in the place of the one that failed; alone: edit that one (also f)', run: fix },
  { name: '.skip', letter: 's', more: true, help: 'go on without the batches that have failed (also s)', run: async host => { (await host.context()).skip() } },
]

/** What a card offers; nothing where the batch cannot be run again. */
export function offers(context: StreamingContext | undefined, { colors: { bold } }: Look): string {
  if (!context?.canRetry) return ''
  const rows = context.canFix ? MEND_COMMANDS : MEND_COMMANDS.filter(({ letter }) => letter !== 'f')
  return `  ${rows.map(({ letter, name }) => `${bold(letter!)} ${name.slice(1)}`).join(' · ')}, then Enter`
}

async function fix(host: CommandHost, text: string): Promise<void> {
  const context = await host.context()
  const { node, name, functions } = context.broken()
  if (text === '') return edit(host, functions.map(oneLine))
  if (name === undefined || !await means(host, name, stream => [stream.node, stream.madeByFunction].some(each => context.resolved(each) === node))) {
    if (await host.run(`${host.lesson ? 'lesson.ssc' : 'StreamingContext.getActive()!'}.fix(${text})`) === true && context.failedBatches.length === 0) host.print(host.look.colors.dim('· .save does not know of it, since that stream has no name of its own'))
  } else if (await host.run(`${name}.replace(${text})`)) await host.wait(context.retry())
}

/** Whether a name of the session's is that stream. */
async function means(host: CommandHost, name: string, isIt: (stream: DStream<unknown>) => boolean): Promise<boolean> {
  if (!(await host.session()).bindings().some(binding => binding.name === name && /DStream\b/.test(binding.type))) return false
  return isIt((await evaluated<{ stream: DStream<unknown> }>(host, '.fix', `({ stream: ${name} })`)).stream)
}

function edit(host: CommandHost, functions: readonly string[]): void {
  const line = `.fix ${functions.join(', ')}`
  if (!host.prefill(line)) host.print(host.look.colors.dim(`· enter it put right, in the place of ${line}`))
}

// Names of the prompt are cells, numbered by their line.
const CELL = /(?<![\w$.])([A-Za-z_$][\w$]*\$\d+)(?![\w$])/g

/** A function as it can be edited in a line. One that a line cannot hold (comments, texts of several lines) is left to be typed. */
function oneLine(fn: (...args: never[]) => unknown): string {
  const text = Function.prototype.toString.call(fn).replace(CELL, cell => nameOf(cell))
  if (!text.includes('\n')) return text
  return /\/\/|`/.test(text) ? '' : text.split('\n').map(line => line.trim()).join(' ')
}
