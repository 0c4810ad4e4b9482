/**
 * The kernels: a chunk's bytes → words, fields or lines in a table, as a Cut asks. Words whose separators are certain by a byte are
 * taken from whole chunks (words.ts); everything else goes line by line.
 */
import type { Amounts } from './amounts.js'
import type { Cut, LineOp } from './cut.js'
import { finderOf, type Finder } from './find.js'
import type { Chunk } from './line-chunks.js'
import { compiled } from './line-tests.js'
import { trimmedEnd, trimmedStart } from './spaces.js'
import type { WordTable } from './word-table.js'
import { eachWord, fits, stopsOf } from './words.js'

export type Take = (chunk: Chunk) => void
export type OfLine = (chunk: Chunk, start: number, end: number) => void

const LF = 10, CR = 13

/** `amounts` are for cuts that have numbers. */
export function takerOf(cut: Cut, table: WordTable, amounts: Amounts | undefined): Take {
  const { ops, by, doubt, shape } = cut
  const finder = by && finderOf(by, doubt)
  const lines = passing(ops, ofLine())
  const stops = shape.kind === 'parts' && ops.length === 0 ? stopsOf(cut) : undefined
  return stops ? chunk => { if (fits(stops, chunk)) eachWord(chunk, stops, table); else lines(chunk) } : lines

  function ofLine(): OfLine {
    if (shape.kind === 'parts') return eachPart(finder!, table)
    const key = shape.text.field
    if (shape.kind === 'amount') return takeAmount(table, amounts!, finder, key, shape.number.field)
    return key === 'line' ? (chunk, start, end) => { table.add(chunk, start, end) } : takeField(table, finder!, key)
  }
}

/** Each line, after what the cut does to it, if it passes. */
export const passing = (ops: readonly LineOp[], take: OfLine): Take => eachLine(ops.reduceRight(before, take))

/** What happens to the line before `next` sees it. */
function before(next: OfLine, op: LineOp): OfLine {
  if (op.kind === 'keep') {
    const test = compiled(op.test)
    return (chunk, start, end) => { if (test(chunk, start, end)) next(chunk, start, end) }
  }
  const { how } = op
  return (chunk, start, end) => {
    const from = how === 'trimEnd' ? start : trimmedStart(chunk.bytes, start, end)
    next(chunk, from, how === 'trimStart' ? end : trimmedEnd(chunk.bytes, from, end))
  }
}

/** A chunk ends at a line end, or where the last line does. */
const eachLine = (take: OfLine): Take => chunk => {
  const { from, to, text } = chunk
  if (text.includes('\r')) return eachAnyLine(chunk, take)
  let start = from
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', start - from)) {
    take(chunk, start, from + at)
    start = from + at + 1
  }
  if (start < to) take(chunk, start, to)
}

function eachAnyLine(chunk: Chunk, take: OfLine): void {
  const { bytes, from, to } = chunk
  let start = from
  for (let at = from; at < to; at++) {
    if (bytes[at] !== LF && bytes[at] !== CR) continue
    take(chunk, start, at)
    if (bytes[at] === CR && at + 1 < to && bytes[at + 1] === LF) at++
    start = at + 1
  }
  if (start < to) take(chunk, start, to)
}

const eachPart = (finder: Finder, table: WordTable): OfLine => (chunk, from, to) => {
  let start = from
  for (let at = finder.find(chunk.bytes, start, to); at >= 0; at = finder.find(chunk.bytes, start, to)) {
    table.add(chunk, start, at)
    start = finder.end
  }
  table.add(chunk, start, to)
}

const takeField = (table: WordTable, finder: Finder, field: number): OfLine => {
  const fields = new Fields(finder, field)
  return (chunk, start, end) => {
    fields.read(chunk.bytes, start, end)
    if (field < fields.found) table.add(chunk, fields.starts[field]!, fields.ends[field]!)
    else table.addMissing()
  }
}

function takeAmount(table: WordTable, amounts: Amounts, finder: Finder | undefined, key: number | 'line', number: number | 'line'): OfLine {
  const fields = finder && new Fields(finder, Math.max(key === 'line' ? 0 : key, number === 'line' ? 0 : number))
  return (chunk, start, end) => {
    fields?.read(chunk.bytes, start, end)
    const has = (field: number | 'line'): boolean => field === 'line' || field < fields!.found
    const startOf = (field: number | 'line'): number => field === 'line' ? start : fields!.starts[field]!
    const endOf = (field: number | 'line'): number => field === 'line' ? end : fields!.ends[field]!
    const entry = has(key) ? table.add(chunk, startOf(key), endOf(key)) : table.addMissing()
    amounts.add(entry, table.counts[entry] === 1, has(number) ? amounts.read(chunk.bytes, startOf(number), endOf(number)) : amounts.missing())
  }
}

/** The places of a line's first fields. */
class Fields {
  readonly starts: Int32Array
  readonly ends: Int32Array
  found = 0

  constructor(readonly finder: Finder, last: number) {
    this.starts = new Int32Array(last + 1)
    this.ends = new Int32Array(last + 1)
  }

  read(bytes: Uint8Array, from: number, to: number): void {
    const { starts, ends, finder } = this
    let start = from
    this.found = 0
    while (this.found < starts.length) {
      const at = finder.find(bytes, start, to)
      starts[this.found] = start
      ends[this.found++] = at < 0 ? to : at
      if (at < 0) return
      start = finder.end
    }
  }
}
