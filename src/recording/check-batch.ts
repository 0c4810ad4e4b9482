/** A batch beside what was recorded of it: the first output with other rows, in words. */
import type { CallSite } from '../core/call-site.js'
import { showSite } from '../core/call-site.js'
import { SparkError } from '../core/errors.js'
import { cut, format } from '../core/format.js'
import { differenceOf } from './compare.js'
import { anotherProgram, type RecordedBatch, type RecordedRows } from './recording.js'
import { decode, type Encoded } from './rows.js'

/** What an output had, by time. */
export type Had = Map<number, RecordedRows & { readonly what: string; readonly site: CallSite | undefined }>

const MOST_SHOWN = 5
const MOST_CHARACTERS = 200

/** @throws RECORDING_DIFFERS; RECORDING_REFUSED where the program is another */
export function checkBatch(batch: RecordedBatch, { inputs, outputs }: { readonly inputs: number; readonly outputs: readonly Had[] }, error: unknown): void {
  const counts = [['inputs', batch.inputs.length, inputs], ['outputs', batch.outputs.length, outputs.length]] as const
  for (const [what, recorded, now] of counts) if (recorded !== now) throw anotherProgram(`the recording has ${recorded} ${what} and the program ${now}`)
  if ((error === undefined) !== (batch.error === undefined)) throw differs(batch, 'the batch', [['recorded', batch.error === undefined ? 'it succeeded' : `it failed: ${batch.error}`], ['now', error === undefined ? 'it succeeded' : `it failed: ${error instanceof Error ? error.message : String(error)}`]], error)
  if (error !== undefined) return
  batch.outputs.forEach((recorded, i) => checkOutput(batch, recorded, outputs[i]!.get(batch.time), i))
}

function checkOutput(batch: RecordedBatch, recorded: RecordedRows | null, now: ReturnType<Had['get']> | undefined, index: number): void {
  const what = now ? `${now.what}${now.site ? ` at ${showSite(now.site)}` : ''}` : `output ${index + 1}`
  if (!recorded !== !now) throw differs(batch, what, [['recorded', recorded ? rowsText(recorded.rows) : 'it was not due'], ['now', now ? rowsText(now.rows) : 'it was not due']])
  const difference = recorded && now && differenceOf(now.rows, recorded.rows, recorded.ordered === true && now.ordered === true)
  if (!difference) return
  const { missing, unexpected } = difference
  const isOrder = missing.length === unexpected.length && differenceOf(unexpected, missing, false) === undefined
  const [left, right] = isOrder ? ['recorded, in this order', 'now'] : ['recorded, and not there now', 'there now, and not recorded']
  throw differs(batch, what, [[left, rowsText(missing)], [right, rowsText(unexpected)]])
}

const differs = ({ time }: RecordedBatch, what: string, lines: readonly (readonly [label: string, text: string])[], cause?: unknown): SparkError =>
  new SparkError('RECORDING_DIFFERS', { time, what, lines: lines.map(([label, text]) => `\n  ${label}: ${text}`).join('') }, { cause })

function rowsText(rows: readonly Encoded[]): string {
  if (rows.length === 0) return 'nothing'
  const shown = rows.slice(0, MOST_SHOWN).map(row => cut(format(decode(row)), MOST_CHARACTERS)).join(' ')
  return rows.length > MOST_SHOWN ? `${shown} and ${rows.length - MOST_SHOWN} more` : shown
}
