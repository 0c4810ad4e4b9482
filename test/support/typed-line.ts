/** A line that is hard to draw, and what a terminal shows of it while it is typed. */
import { isDeepStrictEqual } from 'node:util'
import { charWidth } from '#src/repl/width.js'
import type { Pty } from './pty.js'

/** A literal with wide characters and combining ones. */
export const TEXT = '"字符 ünïcödé e\u0301 한국어 日本語のテキスト"'

/** 80 columns' worth of code around it. */
export const LINE = `const 数 = ${TEXT}; 数.length + ${'1 + '.repeat(5)}0`
export const VALUE = TEXT.length - 2 + 5

/** The rows of the line being typed, as the terminal shows them, without blanks at their ends. */
export function typedRows(pty: Pty): string[] {
  const rows = pty.rows
  const last = rows.findLastIndex(row => row.startsWith('ts> ') || row.startsWith('...'))
  return rows.slice(last).map(row => row.trimEnd()).filter(row => row !== '')
}

/** Waits until the terminal shows these rows: what was printed last and the line below it may come in two writes. */
export const untilTyped = (pty: Pty, rows: () => readonly string[]): Promise<void> => pty.until(() => isDeepStrictEqual(typedRows(pty), rows()))

/** What stands before the line while output waits. */
export const heldLabel = (pty: Pty): string => /^\.\.\.\(\d+ lines held\) |/.exec(typedLine(pty))![0]

export const typedLine = (pty: Pty): string => typedRows(pty).join('')

/** How a terminal breaks a text into rows: a wide character that does not fit goes to the next one. */
export function broken(text: string, columns: number): string[] {
  const rows = ['']
  let width = 0
  for (const char of text) {
    const needs = charWidth(char)
    if (width + needs > columns) { rows.push(''); width = 0 }
    rows[rows.length - 1] += char
    width += needs
  }
  return rows.map(row => row.trimEnd())
}
