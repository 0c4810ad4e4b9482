/**
 * print()'s block as Spark's Scala API writes it, byte for byte: a bar of 43 hyphens, the batch time in ms, a bar, the rows,
 * `...` where there are more, an empty line. Empty batches too.
 *
 * Batches come as `printed` events. The prompt shows them in its own way; tspark-submit attaches the writer below; where nobody
 * listens (a plain program), `printed` writes to standard output itself. In a pipe or file the rows are kept as they are; on a
 * terminal control characters are shown, not sent.
 */
import type { EventEmitter } from 'node:events'
import { escapeControls } from '../core/escape.js'
import type { EventBus, Events } from '../core/events.js'

type Printed = Events['printed']
export interface Output extends EventEmitter { readonly isTTY?: boolean; write(text: string): unknown }

const BAR = '-'.repeat(43)

/** The block's text, its last line ended. */
export const printBlock = ({ timeMs, lines, more }: Printed): string =>
  [BAR, `Time: ${timeMs} ms`, BAR, ...lines, ...(more ? ['...'] : []), '', ''].join('\n')

/** Says that a batch has been printed, or prints it where nobody listens. */
export function printed(events: EventBus, event: Printed, stdout: Output = process.stdout): void {
  if (events.listenerCount('printed') === 0) {
    if (!guarded.has(stdout)) guard(stdout, endProgram)
    write(stdout, event)
  }
  events.emit('printed', event)
}

/**
 * Writes every block to `stdout`; returns what ends that. A reader that has gone (`| head -1`) ends it silently:
 * `onClosed` is called instead of an error, and by default ends the program with status 0, as Node programs end.
 */
export function attachConsoleWriter(events: EventBus, stdout: Output = process.stdout, onClosed: () => void = endProgram): () => void {
  const off = events.on('printed', event => write(stdout, event))
  const release = guard(stdout, () => {
    off()
    onClosed()
  })
  return () => {
    off()
    release()
  }
}

const guarded = new WeakSet<Output>()
const endProgram = (): void => process.exit(0)

/** Hears of a reader that has gone; other errors are thrown on. */
function guard(stdout: Output, onClosed: () => void): () => void {
  const failed = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE') throw error
    onClosed()
  }
  guarded.add(stdout)
  stdout.on('error', failed)
  return () => {
    guarded.delete(stdout)
    stdout.off('error', failed)
  }
}

function write(stdout: Output, event: Printed): void {
  stdout.write(printBlock(stdout.isTTY ? { ...event, lines: event.lines.map(escapeControls) } : event))
}
