/** A paste as text: control characters out of it, and how its lines look behind prompts. */
import { escapeControls } from '../core/escape.js'
import { stripPrompts } from './paste.js'

export const PROMPT = 'ts> '
export const MORE = '... '
const SHOWN_LINES = 40

/** What may be typed for the user. Tabs would ask for completions. */
export const cleanPaste = (text: string): string => text.replace(/[\x00-\x08\x0b-\x1f\x7f]/g, '').replaceAll('\t', '  ')

/** Whole lines, and what stands after the last line end. Prompts that were copied along are gone. */
export function pastedLines(text: string): { lines: string[]; rest: string } {
  const lines = stripPrompts(text).split('\n')
  const rest = text.endsWith('\n') ? '' : lines.pop()!
  return rest.trim() === '' ? { lines: lines.join('\n').trimEnd().split('\n'), rest: '' } : { lines, rest }
}

/** Lines as if they had been typed, a long middle left out; `continued` when others stand above them. */
export function echoed(lines: readonly string[], continued: boolean): string {
  const shown = lines.map((line, i) => `${i === 0 && !continued ? PROMPT : MORE}${escapeControls(line)}\n`)
  if (shown.length <= SHOWN_LINES) return shown.join('')
  return [...shown.slice(0, 10), `… ${shown.length - 20} more lines\n`, ...shown.slice(-10)].join('')
}
