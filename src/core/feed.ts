/**
 * Records on their way to a stream: as fast as there is room for them, or so many a second by a clock. On a clock that is moved by hand a tick of
 * a second brings a second's records, the same each time.
 */
import type { Clock } from './clock.js'
import { SparkError } from './errors.js'

/** Where records go. */
export interface FeedTarget<T> {
  push(records: readonly T[]): void
  /** How many more it takes now. */
  readonly room: number
  /** Calls `act` once, when there may be room again. */
  whenRoom(act: () => void): void
}

/** How fast a feed is; without a number it is as fast as batches take what it brings. */
export interface FeedOptions { readonly perSecond?: number }

// Faster feeds bring several records at a time.
const SHORTEST_STEP_MS = 10
// After a sleep of the machine no more than this is made up for.
const LONGEST_STEP_MS = 60_000
const MOST_AT_ONCE = 1000
const MOST_PER_SECOND = 1_000_000

/**
 * Records on their way to a stream, until they have ended or stop() is called.
 * @example
 * const typed = ssc.queueStream<string>()
 * const feed = typed.feed(['to be', 'or not'])
 * feed.sent // 2
 */
export class Feed<T = unknown> {
  /** Resolves with the number of records once all are sent, or the feed was stopped. */
  readonly done: Promise<number>
  readonly #records: Iterator<T>
  #ahead: IteratorYieldResult<T> | undefined
  readonly #target: FeedTarget<T>
  #finish: (sent: number) => void = () => {}
  #fail: (error: unknown) => void = () => {}
  #cancel = (): void => {}
  #sent = 0
  #over = false

  /** @internal */
  constructor(records: Iterable<T>, target: FeedTarget<T>, clock: Clock, { perSecond }: FeedOptions = {}) {
    if (perSecond !== undefined && !(perSecond > 0 && perSecond <= MOST_PER_SECOND)) throw new SparkError('ARGUMENT_INVALID', { operator: 'feed', problem: `${perSecond} records a second is no rate`, fix: 'give a number above 0, and at most 1000000' })
    this.#records = records[Symbol.iterator]()
    this.#target = target
    this.done = new Promise((resolve, reject) => { this.#finish = resolve; this.#fail = reject })
    this.done.catch(() => {}) // whoever asks hears of it
    this.#ahead = this.#next()
    if (!this.#ahead) this.stop()
    else if (perSecond === undefined) this.#pour()
    else this.#pace(perSecond, clock)
  }

  /** Records sent so far. */
  get sent(): number { return this.#sent }

  /**
   * Sends no more.
   * @example
   * const feed = ssc.queueStream<string>().feed(['to be'], { perSecond: 2 })
   * feed.stop()
   * await feed.done // 0
   */
  stop(): void {
    if (this.#over) return
    this.#over = true
    this.#cancel()
    this.#records.return?.()
    this.#finish(this.#sent)
  }

  #pour(): void {
    while (!this.#over && this.#target.room > 0) this.#send(Math.min(this.#target.room, MOST_AT_ONCE))
    if (!this.#over) this.#target.whenRoom(() => this.#pour())
  }

  #pace(perSecond: number, clock: Clock): void {
    const stepMs = Math.max(SHORTEST_STEP_MS, 1000 / perSecond)
    let lastMs = clock.now()
    let passedMs = 0
    let due = 0
    const step = (): void => {
      const nowMs = clock.now()
      passedMs += Math.min(LONGEST_STEP_MS, Math.max(0, nowMs - lastMs))
      lastMs = nowMs
      const dueNow = Math.floor(passedMs * perSecond / 1000 + 1e-6)
      if (dueNow > due) this.#send(Math.min(dueNow - due, this.#target.room))
      due = dueNow
      if (!this.#over) this.#cancel = clock.at(nowMs + stepMs, step)
    }
    this.#cancel = clock.at(lastMs + stepMs, step)
  }

  #send(count: number): void {
    const records: T[] = []
    for (; this.#ahead && records.length < count; this.#ahead = this.#next()) records.push(this.#ahead.value)
    this.#target.push(records)
    this.#sent += records.length
    if (!this.#ahead) this.stop()
  }

  /** One is always read ahead, so that the end is known with the last record. */
  #next(): IteratorYieldResult<T> | undefined {
    try {
      const next = this.#records.next()
      return next.done ? undefined : next
    } catch (error) {
      this.#fail(error)
      return undefined
    }
  }
}
