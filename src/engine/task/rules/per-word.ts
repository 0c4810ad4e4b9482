/**
 * What is done once for each distinct word of a table instead of once for each time it occurs: the steps after the cut, by the user's
 * own functions, which are pure. Each row that comes out is told with the number of times it stands for.
 */
import { fuse } from '../fuse.js'
import { drain, type Push, type Source } from '../source.js'
import type { Step } from '../task.js'
import type { Cut, TextOf, TextOp } from './cut.js'
import type { RuleKit } from './rule.js'
import { unruled } from './unruled.js'
import type { WordTable } from './word-table.js'

export type TakeRow = (row: unknown, times: number, entry: number) => void

/** Gives the table's rows to `take`, in order of first appearance. */
export function eachRow(table: WordTable, cut: Cut, steps: readonly Step[], { fns }: Pick<RuleKit, 'fns'>, take: TakeRow): void {
  const texts = table.texts()
  let entry = 0
  const first = firstRow(cut)
  const words: Source = push => () => {
    for (entry = 0; entry < texts.length; entry++) push(first(texts[entry]))
    return false
  }
  const left = steps.slice(cut.next)
  const rows = left.length > 0 ? fuse(words, left, fns) : words
  const push: Push = row => take(row, table.counts[entry]!, entry)
  drain(rows, push)
}

/** From a word to the row that the cut makes of it. */
function firstRow({ shape }: Cut): (text: string | undefined) => unknown {
  switch (shape.kind) {
    case 'parts': return text => changed(shape.trimmed ? trimmed(text!) : text, shape.ops)
    case 'text': return text => changed(text, shape.text.ops)
    case 'pair': return text => [changed(text, shape.text.ops), shape.value]
    case 'amount': return text => changed(text, shape.text.ops)
    default: return shape satisfies never
  }
}

const trimmed = (text: string): string => text.trim() === text ? text : unruled('white space around a part')

export const changed = (text: string | undefined, ops: TextOf['ops']): string | undefined =>
  ops.reduce<string | undefined>((before, op) => before === undefined ? unruled('a field is missing') : CHANGE[op](before), text)

const CHANGE: Readonly<Record<TextOp, (text: string) => string>> = {
  trim: text => text.trim(),
  trimStart: text => text.trimStart(),
  trimEnd: text => text.trimEnd(),
  toLowerCase: text => text.toLowerCase(),
  toUpperCase: text => text.toUpperCase(),
}
