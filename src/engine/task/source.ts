/**
 * Where the rows of a partition come from.
 *
 * A Source is connected to a consumer and gives an `advance`: each call pushes a bounded run of rows and says whether there
 * may be more. So the loop over records is plain (no generator, no promise per record), yet whoever needs an iterator can
 * pull run by run, and nothing holds a whole partition unless it must. A source that has its rows in an array anyway hands over the array
 * (`runs`), and the consumer's loop goes over it without a call per row. A chain says what it is made of, so that the ending
 * becomes a part of its loop (fuse.ts).
 */
import type { Fn } from './fuse.js'
import type { Step } from './task.js'

export type Push = (row: unknown) => void
/** Pushes a bounded run of rows; false once there are no more. */
export type Advance = () => boolean
/** A loop over rows[from] … rows[to − 1]; the array may be filled anew afterwards. */
export type Run = (rows: ArrayLike<unknown>, from: number, to: number) => void
/** The same over first + at · step. */
export type CountedRun = (rows: { readonly first: number; readonly step: number }, from: number, to: number) => void
export interface Source {
  (push: Push): Advance
  readonly runs?: (run: Run) => Advance
  readonly counted?: (run: CountedRun) => Advance
  readonly chain?: { readonly input: Source; readonly steps: readonly Step[]; readonly fns: readonly Fn[] }
}

// Long enough that the loop dominates, short enough that a pulling function stays close to its input.
const RUN = 1024

/** A source that knows its rows by runs. */
export const ofRuns = (runs: (run: Run) => Advance): Source =>
  Object.assign((push: Push) => runs((rows, from, to) => { for (let at = from; at < to; at++) push(rows[at]) }), { runs })

/** How to hand a source's rows over by runs, if need be of one row each. */
export const runsOf = (source: Source): (run: Run) => Advance => source.runs ?? (run => {
  const one: unknown[] = [undefined]
  return source(row => {
    one[0] = row
    run(one, 0, 1)
  })
})

export const ofArray = (rows: ArrayLike<unknown>): Source => ofRuns(run => {
  let at = 0
  return () => {
    const from = at
    run(rows, from, at = Math.min(from + RUN, rows.length))
    return at < rows.length
  }
})

/** Calls `make` when the first row is wanted. */
export const deferred = (make: () => Source): Source => {
  const source: Source = push => {
    let advance: Advance | undefined
    return () => (advance ??= make()(push))()
  }
  return Object.assign(source, {
    runs: (run: Run) => {
      let advance: Advance | undefined
      return () => (advance ??= runsOf(make())(run))()
    },
  })
}

/** One after another; each is connected when its turn comes. */
export const concat = (sources: readonly Source[]): Source => ofRuns(run => {
  let at = 0
  let advance: Advance | undefined
  return () => {
    if (at === sources.length) return false
    advance ??= runsOf(sources[at]!)(run)
    if (advance()) return true
    advance = undefined
    return ++at < sources.length
  }
})

/** From an iterator; `next` is what asks it, so that the caller can name whose iterator failed. */
export const ofNext = (next: () => IteratorResult<unknown>): Source => push => () => {
  for (let left = RUN; left > 0; left--) {
    const step = next()
    if (step.done) return false
    push(step.value)
  }
  return true
}

export function drain(source: Source, push: Push): void {
  const advance = source(push)
  while (advance());
}

export function toArray(source: Source): unknown[] {
  const rows: unknown[] = []
  drain(source, row => { rows.push(row) })
  return rows
}

/** Turns a push source around: an iterator that advances the source when it has run dry. */
export function pull(source: Source): IterableIterator<unknown> {
  let buffer: unknown[] = []
  let at = 0
  let more = true
  const advance = source(row => { buffer.push(row) })
  return {
    next() {
      while (at === buffer.length) {
        if (!more) return { done: true, value: undefined }
        buffer = []
        at = 0
        more = advance()
      }
      return { done: false, value: buffer[at++] }
    },
    [Symbol.iterator]() { return this },
  }
}
