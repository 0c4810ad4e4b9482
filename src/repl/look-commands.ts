/** Commands that look into a stream and back in time: what the API gives as data, drawn as text. */
import type { RewoundBatch, SeenRows } from '../index.js'
import { SparkError } from '../core/errors.js'
import { escapeControls } from '../core/escape.js'
import { format } from '../core/format.js'
import type { Command, CommandHost } from './commands.js'
import { errorCard } from './error-card.js'
import { captures, explain, showState, streamsText } from './graph-commands.js'
import { watch } from './watches.js'
import { peek } from './peek-command.js'
import type { Look } from './render.js'

export const LOOK_COMMANDS: readonly Command[] = [
  { name: '.watch', argument: 'STREAM', help: 'a table of the stream that is redrawn in place, with a trend per key; .watch off, .watch only STREAM', run: watch },
  { name: '.streams', help: 'the graph, with the numbers of its last batch and what it holds for later ones', run: async host => host.print(streamsText(await host.wait((await host.context()).streams()), host.look)) },
  { name: '.peek', argument: 'STREAM …', help: 'the next batch at every operator; --last, --marble: batches before; a predicate: what became of a record', run: peek },
  { name: '.rewind', argument: 'N', more: true, help: 'the last N batches again, through the graph as it is now; what runs goes on untouched', run: rewind },
  { name: '.state', argument: 'STREAM KEY', more: true, help: 'the state that a stream keeps: its first keys, or one', run: showState },
  { name: '.explain', argument: 'STREAM', more: true, help: 'how a stream (or an RDD) is made: operators, what is kept and for how long, rules', run: explain },
  { name: '.captures', argument: 'FUNCTION', more: true, help: 'what a function takes along to the executors, and how large it is', run: captures },
]

const BAR = '-'.repeat(43)

async function rewind(host: CommandHost, argument: string): Promise<void> {
  const count = countOf('.rewind', argument, '.rewind 5')
  const batches = await host.wait((await host.context()).rewind(count))
  if (batches.length < count) host.print(host.look.colors.dim(`· no more than ${batches.length} ${batches.length === 1 ? 'is' : 'are'} kept`))
  for (const batch of batches) host.print(rewoundText(batch, host.look))
}

/** Blocks as print() gives them, marked. */
function rewoundText({ time, outputs }: RewoundBatch, look: Look): string {
  const { dim, bold } = look.colors
  if (outputs.length === 0) return `${dim('rewound')}  Time: ${+time} ms  no output was due`
  return outputs.map(output => [
    dim(BAR), `Time: ${+time} ms  ${dim('rewound')}  ${bold(escapeControls(output.name))}`, dim(BAR), ...rowLines(output, look), '', '',
  ].join('\n')).join('')
}

export const rowLines = ({ rows, more, error }: SeenRows, look: Look): string[] =>
  error !== undefined ? errorCard(error, look).split('\n') : [...rows.map(row => escapeControls(format(row))), ...more ? ['...'] : []]

/** @throws COMMAND_ARGUMENT */
export function countOf(command: string, text: string, fix: string, otherwise = 1): number {
  const count = text === '' ? otherwise : Number(text)
  if (Number.isInteger(count) && count > 0) return count
  throw new SparkError('COMMAND_ARGUMENT', { command, problem: `needs a whole number from 1 on, not ${escapeControls(text)}`, fix })
}
