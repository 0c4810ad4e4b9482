/** `.streams`, `.state`, `.explain`, `.captures`: what the API tells of graph, state and functions, drawn as text. */
import type { CapturedValue, HeldReport, StateView, StreamReport, StreamsReport } from '../index.js'
import { SparkError } from '../core/errors.js'
import { escapeControls } from '../core/escape.js'
import { cut, format } from '../core/format.js'
import type { CommandHost } from './commands.js'
import { aligned } from './aligned.js'
import { evaluated, nameAndRest } from './evaluated.js'
import type { Look } from './render.js'
import { cutToWidth } from './width.js'

export function streamsText({ batch, streams, outputs, note }: StreamsReport, { colors: { dim }, columns }: Look): string {
  if (streams.length === 0) return 'no stream yet: ssc.socketTextStream("localhost", 9999) makes one'
  const title = batch ? `batch of ${+batch.time} ms: ${counted(batch.records, 'record')} in ${batch.ms} ms` : `no numbers${note ? `: ${note}` : ' before it runs'}`
  const rows = streams.map((stream, i) => [`${i + 1}`, called(stream) + madeOf(stream, i), number(stream.records), number(stream.partitions), number(stream.ms)])
  const table = aligned([['', 'stream', 'records', 'partitions', 'ms'], ...batch ? rows : rows.map(row => row.slice(0, 2))])
  const lines = streams.flatMap((stream, i) => [table[i + 1]!, ...stream.holds.map(held => dim(`     holds ${heldText(held)}`)), ...stream.error === undefined ? [] : [`     failed: ${escapeControls(String((stream.error as Error)?.message ?? stream.error))}`]])
  const ends = outputs.map(({ operator, stream, site }) => `${operator} of ${stream + 1}${site ? dim(` at ${escapeControls(site)}`) : ''}`)
  return [dim(title), ...batch ? [dim(table[0]!)] : [], ...lines, ...ends.length ? ends : [dim('no output yet: .print() shows a stream')]].map(line => cutToWidth(line.trimEnd(), Math.max(20, columns() - 1))).join('\n')
}

/** A chain needs no word; a joint says what it is made of. */
const madeOf = ({ parents }: StreamReport, i: number): string => parents.length === 0 || (parents.length === 1 && parents[0] === i - 1) ? '' : ` of ${parents.map(parent => parent + 1).join(', ')}`
const called = ({ operator, name }: StreamReport): string => escapeControls(name === undefined || name === operator ? operator : `${operator} ${name}`)
const number = (value: number | undefined): string => value === undefined ? '–' : String(value)
const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`
const heldText = ({ fromMs, toMs, records, bytes, why }: HeldReport): string => `${counted(records, 'record')} (${size(bytes)}) of ${fromMs === toMs ? `${toMs} ms` : `${fromMs} ms to ${toMs} ms`}: ${why}`
const size = (bytes: number): string => bytes < 1024 ? `${bytes} B` : bytes < 1024 ** 2 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 1024 ** 2).toFixed(1)} MiB`

/** A word that is no name of the session's is a key as it stands. */
export async function showState(host: CommandHost, argument: string): Promise<void> {
  const [stream, rest] = nameAndRest('.state', argument, '.state counts, or .state counts "be"')
  const isWord = /^[\p{L}_][\p{L}\p{N}_-]*$/u.test(rest) && !(await host.session()).bindings().some(({ name }) => name === rest) && !/^(true|false|null|undefined)$/.test(rest)
  const { time, rows, more } = await evaluated<StateView>(host, '.state', `(${stream}).state(${rest === '' ? '' : `{ key: ${isWord ? JSON.stringify(rest) : rest} }`})`)
  const lines = rows.map(row => escapeControls(cut(format(row), 1000)))
  host.print([host.look.colors.dim(`state after ${+time} ms`), ...lines.length ? lines : [rest === '' ? 'no key' : 'no such key'], ...more ? ['...'] : []].join('\n'))
}

export async function explain(host: CommandHost, argument: string): Promise<void> {
  if (!argument.trim()) throw new SparkError('COMMAND_ARGUMENT', { command: '.explain', problem: 'needs a stream', fix: '.explain counts' })
  host.print(escapeControls(await evaluated<string>(host, '.explain', `(${argument}).explain()`)))
}

// Names of the prompt are cells, numbered by their line.
const CELL = /\$\d+$/

export async function captures(host: CommandHost, argument: string): Promise<void> {
  if (!argument.trim()) throw new SparkError('COMMAND_ARGUMENT', { command: '.captures', problem: 'needs a function', fix: '.captures norm, or .captures word => stop.has(word)' })
  const found = await evaluated<readonly CapturedValue[]>(host, '.captures', `sc.captures(${argument})`)
  host.print(found.length === 0 ? 'nothing: it travels alone' : aligned(found.map(({ name, kind, bytes }) => [escapeControls(name.replace(CELL, '')), kind, size(bytes)])).map(line => line.trimEnd()).join('\n'))
}
