/**
 * What is shown of an error: what happened, where in the user's own text, with which record, and how to mend it. Never a stack
 * of ours. Whatever was thrown may be anything (a frozen proxy, an object whose toString throws), so nothing here trusts it.
 */
import { inspect } from 'node:util'
import { userFrame, type CallSite } from '../core/call-site.js'
import { SparkError } from '../core/errors.js'
import { escapeControls } from '../core/escape.js'
import type { TaskFailure } from '../core/events.js'
import { cut } from '../core/format.js'
import { sourceOf } from '../core/source-text.js'
import { taskFailureOf } from '../core/task-failure.js'
import { clockTime } from './printed-block.js'
import { excerpt } from './excerpt.js'
import type { Look } from './render.js'

const TEXT_LENGTH = 2000
const RECORD_LENGTH = 200

/** What is all blanks is quoted, to be seen at all. */
const recordText = (record: string): string => record.trim() ? cut(record, RECORD_LENGTH) : JSON.stringify(cut(record, RECORD_LENGTH))

/** Of a line that failed. */
export function errorCard(error: unknown, look: Look): string {
  try { return card(error, look).join('\n') } catch { return `${look.colors.red('error')}: something was thrown that cannot be shown` }
}

/** What stands above the card of a batch. */
export const batchHeading = (timeMs: number, { colors }: Look): string => `${colors.red('failed batch')} Time: ${`${timeMs} ms  ${clockTime(timeMs)}`.trimEnd()}`

function card(error: unknown, look: Look): string[] {
  const failure = taskFailureOf(error)
  if (failure) return taskCard(failure, error, look)
  if (error instanceof SparkError) return [heading(`SparkError [${error.code}]`, error.message, look), fix(error.fix, look)]
  if (error instanceof Error) return [heading(error.name, error.message, look), ...place(error, look), ...cause(error, look)]
  return [heading('thrown', inspect(error, { depth: 2 }), look)]
}

function taskCard(failure: TaskFailure, error: unknown, look: Look): string[] {
  const at = failure.thrownAt?.text ? failure.thrownAt : ownLine(failure.site)
  return [
    heading(failure.operator, failure.error, look, failure.site && `${failure.site.file}:${failure.site.line}`),
    ...at ? marked(at.text, at.column, look, `${at.file}:${at.line}`) : [],
    ...failure.record === undefined ? [] : [`  ${look.colors.bold('record')}: ${safe(recordText(failure.record))}`],
    ...error instanceof SparkError ? [fix(error.fix, look)] : [],
  ]
}

/** Where the operator was called, if the throwing line itself is not known. */
function ownLine(site: CallSite | undefined): (CallSite & { text: string }) | undefined {
  const text = site && sourceOf(site.file)?.text.split('\n')[site.line - 1]
  return text ? { ...site, text } : undefined
}

const heading = (name: string, message: string, { colors }: Look, site?: string): string =>
  `${colors.red(safe(name))}${site ? colors.dim(` (${safe(site)})`) : ''}: ${safe(cut(message, TEXT_LENGTH))}`

const fix = (text: string, { colors }: Look): string => `  ${colors.bold('fix')}: ${safe(text)}`

function place(error: Error, look: Look): string[] {
  const frame = userFrame(String(error.stack)) as ({ file: string; line: number; column: number; text?: string }) | undefined
  return frame?.text ? marked(frame.text, frame.column, look, `${frame.file}:${frame.line}`) : []
}

function marked(text: string, column: number, look: Look, where: string): string[] {
  const [line, mark] = excerpt(text, column, 1, look.columns())
  return [line, `${look.colors.red(mark)} ${look.colors.dim(safe(where))}`]
}

function cause(error: Error, look: Look): string[] {
  if (error.cause === undefined) return []
  return [`  cause: ${safe(cut(error.cause instanceof Error ? `${error.cause.name}: ${error.cause.message}` : inspect(error.cause), TEXT_LENGTH))}`]
}

const safe = (text: string): string => escapeControls(String(text))
