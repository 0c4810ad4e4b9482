/**
 * What the last batches were: their times, what each input gave, and what the run carried (state, windows) at a moment before them.
 * From these a replay makes again whatever a batch held, so that nothing is noted per operator while batches run.
 *
 * Moments are taken now and then, and batches go with the moment they follow: so there are at most three, and what is kept always
 * begins with one. The bounds are a number of batches and their bytes. Memory is first of all for what is coming in: as much as waits
 * to be processed is taken from the bytes, and what no longer fits is dropped, the oldest first.
 */
import { sharedBytesPassed } from '../../core/shared-memory.js'
import type { Time } from '../../core/time.js'
import type { RddNode } from '../../plan/rdd-plan.js'
import type { StreamPlan } from '../../plan/stream-plan.js'
import { inputRdds, type Batch, type Outcome, type Taken } from '../batch.js'
import type { KeptRdd } from '../batch-runner.js'
import { heldBytes } from '../held-bytes.js'

/** A batch that can be run again. */
export interface KeptBatch {
  readonly time: Time
  readonly inputs: ReadonlyMap<number, Taken>
  readonly bytes: number
  readonly plan: StreamPlan
  readonly outcome: Outcome
}

/** What a run goes on from after the batch of that time. */
export interface Moment { readonly timeMs: number; readonly kept: readonly KeptRdd[] }

export interface HistoryLimits { readonly batches: number; readonly bytes: number }

export class History {
  readonly #limits: HistoryLimits
  #batches: KeptBatch[] = []
  #newest: KeptBatch | undefined
  /** The first is right before the first batch. None: nothing is kept. */
  #moments: (Moment & { readonly bytes: number })[] = []

  /** `first` is the moment before any batch. */
  constructor(limits: HistoryLimits, first: Moment) {
    this.#limits = limits
    if (limits.batches > 0) this.#moments = [{ ...first, bytes: 0 }]
  }

  get batches(): readonly KeptBatch[] { return this.#batches }
  /** What they take, the moments included. */
  get bytes(): number { return sum(this.#batches) + sum(this.#moments) }
  get limits(): HistoryLimits { return this.#limits }

  /** The oldest moment: what all kept batches follow. */
  get beginning(): Moment | undefined { return this.#moments[0] }
  /** The last one that is earlier than the batch of that time. */
  before(time: Time): Moment | undefined { return this.#moments.findLast(({ timeMs }) => timeMs < time.milliseconds) }

  /** RDDs that are still to be read. */
  * roots(): Iterable<RddNode> {
    for (const { kept } of this.#moments) for (const { rdd } of kept) yield rdd
    for (const { inputs } of this.#batches) yield* inputRdds(inputs)
  }

  /** A batch is done; `now` is what the next one goes on from. `waitingBytes` are those of batches still to come. */
  add({ time, inputs, plan }: Batch, outcome: Outcome, now: Moment, waitingBytes: number): void {
    if (this.#limits.batches === 0) return
    if (this.#moments.length > 0) this.#batches.push(this.#newest = { time, inputs, plan, outcome, bytes: heldBytes(inputRdds(inputs)) })
    this.#beginIfDue(now)
    while (this.#hasFullHalfToSpare()) this.#dropOldest()
    this.fit(waitingBytes)
    this.#newest = undefined
  }

  /** What the run carried after that moment is to be made again. */
  goBack(to: Moment): void { this.#moments = this.#moments.filter(({ timeMs }) => timeMs <= to.timeMs) }

  /** A batch was run again, as far as it is still kept. */
  again({ time, plan, replayed }: Batch, outcome: Outcome, now: Moment): void {
    if (!replayed) this.#batches = this.#batches.map(kept => kept.time.equals(time) ? { ...kept, plan, outcome } : kept)
    if (this.#moments.length > 0) this.#beginIfDue(now)
  }

  /** Drops what takes the room of `waitingBytes`. */
  fit(waitingBytes: number): void {
    while (this.#moments.length > 0 && this.bytes > Math.max(0, this.#limits.bytes - waitingBytes)) this.#dropOldest()
  }

  clear(): void {
    this.#batches = []
    this.#moments = []
  }

  #beginIfDue(now: Moment): void {
    const last = this.#moments.at(-1)
    const since = this.#batches.filter(({ time }) => time.milliseconds > (last?.timeMs ?? 0) && time.milliseconds <= now.timeMs)
    if (!last || since.length >= this.#limits.batches / 2) this.#begin(now)
  }

  #begin(now: Moment): void { this.#moments.push({ ...now, bytes: heldBytes(now.kept.map(({ rdd }) => rdd)) }) }

  #hasFullHalfToSpare(): boolean {
    const second = this.#moments[1]
    return second !== undefined && this.#batches.filter(({ time }) => time.milliseconds > second.timeMs).length >= this.#limits.batches
  }

  /** Where nothing is left, the next batch that is done begins anew. */
  #dropOldest(): void {
    this.#moments.shift()
    const fromMs = this.#moments[0]?.timeMs ?? Infinity
    const gone = this.#batches.filter(({ time }) => time.milliseconds <= fromMs)
    this.#batches = this.#batches.slice(gone.length)
    sharedBytesPassed(sum(gone.filter(batch => batch !== this.#newest))) // the newest is its batch's to tell
  }
}

const sum = (items: readonly { readonly bytes: number }[]): number => items.reduce((total, { bytes }) => total + bytes, 0)
