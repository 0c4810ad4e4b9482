/** `.clock` and `.tick`: time stopped, moved on by batches, and let go again. The same as `ssc.clock.manual()` and `ssc.tick(n)`. */
import { SparkError } from '../core/errors.js'
import { escapeControls } from '../core/escape.js'
import type { StreamingContext } from '../index.js'
import type { Command, CommandHost } from './commands.js'
import { countOf } from './look-commands.js'
import { timeText } from './standing-clock.js'

export const CLOCK_COMMANDS: readonly Command[] = [
  { name: '.tick', argument: 'COUNT', also: ['.next'], help: 'run the next batch, or COUNT of them, while time stands still (also .next)', run: tick },
  { name: '.clock', argument: 'HOW', more: true, help: 'manual: time stands still and .tick moves it; system: it goes by itself again', run: moveClock },
]

async function moveClock(host: CommandHost, how: string): Promise<void> {
  const context = await host.context()
  const act = how === '' ? (): void => {} : CLOCKS[how]
  if (!act) throw new SparkError('COMMAND_ARGUMENT', { command: '.clock', problem: `is manual or system, not ${escapeControls(how)}`, fix: '.clock manual, .clock system, or .clock alone to see how it is' })
  act(context)
  host.print(host.look.colors.dim(standing(context)))
}

const CLOCKS: Readonly<Record<string, (context: StreamingContext) => void>> = {
  manual: ({ clock }) => clock.manual(),
  system: ({ clock }) => clock.system(),
}

function standing({ clock }: StreamingContext): string {
  if (!clock.isManual) return '· time goes by itself; .clock manual stops it'
  return `· time stands still at ${timeText(clock.now())}: .tick runs the next batch, .clock system lets time go again`
}

async function tick(host: CommandHost, text: string): Promise<void> {
  const count = countOf('.tick', text, '.tick, or .tick 3')
  const context = await host.context()
  if (!context.clock.isManual) throw new SparkError('CLOCK_RUNS')
  await host.wait(context.tick(count))
}
