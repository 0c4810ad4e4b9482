/**
 * A range of numbers: as numbers that a loop counts itself (loop-text.ts) where they are whole, ascending and not too large, else as runs of
 * typed arrays. No number becomes an object before a function makes one of it.
 */
import { COUNTED } from './loop-text.js'
import { ofRuns, type CountedRun, type Run, type Source } from './source.js'
import type { Piece } from './task.js'

type Range = Piece & { readonly kind: 'range' }

// As long as a chunk of rows: it stays in the processor's cache between writing and reading.
const RUN = 4096

export function ofRange(range: Range): Source {
  const source = ofRuns(run => typed(range, run))
  return isCounted(range) ? Object.assign(source, { counted: (run: CountedRun) => counted(range, run) }) : source
}

const isCounted = ({ start, step, length }: Range): boolean =>
  Number.isInteger(start) && !Object.is(start, -0) && start >= 0 && Number.isInteger(step) && step > 0 && start + length * step <= COUNTED

function counted({ start, step, length }: Range, run: CountedRun): () => boolean {
  const rows = { first: start, step }
  let at = 0
  return () => {
    const from = at
    run(rows, from, at = Math.min(from + RUN, length))
    return at < length
  }
}

function typed({ start, step, length }: Range, run: Run): () => boolean {
  const numbers = new Float64Array(Math.min(RUN, length))
  let at = 0
  return () => {
    const count = Math.min(RUN, length - at)
    fill(numbers, count, start, at, step)
    at += count
    run(numbers, 0, count)
    return at < length
  }
}

// A function of its own: what V8 makes of a loop while it runs knows the `run` of that time, and would be left at each call of another.
function fill(numbers: Float64Array, count: number, start: number, at: number, step: number): void {
  for (let i = 0; i < count; i++) numbers[i] = start + (at + i) * step
}
