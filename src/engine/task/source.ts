/**
 * Where the rows of a partition come from, as functions that push.
 *
 * A Source is connected to a consumer and gives an `advance`: each call pushes a bounded run of rows and says whether there
 * may be more. So the loop over records is plain (no generator, no promise per record), yet whoever needs an iterator can
 * pull run by run, and nothing holds a whole partition unless it must.
 */
export type Push = (row: unknown) => void
/** Pushes a bounded run of rows; false once there are no more. */
export type Advance = () => boolean
export type Source = (push: Push) => Advance

// Long enough that the loop dominates, short enough that a pulling function stays close to its input.
const RUN = 1024

export const ofArray = (rows: readonly unknown[]): Source => push => {
  let at = 0
  return () => {
    const end = Math.min(at + RUN, rows.length)
    while (at < end) push(rows[at++])
    return at < rows.length
  }
}

/** Calls `make` when the first row is wanted. */
export const deferred = (make: () => Source): Source => push => {
  let advance: Advance | undefined
  return () => (advance ??= make()(push))()
}

/** One after another; each is connected when its turn comes. */
export const concat = (sources: readonly Source[]): Source => push => {
  let at = 0
  let advance: Advance | undefined
  return () => {
    if (at === sources.length) return false
    advance ??= sources[at]!(push)
    if (advance()) return true
    advance = undefined
    return ++at < sources.length
  }
}

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
