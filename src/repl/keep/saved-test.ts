/**
 * A session as a test: its program inside `replaySession` (tspark/testing), the batches that came, and what they print.
 *
 * It is bounded by what is kept of the last batches; those after one that holds too much are left out, since later ones may need it.
 */
import { format } from '../../core/format.js'
import type { Program } from './saved-program.js'

/** Records of one input in a batch. */
export const MOST_ROWS = 1000
/** Records of all of them. */
const MOST_RECORDS = 10_000

interface Seen { readonly rows: readonly unknown[]; readonly more: boolean; readonly error?: unknown }
interface RecordedStream { readonly site: { readonly file: string; readonly line: number; readonly column: number } | undefined; readonly operator: string; readonly batches: readonly (Seen | undefined)[] }
interface Recorded { readonly whole: boolean; readonly times: number; readonly firstMs: number; readonly inputs: readonly RecordedStream[]; readonly outputs: readonly RecordedStream[] }

export interface Recording {
  readonly program: Program
  readonly times: number
  readonly firstMs: number
  readonly inputs: readonly RecordedStream[]
  readonly outputs: readonly RecordedStream[]
  readonly leftOut: string | undefined
}

/** Outputs that a test looks at, and what it can write down; a recording has more. */
export interface Wanted { readonly what: string; readonly outputs: RegExp; readonly fits: (row: unknown) => boolean }
const TEST: Wanted = { what: 'a test', outputs: /^(print|save)/, fits: isPlain }

/** What the test holds, or why there can be none. */
export function recordingOf(program: Program, recorded: Recorded, { what, outputs: wanted, fits }: Wanted = TEST): Recording | string {
  if (!recorded.whole) return `cannot make ${what}: state or a window needs batches that are no longer kept (the last ${recorded.times} are; spark.tspark.history)`
  const inputs = placed(program, recorded.inputs)
  const outputs = placed(program, recorded.outputs).filter(({ operator }) => wanted.test(operator))
  if (!program.context || outputs.length === 0) return `cannot make ${what}: nothing is printed`
  const times = timesThatFit(recorded.times, [...inputs, ...outputs], inputs)
  if (times === 0) return `cannot make ${what}: the first batch holds more than ${MOST_ROWS} records`
  const odd = inputs.flatMap(({ batches }) => batches.slice(0, times).flatMap(batch => batch?.rows ?? [])).find(row => !fits(row))
  if (odd !== undefined) return `cannot make ${what}: ${format(odd)} is no text, number, list or plain object that can be written down`
  return { program, times, firstMs: recorded.firstMs, inputs, outputs, leftOut: times < recorded.times ? `${recorded.times - times} later batches are left out: one holds too many records, or failed` : undefined }
}

/** In the order in which the program makes them. */
const placed = ({ places }: Program, streams: readonly RecordedStream[]): RecordedStream[] => places.flatMap(({ file, fromRow, toRow }) =>
  streams.filter(({ site }) => site?.file === file && site.line >= fromRow && site.line <= toRow).sort((a, b) => a.site!.line - b.site!.line || a.site!.column - b.site!.column))

function timesThatFit(times: number, streams: readonly RecordedStream[], inputs: readonly RecordedStream[]): number {
  let records = 0
  for (let i = 0; i < times; i++) {
    records += inputs.reduce((sum, { batches }) => sum + (batches[i]?.rows.length ?? 0), 0)
    if (records > MOST_RECORDS || streams.some(({ batches }) => batches[i]?.more || batches[i]?.error !== undefined)) return i
  }
  return times
}

function isPlain(row: unknown): boolean {
  try { return format(JSON.parse(JSON.stringify(row))) === format(row) } catch { return false }
}

/** Batches have the times that they had where `replayFromMs` says so; else they begin at the first. */
export function testText({ program, times, inputs, outputs, replayFromMs }: Recording & { readonly replayFromMs?: number | undefined }): string {
  const { imports, contexts, statements, context } = program
  const body = [...contexts, ...statements, `${context!}.start()`].join('\n').replace(/^export /gm, '')
  const records = inputs.map(({ operator, batches }) => `  // ${operator}\n  [\n${batches.slice(0, times).map(batch => `    ${JSON.stringify(batch?.rows ?? [])},`).join('\n')}\n  ],`).join('\n')
  const expected = Array.from({ length: times }, (_, i) => `  ${JSON.stringify(outputs.map(({ batches }) => batches[i]?.rows.map(format).sort() ?? null))},`).join('\n')
  return [
    '// Saved from tspark-shell: the batches that came, and what each output had in them. Run it with vitest.',
    "import { assert, test } from 'vitest'", "import { replaySession } from 'tspark/testing'", ...imports, '',
    'const inputs = [', records, ']', '', 'const expected = [', expected, ']', '',
    'function session() {', indented(body), '}', '',
    "test('the session again', async () => {", `  const batches = await replaySession(inputs, session${replayFromMs === undefined ? '' : `, { fromMs: ${replayFromMs} }`})`, '  assert.deepEqual(batches.map(({ outputs }) => outputs), expected)', '}, 60_000)', '',
  ].join('\n').replace('function session() {', /\bawait\b/.test(body) ? 'async function session() {' : 'function session() {')
}

/** What stands in a text of several lines must stay as it is. */
const indented = (text: string): string => text.includes('`') ? text : text.replace(/^(?=.)/gm, '  ')
