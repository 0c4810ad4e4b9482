/** How many columns a text takes on a terminal: wide characters two, combining ones none. For rows that we draw ourselves. */
const WIDE = /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u
const NONE = /[\p{Mn}\p{Me}\p{Cf}]/u
const OURS = /\x1b\[[0-9;]*m/

export const charWidth = (char: string): number => WIDE.test(char) ? 2 : NONE.test(char) ? 0 : 1

export const textWidth = (text: string): number => [...text.replace(new RegExp(OURS, 'g'), '')].reduce((sum, char) => sum + charWidth(char), 0)

/** Lines broken between words so that no row takes more than `columns`; only a word that is longer goes over. `hang`: how far rows after the first are indented. */
export const wrapWords = (text: string, columns: number, hang = 2): string => text.split('\n').map(line => wrapLine(line, columns, hang)).join('\n')

function wrapLine(line: string, columns: number, hang: number): string {
  const [indent] = /^ */.exec(line)!
  const [first, ...words] = line.slice(indent.length).split(' ')
  const rows = [indent + first!]
  for (const word of words) {
    const row = rows.at(-1)!
    if (textWidth(row) + 1 + textWidth(word) > columns) rows.push(`${indent}${' '.repeat(hang)}${word}`)
    else rows[rows.length - 1] = `${row} ${word}`
  }
  return rows.join('\n')
}

/** `text`, which may hold our own colours, cut so that it takes at most `columns`. */
export function cutToWidth(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text
  let left = columns - 1
  let result = ''
  for (const piece of text.split(/(\x1b\[[0-9;]*m)/)) {
    if (OURS.test(piece)) result += piece
    else for (const char of piece) { left -= charWidth(char); if (left >= 0) result += char; else break }
  }
  return `${result}…`
}
