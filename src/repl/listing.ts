/** Names in columns, as many rows as a screen has room for: what scrolls away at once has not been shown. */
import { textWidth } from './width.js'

export interface Screen { readonly columns: number; readonly rows: number }

const GAP = 2
// Beside the list: the line being typed, which may take three rows, what is left out, and one to see what was before.
const SPARE_ROWS = 5

/** Read downwards, as lists of names are. */
export function listing(names: readonly string[], { columns, rows }: Screen): string {
  const most = Math.max(1, rows - SPARE_ROWS)
  const whole = arranged(names, columns)
  if (whole.length <= most) return whole.join('\n')
  const fitting = fits(names, columns, most)
  return [...arranged(names.slice(0, fitting), columns), `… ${names.length - fitting} more: another letter shows fewer`].join('\n')
}

/** How many of the first names take no more than so many rows. */
function fits(names: readonly string[], columns: number, rows: number): number {
  let count = rows
  while (arranged(names.slice(0, count + 1), columns).length <= rows) count++
  return count
}

function arranged(names: readonly string[], columns: number): string[] {
  const width = Math.max(...names.map(textWidth)) + GAP
  const across = Math.max(1, Math.floor((columns + GAP - 1) / width))
  const down = Math.ceil(names.length / across)
  return Array.from({ length: down }, (_, row) => names.filter((_, at) => at % down === row).map(name => name + ' '.repeat(width - textWidth(name))).join('').trimEnd())
}
