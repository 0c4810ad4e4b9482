/** A chunk's rows as a column: int32, float64, strings, pairs (a column of keys and one of values), else tagged values. */
import { isPlainPair, PairColumns } from './pair-columns.js'
import { readValue, type ReadContext } from './row-reader.js'
import { writeValue, type WriteContext } from './row-writer.js'

const TAGGED = 0, INT32 = 1, FLOAT64 = 2, STRINGS = 3, PAIRS = 4

// Pairs of pairs of pairs are columns still; what is nested more deeply is tagged.
const MAX_NESTED = 4

export function writeColumn(context: WriteContext, rows: readonly unknown[] | PairColumns, nested: number): void {
  if (rows instanceof PairColumns) return writePairs(context, rows, nested)
  const { out } = context
  const kind = kindOf(rows, nested)
  if (kind === PAIRS) return writePairs(context, new PairColumns(rows.map(row => (row as unknown[])[0]), rows.map(row => (row as unknown[])[1])), nested)
  out.u8(kind)
  out.varint(rows.length)
  switch (kind) {
    case INT32: return out.raw(new Int32Array(rows as number[]))
    case FLOAT64: return out.raw(new Float64Array(rows as number[]))
    case STRINGS: return writeStrings(context, rows as string[])
    default: for (let i = 0; i < rows.length; i++) writeValue(context, rows[i])
  }
}

function writePairs(context: WriteContext, { keys, values }: PairColumns, nested: number): void {
  context.out.u8(PAIRS)
  context.out.varint(keys.length)
  writeColumn(context, keys, nested + 1)
  writeColumn(context, values, nested + 1)
}

/** Numbers stay in a typed array: a loop over them makes no object for any. */
export function readColumn(context: ReadContext): ArrayLike<unknown> {
  const { reader } = context
  const kind = reader.u8()
  const length = reader.varint()
  switch (kind) {
    case INT32: return new Int32Array(reader.raw(length * 4).buffer)
    case FLOAT64: return new Float64Array(reader.raw(length * 8).buffer)
    case STRINGS: return readStrings(context, length)
    case PAIRS: return readPairs(readColumn(context), readColumn(context))
    default: {
      const rows = new Array<unknown>(length)
      for (let i = 0; i < length; i++) rows[i] = readValue(context)
      return rows
    }
  }
}

function kindOf(rows: readonly unknown[], nested: number): number {
  const first = rows[0]
  if (typeof first === 'string') return areStrings(rows) ? STRINGS : TAGGED
  if (typeof first === 'number') return kindOfNumbers(rows)
  return nested < MAX_NESTED && rows.length > 0 && rows.every(isPlainPair) ? PAIRS : TAGGED
}

function areStrings(rows: readonly unknown[]): boolean {
  for (let i = 0; i < rows.length; i++) if (typeof rows[i] !== 'string') return false
  return true
}

function kindOfNumbers(rows: readonly unknown[]): number {
  let kind = INT32
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]
    if (typeof row !== 'number') return TAGGED
    if ((row | 0) !== row || (row === 0 && Object.is(row, -0))) kind = FLOAT64
  }
  return kind
}

function writeStrings(context: WriteContext, rows: readonly string[]): void {
  const lengths = new Uint32Array(rows.length)
  for (let i = 0; i < rows.length; i++) {
    const text = rows[i]!
    lengths[i] = text.length
    context.chars += text.length
    context.texts.push(text)
  }
  context.out.raw(lengths)
}

function readStrings(context: ReadContext, length: number): string[] {
  const lengths = new Uint32Array(context.reader.raw(length * 4).buffer)
  const rows = new Array<string>(length)
  let at = context.at
  for (let i = 0; i < length; i++) rows[i] = context.text.slice(at, at += lengths[i]!)
  context.at = at
  return rows
}

function readPairs(keys: ArrayLike<unknown>, values: ArrayLike<unknown>): unknown[] {
  const rows = new Array<unknown>(keys.length)
  for (let i = 0; i < rows.length; i++) rows[i] = [keys[i], values[i]]
  return rows
}
