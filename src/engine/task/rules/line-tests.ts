/** The tests of a cut, asked of a line's bytes. Lengths are those of JavaScript: UTF-16 code units. */
import type { Comparison, TextTest } from './cut.js'
import { startsWith } from './find.js'
import type { Chunk } from './line-chunks.js'
import { trimmedEnd, trimmedStart } from './spaces.js'

export type Test = (chunk: Chunk, start: number, end: number) => boolean

export function compiled(test: TextTest): Test {
  switch (test.op) {
    case 'includes': return test.text.length === 0 ? () => true : includes(Buffer.from(test.text).toString('latin1'))
    case 'startsWith': return ({ bytes }, start, end) => end - start >= test.text.length && startsWith(bytes, test.text, start)
    case 'endsWith': return ({ bytes }, start, end) => end - start >= test.text.length && startsWith(bytes, test.text, end - test.text.length)
    case 'is': return ({ bytes }, start, end) => end - start === test.text.length && startsWith(bytes, test.text, start)
    case 'length': return lengthTest(COMPARE[test.compare], test.to)
    case 'not': return not(compiled(test.of))
    case 'and': return and(compiled(test.of[0]), compiled(test.of[1]))
    case 'or': return or(compiled(test.of[0]), compiled(test.of[1]))
    case 'trimmed': return trimmed(test.how !== 'trimEnd', test.how !== 'trimStart', compiled(test.of))
    default: return test satisfies never
  }
}

/** Lines come in order, so that one search, begun again behind each place it finds, serves all lines of a chunk. */
function includes(wanted: string): Test {
  let searched: Chunk | undefined
  let next = 0
  return (chunk, start, end) => {
    if (chunk !== searched || next < start) {
      const at = chunk.text.indexOf(wanted, start - chunk.from)
      next = at < 0 ? Infinity : chunk.from + at
      searched = chunk
    }
    return next + wanted.length <= end
  }
}

const not = (test: Test): Test => (chunk, start, end) => !test(chunk, start, end)
const and = (a: Test, b: Test): Test => (chunk, start, end) => a(chunk, start, end) && b(chunk, start, end)
const or = (a: Test, b: Test): Test => (chunk, start, end) => a(chunk, start, end) || b(chunk, start, end)

const trimmed = (atStart: boolean, atEnd: boolean, test: Test): Test => (chunk, start, end) => {
  const from = atStart ? trimmedStart(chunk.bytes, start, end) : start
  return test(chunk, from, atEnd ? trimmedEnd(chunk.bytes, from, end) : end)
}

type Compare = (length: number, to: number) => boolean
const COMPARE: Readonly<Record<Comparison, Compare>> = {
  '<': (length, to) => length < to,
  '<=': (length, to) => length <= to,
  '>': (length, to) => length > to,
  '>=': (length, to) => length >= to,
  '===': (length, to) => length === to,
  '!==': (length, to) => length !== to,
}

/** A text has at most as many units as bytes, and at least a third of that: most lines need not be counted. */
const lengthTest = (compare: Compare, to: number): Test => ({ bytes }, start, end) => {
  const most = end - start
  const least = Math.ceil(most / 3)
  if (most === 0 || (compare(least, to) === compare(most, to) && (to < least || to > most))) return compare(most, to)
  return compare(unitsOf(bytes, start, end), to)
}

function unitsOf(bytes: Buffer, start: number, end: number): number {
  for (let at = start; at < end; at++) if (bytes[at]! >= 0x80) return bytes.toString('utf8', start, end).length
  return end - start
}
