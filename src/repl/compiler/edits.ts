/**
 * Texts put into what the user typed (an `await` before a job, parentheses around an object literal), and the way back:
 * every position shown to the user is one of their own text.
 */

/** `at` counts in the user's text. */
export interface Insertion { readonly at: number; readonly text: string }

/** The text with its insertions; those at one place stay in the order they were made. */
export function applyInsertions(text: string, insertions: readonly Insertion[]): string {
  let from = 0
  const parts = ordered(insertions).flatMap(({ at, text: inserted }) => {
    const before = text.slice(from, at)
    from = at
    return [before, inserted]
  })
  return parts.join('') + text.slice(from)
}

/** From an offset in the text with insertions to the user's offset. */
export function toUserOffset(offset: number, insertions: readonly Insertion[]): number {
  let shift = 0
  for (const { at, text } of ordered(insertions)) {
    if (offset <= at + shift) break
    shift += Math.min(text.length, offset - at - shift)
  }
  return offset - shift
}

/** From the user's offset to the offset behind everything inserted there. */
export const fromUserOffset = (offset: number, insertions: readonly Insertion[]): number =>
  offset + insertions.filter(({ at }) => at <= offset).reduce((sum, { text }) => sum + text.length, 0)

export interface LineColumn { readonly line: number; readonly column: number }

/** Line and column (both from 1) of an offset. */
export function lineColumn(text: string, offset: number): LineColumn {
  const before = text.slice(0, offset).split('\n')
  return { line: before.length, column: before.at(-1)!.length + 1 }
}

export const offsetOf = (text: string, { line, column }: LineColumn): number =>
  text.split('\n').slice(0, line - 1).reduce((sum, row) => sum + row.length + 1, 0) + column - 1

/** Both positions from 1: in the text with insertions, and in the user's. */
export function toUserPosition(text: string, insertions: readonly Insertion[]): (at: LineColumn) => LineColumn {
  if (insertions.length === 0) return at => at
  const edited = applyInsertions(text, insertions)
  return at => lineColumn(text, toUserOffset(offsetOf(edited, at), insertions))
}

const ordered = (insertions: readonly Insertion[]): Insertion[] => [...insertions].sort((a, b) => a.at - b.at)
