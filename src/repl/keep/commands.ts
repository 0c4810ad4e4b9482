/** Commands that keep what was found, or begin anew. */
import type { StreamingContext } from '../../index.js'
import type { Command, CommandHost } from '../commands.js'
import { save } from './save.js'

export const KEEP_COMMANDS: readonly Command[] = [
  { name: '.save', argument: 'FILE', help: 'what this session has come to, as a program for tspark-submit; FILE.test.ts: as a vitest with the batches that came; FILE.record: those alone, for tspark-submit --compare', run: saveSession },
  { name: '.editor', scala: 'paste', more: true, help: 'several lines as one input, which Ctrl-D ends', run: host => host.edit() },
  { name: '.reset', more: true, help: 'begin afresh: the stream stops, bindings and graph are forgotten', run: reset },
]

async function saveSession(host: CommandHost, argument: string): Promise<void> {
  const session = await host.session()
  host.print(await save(argument, { statements: session.kept(), context: await lastContext(host), flags: await host.flags() }))
}

/** The one that runs, or ran last; else the ready-made one. */
async function lastContext(host: CommandHost): Promise<StreamingContext> {
  const context = await host.context()
  return context.getState() === 'INITIALIZED' ? (await import('../../index.js')).StreamingContext.last ?? context : context
}

async function reset(host: CommandHost): Promise<void> {
  await host.lesson?.close()
  host.study(undefined)
  await host.closeStreams()
  await (await host.session()).reset()
  host.print('begun afresh: sc and ssc are ready')
}
