/** A chunk's rows as a column: int32, float64, strings, pairs (a column of keys and one of values), else tagged values. */
import { readValue, type ReadContext } from './row-reader.js'
import { writeValue, type WriteContext } from './row-writer.js'

const TAGGED = 0, INT32 = 1, FLOAT64 = 2, STRINGS = 3, PAIRS = 4

// Pairs of pairs of pairs are columns still; what is nested more deeply is tagged.
const MAX_NESTED = 4

export function writeColumn(context: WriteContext, rows: readonly unknown[], nested: number): void {
  const { out } = context
  const kind = kindOf(rows, nested)
  out.u8(kind)
  out.varint(rows.length)
  switch (kind) {
    case INT32: return out.raw(Int32Array.from(rows as number[]))
    case FLOAT64: return out.raw(Float64Array.from(rows as number[]))
    case STRINGS: return writeStrings(context, rows as string[])
    case PAIRS:
      writeColumn(context, rows.map(row => (row as unknown[])[0]), nested + 1)
      return writeColumn(context, rows.map(row => (row as unknown[])[1]), nested + 1)
    default: for (let i = 0; i < rows.length; i++) writeValue(context, rows[i])
  }
}

export function readColumn(context: ReadContext): unknown[] {
  const { reader } = context
  const kind = reader.u8()
  const length = reader.varint()
  switch (kind) {
    case INT32: return Array.from(new Int32Array(reader.raw(length * 4).buffer))
    case FLOAT64: return Array.from(new Float64Array(reader.raw(length * 8).buffer))
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
  if (rows.length === 0) return TAGGED
  const first = rows[0]
  if (typeof first === 'string') return every(rows, row => typeof row === 'string') ? STRINGS : TAGGED
  if (typeof first === 'number') return !every(rows, row => typeof row === 'number') ? TAGGED : every(rows, isInt32) ? INT32 : FLOAT64
  return nested < MAX_NESTED && every(rows, isPlainPair) ? PAIRS : TAGGED
}

const isInt32 = (row: unknown): boolean => ((row as number) | 0) === row && !Object.is(row, -0)
const isPlainPair = (row: unknown): boolean => Array.isArray(row) && row.length === 2 && 0 in row && 1 in row && Object.getPrototypeOf(row) === Array.prototype

function every(rows: readonly unknown[], test: (row: unknown) => boolean): boolean {
  for (let i = 0; i < rows.length; i++) if (!test(rows[i])) return false
  return true
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

function readPairs(keys: readonly unknown[], values: readonly unknown[]): unknown[] {
  const rows = new Array<unknown>(keys.length)
  for (let i = 0; i < rows.length; i++) rows[i] = [keys[i], values[i]]
  return rows
}
