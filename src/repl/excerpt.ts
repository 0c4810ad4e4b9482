/** A line of the user's own text with a mark under the place that is meant; cut around it where the terminal is narrow. */
import { escapeControls } from '../core/escape.js'
import { textWidth } from './width.js'

/** `column` from 1. Two lines, indented by four. */
export function excerpt(text: string, column: number, length: number, columns: number): [string, string] {
  const room = Math.max(20, columns - 6)
  const from = textWidth(text) <= room ? 0 : Math.max(0, Math.min(column - 1 - Math.floor(room / 3), text.length - room))
  const line = shown(text.slice(from, from + room))
  const before = shown(text.slice(from, column - 1))
  const marked = shown(text.slice(column - 1, Math.min(column - 1 + length, from + room)))
  return [`    ${from ? '…' : ''}${line}`, `    ${from ? ' ' : ''}${' '.repeat(textWidth(before))}${'^'.repeat(Math.max(1, textWidth(marked)))}`]
}

const shown = (text: string): string => escapeControls(text.replaceAll('\t', ' '))
