/** `.peek`: a batch at every operator, the way of single records, the last batches as a picture. The data is the API's; here it is drawn. */
import type { Followed, Marble, Peeked, SeenRows, Trace } from '../index.js'
import { SparkError } from '../core/errors.js'
import { escapeControls } from '../core/escape.js'
import { format } from '../core/format.js'
import { aligned, padded } from './aligned.js'
import type { CommandHost } from './commands.js'
import { errorCard } from './error-card.js'
import { evaluated, nameAndRest } from './evaluated.js'
import type { Look } from './render.js'
import { cutToWidth, textWidth } from './width.js'

const USAGE = '.peek counts, .peek counts 10, .peek counts --last, .peek counts --marble, or .peek words w => w === "be"'

/** What stands behind the stream, in the order in which it is looked for. */
const FORMS: readonly (readonly [RegExp, (host: CommandHost, stream: string, found: readonly string[]) => Promise<void>])[] = [
  [/^(\d+)?\s*--last$/, async (host, stream, [, count = '5']) => host.print(peekedText(await evaluated<Peeked>(host, '.peek', `(${stream}).peek(${count}, { last: true })`), host.look))],
  [/^--marble\s*(\d+)?$/, async (host, stream, [, count = '5']) => host.print(marbleText(await evaluated<Marble>(host, '.peek', `(${stream}).marble(${count})`), host.look))],
  [/^(\d*)$/, (host, stream, [, count]) => next(host, stream, count || '5')],
  [/=>|^function\b|^\w+$/, async (host, stream, { input }: any) => host.print(followedText(await evaluated<Followed>(host, '.peek', `(${stream}).follow(${input})`), host.look))],
]

export async function peek(host: CommandHost, argument: string): Promise<void> {
  const [stream, rest] = nameAndRest('.peek', argument, USAGE)
  for (const [form, show] of FORMS) {
    const found = form.exec(rest)
    if (found) return show(host, stream, found)
  }
  throw new SparkError('COMMAND_ARGUMENT', { command: '.peek', problem: `does not understand ${escapeControls(rest)}`, fix: USAGE })
}

/** The prompt comes back at once; the batch is shown when it is done. */
async function next(host: CommandHost, stream: string, count: string): Promise<void> {
  const { coming } = await evaluated<{ coming: Promise<Peeked> }>(host, '.peek', `({ coming: (${stream}).peek(${count}) })`)
  coming.then(peeked => host.print(peekedText(peeked, host.look)), error => host.print(errorCard(error, host.look)))
  host.print(host.look.colors.dim(`· the next batch is shown at every operator of ${escapeControls(stream)}`))
}

function peekedText({ stream, time, steps }: Peeked, look: Look): string {
  const { dim, bold } = look.colors
  const table = aligned(steps.map(step => [called(step), step.records === undefined ? '–' : String(step.records)]))
  return [`${bold(escapeControls(stream))} at ${+time} ms`, ...steps.map((step, i) => fitted(`  ${table[i]}  ${cells(step)}`, look)), ...steps.some(({ records }) => records === undefined) ? [dim('  –: no RDD at that time')] : []].join('\n')
}

function followedText({ stream, time, records, traces }: Followed, look: Look): string {
  const name = escapeControls(stream)
  if (!time) return look.colors.dim(`· no record of ${name} in the batches that are kept fits`)
  const left = traces.length ? [] : [look.colors.dim('  nothing that runs differs because of it')]
  const table = aligned(traces.map((trace, i) => [+trace.time === +(traces[i - 1]?.time ?? NaN) ? '' : `${+trace.time} ms`, called(trace)]))
  return [`${joined(records)} came in ${look.colors.bold(name)} at ${+time} ms`, ...traces.map((trace, i) => fitted(`  ${table[i]}  ${became(trace)}`, look)), ...left].join('\n')
}

function became({ rows, instead, more }: Trace): string {
  const note = more ? '  (not all was compared)' : ''
  if (rows.length === 0 && instead.length === 0) return `it has left${note}`
  if (rows.length === 0) return `without it there would be ${joined(instead)}${note}`
  return `${joined(rows)}${instead.length ? `  instead of ${joined(instead)}` : ''}${note}`
}

/** As the pictures of docs/operators.md; cells are cut so that a row fits. */
function marbleText({ times, rows }: Marble, look: Look): string {
  const labels = ['time', ...rows.map(called)]
  const labelWidth = Math.min(Math.max(...labels.map(textWidth)), Math.floor(look.columns() / 3))
  const most = Math.max(3, Math.floor((look.columns() - labelWidth - 2) / Math.max(1, times.length)) - 3)
  const table = [times.map(time => `${+time} ms`), ...rows.map(row => row.cells.map(cell => !cell ? '–' : cell.error !== undefined ? 'failed' : cells(cell)))].map(line => line.map(cell => cutToWidth(cell, most)))
  const widths = times.map((_, i) => Math.max(...table.map(line => textWidth(line[i]!))))
  return table.map((line, r) => `${padded(cutToWidth(labels[r]!, labelWidth), labelWidth)} |${line.map((cell, i) => ` ${padded(cell, widths[i]!)} `).join('|')}|`).join('\n')
}

const called = ({ operator, name }: { readonly operator: string; readonly name: string | undefined }): string => escapeControls(name === undefined || name === operator ? operator : `${operator} ${name}`)
const cells = ({ rows, more, error }: SeenRows): string => error !== undefined ? `failed: ${escapeControls(error instanceof Error ? error.message : String(error))}` : `${joined(rows)}${more ? ', …' : ''}`
const joined = (rows: readonly unknown[]): string => rows.map(row => escapeControls(format(row))).join(', ')
const fitted = (line: string, { columns }: Look): string => cutToWidth(line.replace(/\n/g, '\\n').trimEnd(), Math.max(20, columns() - 1))
