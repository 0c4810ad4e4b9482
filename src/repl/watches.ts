/**
 * `.watch`: tables of streams right above the prompt, drawn again in place after each batch. A terminal that is never redrawn gets a block per
 * batch instead.
 */
import type { DStream, Output, Watched, WatchedRow } from '../index.js'
import { escapeControls } from '../core/escape.js'
import { format } from '../core/format.js'
import { aligned } from './aligned.js'
import type { CommandHost } from './commands.js'
import { evaluated, nameAndRest } from './evaluated.js'
import { clockTime } from './printed-block.js'
import type { Look } from './render.js'
import type { Terminal } from './terminal.js'
import { cutToWidth } from './width.js'

const USAGE = '.watch counts, .watch only counts, or .watch off'
// Beside it value and trend must have room, in 40 columns too.
const KEY_WIDTH = 24
const VALUE_WIDTH = 40

interface Watching { output?: Output; last?: Watched }

export class Watches {
  readonly #terminal: Terminal
  readonly #look: Look
  readonly #watching = new Map<string, Watching>()

  constructor(terminal: Terminal, look: Look) {
    this.#terminal = terminal
    this.#look = look
  }

  /** A name that is watched already is watched anew. */
  add(name: string, stream: DStream<any>): void {
    this.remove(name)
    const watching: Watching = {}
    this.#watching.set(name, watching)
    watching.output = stream.watch(watched => this.#show(watching, { ...watched, stream: name }))
  }

  remove(name: string): void {
    this.#watching.get(name)?.output?.remove()
    this.#watching.delete(name)
    this.#draw()
  }

  /** All but that one. */
  only(name?: string): void { for (const other of [...this.#watching.keys()]) if (other !== name) this.remove(other) }

  get names(): readonly string[] { return [...this.#watching.keys()] }

  #show(watching: Watching, watched: Watched): void {
    watching.last = watched
    if (!this.#draw()) this.#terminal.print(blockText(watched, this.#look))
  }

  #draw(): boolean { return this.#terminal.panel([...this.#watching.values()].flatMap(({ last }) => last ? tableRows(last, this.#look) : [])) }
}

export async function watch(host: CommandHost, argument: string): Promise<void> {
  const { watches, look } = host
  if (argument.trim() === 'off') return watches.names.length ? watches.only() : host.print(look.colors.dim('· nothing is watched'))
  const [first, rest] = nameAndRest('.watch', argument, USAGE)
  const name = first === 'only' && rest !== '' ? rest : first
  if (first === 'only' && watches.names.includes(name)) return watches.only(name)
  const { stream } = await evaluated<{ stream: DStream<unknown> }>(host, '.watch', `({ stream: (${name}), is: (${name}).watch })`)
  if (first === 'only') watches.only()
  watches.add(name, stream)
}

const title = ({ stream, time }: Watched, { colors: { dim, bold } }: Look): string => `${bold(escapeControls(stream))}  ${dim(clockTime(+time) || `${+time} ms`)}`

export function tableRows(watched: Watched, look: Look): string[] {
  const lines = watched.rows.map(row => [...row.key === undefined ? [] : [cutToWidth(text(row.key), KEY_WIDTH)], row.value === undefined ? '' : cutToWidth(text(row.value), VALUE_WIDTH), sparkline(row)])
  return [title(watched, look), ...aligned(lines).map(line => line.trimEnd()), ...lines.length ? [] : [look.colors.dim('empty')], ...watched.more ? ['…'] : []]
}

const BAR = '-'.repeat(43)
const blockText = (watched: Watched, look: Look): string => {
  const [, ...rows] = tableRows(watched, look)
  return [BAR, `Time: ${+watched.time} ms  ${escapeControls(watched.stream)}`, BAR, ...rows, '', ''].join('\n')
}

const text = (value: unknown): string => escapeControls(format(value)).replaceAll('\n', '\\n')

const BLOCKS = '▁▂▃▄▅▆▇█'

/** From nothing (or the least, below it) to the most of that key; a batch without a number leaves a gap. */
export function sparkline({ trend }: Pick<WatchedRow, 'trend'>): string {
  const numbers = trend.filter(value => value !== undefined && Number.isFinite(value)) as number[]
  if (numbers.length === 0) return ''
  const [least, most] = [Math.min(0, ...numbers), Math.max(0, ...numbers)]
  const block = (value: number | undefined): string => value === undefined || !Number.isFinite(value) ? ' ' : BLOCKS[most === least ? 0 : Math.round((value - least) / (most - least) * (BLOCKS.length - 1))]!
  return trend.map(block).join('')
}
