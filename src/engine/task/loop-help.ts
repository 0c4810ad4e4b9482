/** What generated loops call when a record is not as it should be, or a flatMap gives something other than an array. */
import { isPromise } from 'node:util/types'
import { notAPair, promised, thrown, thrownWithoutRecord, wrongResult } from './failure.js'
import { OTHER } from './loop-text.js'
import { ofNext, type Source } from './source.js'
import type { At, Step } from './task.js'

/** The items of an iterable as arrays of one, the same array each time; an empty one at its end. Not read ahead: it may be endless. */
class Items {
  readonly #one: unknown[] = []
  #open = true

  constructor(readonly iterator: Iterator<unknown>, readonly at: At, readonly row: unknown) {}

  next(): unknown[] {
    this.#open = false // what throws or is done is not closed
    const step = this.iterator.next()
    if (step.done) this.#one.length = 0
    else {
      this.#one[0] = step.value
      this.#open = true
    }
    return this.#one
  }

  /** It, or what came after it, has failed with that error. */
  failed(error: unknown): unknown {
    if (this.#open) try { this.iterator.return?.() } catch { /* the first error is the one to tell */ }
    return thrown(this.at, this.row, error)
  }
}

function items(out: unknown, at: At, row: unknown): Items {
  if (isPromise(out)) throw promised(at, row)
  if (!isIterable(out)) throw wrongResult(at, row, ITERABLE, out)
  try { return new Items(out[Symbol.iterator](), at, row) } catch (error) { throw thrown(at, row, error) }
}

/** A fold has come to something other than a number. */
function other(value: unknown, at: At, row: unknown): number {
  if (value instanceof Promise) throw promised(at, row)
  return OTHER
}

export const loopHelp = { thrown, promised, notAPair, items, other }

/** The rows that a function over iterators gives back. */
export function partitionwise(call: () => unknown, step: Pick<Step, 'at'>): Source {
  const guard = <T>(run: () => T): T => { try { return run() } catch (error) { throw thrownWithoutRecord(step.at, error) } }
  const result = guard(call)
  if (!isIterable(result)) throw thrownWithoutRecord(step.at, (isPromise(result) ? promised(step.at, undefined) : wrongResult(step.at, undefined, ITERABLE, result)).error)
  const iterator = result[Symbol.iterator]()
  return ofNext(() => guard(() => iterator.next()))
}

const ITERABLE = 'something iterable, such as an array'
const isIterable = (value: unknown): value is Iterable<unknown> =>
  value !== null && value !== undefined && typeof (value as Iterable<unknown>)[Symbol.iterator] === 'function'
