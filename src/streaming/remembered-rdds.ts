/**
 * The RDDs of past batches, by stream and time: null where a stream had none, a Failure where its derivation threw. Each is made
 * once per batch; how long it stays is told by who forgets.
 */
import type { RddNode } from '../plan/rdd-plan.js'

export class Failure { constructor(readonly error: unknown) {} }
export type Entry = RddNode | null | Failure

export const isRdd = (entry: Entry | undefined): entry is RddNode => !!entry && !(entry instanceof Failure)

/** The RDD or null; throws what its derivation threw. */
export function found(entry: Entry): RddNode | null {
  if (entry instanceof Failure) throw entry.error
  return entry
}

export class RememberedRdds {
  readonly #streams = new Map<number, Map<number, Entry>>()

  /** Undefined: not made, or forgotten. */
  get(streamId: number, timeMs: number): Entry | undefined { return this.#streams.get(streamId)?.get(timeMs) }

  put(streamId: number, timeMs: number, entry: Entry): Entry {
    const times = this.#streams.get(streamId) ?? new Map<number, Entry>()
    this.#streams.set(streamId, times.set(timeMs, entry))
    return entry
  }

  drop(streamId: number, timeMs: number): void { this.#streams.get(streamId)?.delete(timeMs) }

  timesOf(streamId: number): [number, Entry][] { return [...this.#streams.get(streamId) ?? []] }

  /** Drops of each stream what is not later than its limit. */
  forget(limitMsOf: (streamId: number) => number): void {
    for (const [id, times] of this.#streams) {
      forgetUpTo(times, limitMsOf(id))
      if (times.size === 0) this.#streams.delete(id)
    }
  }

  clear(): void { this.#streams.clear() }

  * rdds(): Iterable<RddNode> {
    for (const times of this.#streams.values()) for (const entry of times.values()) if (isRdd(entry)) yield entry
  }
}

// Times are in order but for those that slice() asked for late: these wait for their neighbours.
function forgetUpTo(times: Map<number, Entry>, limitMs: number): void {
  for (const timeMs of times.keys()) {
    if (timeMs > limitMs) return
    times.delete(timeMs)
  }
}
