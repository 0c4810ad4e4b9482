/** A line of the user's own text with a mark under the place that is meant; cut around it where the terminal is narrow. */
import { escapeControls } from '../core/escape.js'
import { charWidth, textWidth } from './width.js'

/** `column` from 1. Two lines, indented by four; wide characters take two columns. */
export function excerpt(text: string, column: number, length: number, columns: number): [string, string] {
  const room = Math.max(20, columns - 6)
  const at = column - 1
  const from = textWidth(text) <= room ? 0 : beginning(text, at, room)
  const line = fitting(text.slice(from), room)
  const before = shown(text.slice(from, at))
  const marked = shown(text.slice(at, Math.min(at + length, from + line.length)))
  return [`    ${from ? '…' : ''}${shown(line)}`, `    ${from ? ' ' : ''}${' '.repeat(textWidth(before))}${'^'.repeat(Math.max(1, textWidth(marked)))}`]
}

/** A third of the room is for what stands before the place; what is not needed behind it, too. */
function beginning(text: string, at: number, room: number): number {
  let from = at
  while (from > 0 && (textWidth(text.slice(from, at)) < Math.floor(room / 3) || textWidth(text.slice(from)) < room)) from--
  return from
}

function fitting(text: string, room: number): string {
  let left = room
  let end = 0
  for (const char of text) {
    left -= charWidth(char)
    if (left < 0) break
    end += char.length
  }
  return text.slice(0, end)
}

const shown = (text: string): string => escapeControls(text.replaceAll('\t', ' '))
