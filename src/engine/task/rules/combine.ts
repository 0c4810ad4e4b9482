/**
 * Rule: lines → words or fields → pure steps → pairs → merged by key before a shuffle. Words are counted as bytes; the steps run once
 * for each distinct word, and what they give goes to the plain table with the sum (or choice) of all its occurrences. That table
 * joins what reads alike, overflows to disk and keeps the order, as it does without the rule.
 */
import type { Push, Source } from '../source.js'
import type { AggregateBy, Ending, Step } from '../task.js'
import { Amounts, MOST_EXACT } from './amounts.js'
import type { Cut, TextOf } from './cut.js'
import { overLines, type OverLines } from './leaf.js'
import { chunksOf } from './line-chunks.js'
import { cutOf } from './line-form.js'
import { isIdentity, mergeOf, type Merge } from './merge-form.js'
import { changed, eachRow } from './per-word.js'
import { isPure } from './pure.js'
import type { Rule, RuleKit } from './rule.js'
import { takerOf } from './take.js'
import { tellCut } from './tell.js'
import { unruled } from './unruled.js'
import { WordTable } from './word-table.js'

type Exchange = Ending & { readonly kind: 'exchange' }
interface Combine { readonly cut: Cut; readonly merge: Merge }

export const combineRule: Rule<Combine> = {
  name: 'combine',

  recognise(task, fns) {
    const over = overLines(task)
    if (task.ending.kind !== 'exchange' || over?.by?.from !== 'values' || !isIdentity(fns[over.by.create])) return undefined
    if (over.members > 1 && !over.by.mergesCombiners) return undefined
    const merge = mergeOf(fns[over.by.mergeValue])
    const cut = merge && cutOf(over.steps, fns)
    return cut && restIsPure(over.steps.slice(cut.next), cut, fns) ? { cut, merge } : undefined
  },

  tell: ({ cut, merge }) => `${tellCut(cut)}, ${MERGED[merge]} by key`,

  run(task, { cut, merge }, kit) {
    const over = overLines(task)!
    return kit.finish(counted(over, cut, merge, kit), { ...task.ending as Exchange, combine: over.by })
  },
}

const MERGED: Readonly<Record<Merge, string>> = { sum: 'added', least: 'least', greatest: 'greatest', first: 'first' }
// A row must come out before the next word goes in: long chains keep rows between (fuse.ts).
const MOST_STEPS = 16
const PER_WORD = new Set<Step['op']>(['map', 'filter', 'flatMap', 'mapValues', 'flatMapValues'])

/** Numbers that differ from line to line are merged at once: nothing may come between. */
export const restIsPure = (rest: readonly Step[], { shape }: Cut, fns: Parameters<typeof combineRule.recognise>[1]): boolean =>
  shape.kind === 'amount' ? rest.length === 0 : rest.length <= MOST_STEPS && rest.every(({ op, fn }) => PER_WORD.has(op) && isPure(fns[fn]))

/** Pairs that stand for many: nearly one for each distinct word. */
function counted({ leaves, steps, by, members }: OverLines, cut: Cut, merge: Merge, kit: RuleKit): Source {
  return push => {
    const table = WordTable.take()
    const amounts = amountsOf(cut, by, kit)
    const take = takerOf(cut, table, amounts)
    const room = roomFor(kit)
    const next = chunksOf(leaves, room.chunkBytes)
    const give = amounts ? giveAmounts(table, cut, amounts, members > 1, push) : givePairs(table, cut, steps, merge, kit, push)
    let looked = false
    return () => {
      const chunk = next()
      if (chunk) take(chunk)
      if (!looked && table.size >= FIRST_LOOK) {
        looked = true
        if (table.size > total(table) * MOST_DISTINCT) unruled('hardly a word comes twice')
      }
      if (chunk && !room.isFull(table)) return true
      give()
      if (chunk) table.clear()
      else table.keep()
      return chunk !== undefined
    }
  }
}

function amountsOf({ shape }: Cut, by: AggregateBy | undefined, { fns }: RuleKit): Amounts | undefined {
  if (shape.kind !== 'amount' || by?.from !== 'values') return undefined
  const parse = shape.by === 'Number' ? Number : parseFloat as (text: unknown) => number
  const { ops } = shape.number
  return new Amounts(fns[by.mergeValue]!, text => parse(changed(text, ops)))
}

function givePairs(table: WordTable, cut: Cut, steps: readonly Step[], merge: Merge, kit: RuleKit, push: Push): () => void {
  let sum = 0
  return () => eachRow(table, cut, steps, kit, (row, times) => {
    if (!Array.isArray(row) || row.length !== 2) unruled('no pair')
    const [key, value] = row as [unknown, unknown]
    if (merge === 'first') return push(row)
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || Object.is(value, -0)) unruled('not a whole number')
    if (merge !== 'sum') return push(row)
    sum += Math.abs(value) * times
    if (sum > MOST_EXACT) unruled('sums beyond 2^53')
    push([key, value * times])
  })
}

/** Partial sums that were rounded must not meet. */
function giveAmounts(table: WordTable, { shape }: Cut, amounts: Amounts, shared: boolean, push: Push): () => void {
  const { ops } = (shape as { readonly text: TextOf }).text
  let gave = shared
  return () => {
    const texts = table.texts()
    for (let entry = 0; entry < texts.length; entry++) {
      const key = texts[entry]
      if (!amounts.exact && (gave || ops.length > 0 || key?.includes('\ufffd'))) unruled('sums that were rounded')
      push([changed(key, ops), amounts.values[entry]])
    }
    gave ||= texts.length > 0
  }
}

// What a distinct word takes as a string, and as a row on its way to the plain table.
const ROW_BYTES = 160
// Counting what occurs once costs more than it saves (measured: 0.8 of the plain way).
const MOST_DISTINCT = 0.8
const FIRST_LOOK = 4096

function total(table: WordTable): number {
  let sum = 0
  for (let entry = 0; entry < table.size; entry++) sum += table.counts[entry]!
  return sum
}

/** How much may be counted before it is given on; a tenth of it is read at once. */
function roomFor({ memory }: RuleKit): { readonly chunkBytes: number | undefined; isFull(table: WordTable): boolean } {
  const { limitBytes, mostRows } = memory.tableMeter()
  const few = mostRows > 0 || limitBytes < 16 * 1024 * 1024
  return {
    chunkBytes: few ? 64 : undefined,
    isFull: table => table.size > 0 && ((mostRows > 0 && table.size >= mostRows) || table.bytes + table.size * ROW_BYTES > limitBytes / 2),
  }
}
