/**
 * Steps that wait: mapAsync. What comes before such a step is run as far as it, its function is called for one row after another
 * with at most `concurrency` answers awaited at once, and what comes after it goes on from the results, in the order of the rows.
 *
 * The only place in a task where a promise belongs to a record: it costs some microseconds each, which a network call hides.
 */
import { thrown } from './failure.js'
import { fuse, type Fn } from './fuse.js'
import { ofArray, pull, type Source } from './source.js'
import type { Piece, Step } from './task.js'

export const waits = (piece: Piece): piece is Extract<Piece, { kind: 'chain' }> => piece.kind === 'chain' && piece.steps.some(isAsync)
const isAsync = ({ op }: Step): boolean => op === 'mapAsync'

/** As `fuse`, for a chain that waits somewhere. */
export async function fuseAsync(input: Source, steps: readonly Step[], fns: readonly Fn[]): Promise<Source> {
  let source = input
  let from = 0
  for (const [i, step] of steps.entries()) {
    if (!isAsync(step)) continue
    source = ofArray(await mapAsync(pull(fuse(source, steps.slice(from, i), fns)), step, fns[step.fn]!))
    from = i + 1
  }
  return fuse(source, steps.slice(from), fns)
}

/** The first function that fails ends it: no further row is begun. */
async function mapAsync(rows: IterableIterator<unknown>, { at, concurrency = 1 }: Step, f: Fn): Promise<unknown[]> {
  const results: unknown[] = []
  let failed = false
  const work = async (): Promise<void> => {
    for (let next = rows.next(); !next.done && !failed; next = rows.next()) {
      const index = results.push(undefined) - 1
      try { results[index] = await f(next.value) } catch (error) {
        failed = true
        throw thrown(at, next.value, error)
      }
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work))
  return results
}
