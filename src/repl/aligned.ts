/** Tables as text: columns as wide as their widest cell, wide characters counted as two. */
import { textWidth } from './width.js'

export const padded = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - textWidth(text)))

export function aligned(lines: readonly (readonly string[])[]): string[] {
  const widths = (lines[0] ?? []).map((_, i) => Math.max(...lines.map(line => textWidth(line[i] ?? ''))))
  return lines.map(line => line.map((cell, i) => padded(cell, widths[i]!)).join('  '))
}
