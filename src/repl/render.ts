/**
 * How outcomes look: new bindings with their types, values, compile errors. Texts only; who calls prints them.
 *
 * A value is shown in TypeScript's own notation (`[ 'a', 1 ]`), so that text and number can be told apart and what is seen can be
 * typed again; print() keeps Spark's form. Everything that may hold data is escaped before our colours come.
 */
import { inspect } from 'node:util'
import type { Colors } from 'picocolors/types.js'
import { withoutOwnFrames } from '../core/call-site.js'
import { describe } from '../core/describe.js'
import { escapeControls } from '../core/escape.js'
import { cut } from '../core/format.js'
import { excerpt } from './excerpt.js'
import type { Binding, Diagnostic } from './outcome.js'

export interface Look { readonly colors: Colors; readonly columns: () => number }

const TYPE_LENGTH = 500
const TEXT_LENGTH = 10_000

export const renderBinding = ({ name, type }: Binding, { colors }: Look): string => `${name}: ${colors.cyan(escapeControls(cut(type, TYPE_LENGTH)))}`

/** What a bare expression is: its type and its value; streams and RDDs describe themselves. */
export function renderValue(value: unknown, type: string, look: Look): string {
  const lines = described(value)
  const typeText = look.colors.cyan(escapeControls(cut(type, TYPE_LENGTH)))
  if (lines) return [typeText, ...lines.map(line => `  ${line}`)].join('\n')
  const text = renderPlain(value, look)
  return text.includes('\n') ? `${typeText}\n${text}` : `${typeText} = ${text}`
}

/** The value alone. Never throws, and calls no getter. */
export function renderPlain(value: unknown, { columns }: Look): string {
  const lines = described(value)
  if (lines) return lines.join('\n')
  if (typeof value === 'string' && value.includes('\n')) return escapeControls(cut(value, TEXT_LENGTH)) // a text, such as toDebugString()
  try {
    return escapeControls(tidied(inspect(value, { breakLength: Math.max(40, columns() - 1), depth: 4, maxArrayLength: 100, maxStringLength: TEXT_LENGTH })))
  } catch (error) { return `[cannot be shown: ${escapeControls(String((error as Error | undefined)?.message))}]` }
}

// What Node hangs on promises for its own book-keeping; Node 24 writes it without brackets.
const PROMISE_MARKS = /,\s*\[?Symbol\((trigger_)?async_id_symbol\)\]?: \d+/g
const SHORT_PROMISE = /Promise \{\n\s+(.{1,60})\n\s*\}/g

/** Errors and promises without what is not the user's. */
const tidied = (text: string): string => {
  const plain = text.replace(PROMISE_MARKS, '').replace(SHORT_PROMISE, 'Promise { $1 }')
  return /\n\s+at /.test(plain) ? withoutOwnFrames(plain) : plain
}

function described(value: unknown): string[] | undefined {
  try { return describe(value)?.map(escapeControls) } catch { return undefined }
}

/** Compile errors: the user's line, a mark under the place, what is wrong and, where it is a known mistake, what helps. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], look: Look): string {
  const shown = diagnostics.slice(0, 5).map(one => renderDiagnostic(one, look))
  const more = diagnostics.length - shown.length
  return [...shown, ...more > 0 ? [`… and ${more} more`] : []].join('\n')
}

function renderDiagnostic(one: Diagnostic, { colors, columns }: Look): string {
  const [line, mark] = excerpt(one.sourceLine, one.column, one.length, columns())
  const where = one.file ? `${escapeControls(one.file)}:${one.line}: ` : ''
  const lines = [line, colors.red(mark), `${colors.red('error')} TS${one.code}: ${where}${escapeControls(one.message)}`]
  return [...lines, ...one.help ? [`  ${colors.bold('help')}: ${escapeControls(one.help)}`] : []].join('\n')
}
