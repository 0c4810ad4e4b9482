/**
 * Time as an argument. Everything that waits or stamps takes a Clock, so that a test is instant and repeats.
 *
 * `SystemClock` schedules by monotonic time and stamps by wall time forced never to go back: a corrected wall clock neither
 * repeats nor skips a batch. `ManualClock` moves only when told to.
 */
export interface Clock {
  /** Wall time in ms, never decreasing. */
  now(): number
  /** Calls `fire` once now() ≥ atMs; returns what cancels it. */
  at(atMs: number, fire: () => void): () => void
  /** Time that goes by even while this one is stopped: for limits of patience. Absent: this one. */
  readonly wall?: Clock
  /** It has been stopped and is moved by hand: its times say nothing of how fast things are. */
  readonly isStopped?: boolean
  /** Its times are other than the wall's. */
  readonly isOffWall?: boolean
  /** A stream runs by it until the result is called. */
  hold?(): () => void
  /** A run goes on from one whose last batch was at `lastMs`. */
  goOnFrom?(lastMs: number): void
}

/**
 * The system's time, made to never go back: what a StreamingContext has unless it is given another.
 * @example new SystemClock().now() > 0 // true
 */
export class SystemClock implements Clock {
  readonly #wall: () => number
  readonly #elapsed: () => number
  #lastMs = 0
  #seenMs: number

  /** What the wall clock says, and a count of ms that no one sets. */
  constructor(wall = (): number => Date.now(), elapsed = (): number => performance.now()) {
    this.#wall = wall
    this.#elapsed = elapsed
    this.#seenMs = elapsed()
  }

  /**
   * The wall clock, in ms; where that was set back, the last time and what has passed since, so that batches neither stop nor repeat.
   * @example new SystemClock(() => 5, () => 0).now() // 5
   */
  now(): number {
    const seenMs = this.#elapsed()
    this.#lastMs = Math.max(this.#wall(), this.#lastMs + seenMs - this.#seenMs)
    this.#seenMs = seenMs
    return Math.floor(this.#lastMs)
  }

  /**
   * Calls `fire` once now() ≥ atMs; what it returns cancels that.
   * @example
   * const cancel = new SystemClock().at(Date.now() + 60_000, () => {})
   * cancel()
   */
  at(atMs: number, fire: () => void): () => void {
    let timer: NodeJS.Timeout
    const look = () => {
      if (atMs <= this.now()) fire()
      else arm()
    }
    const arm = () => { timer = setTimeout(look, Math.min(Math.max(0, atMs - this.now()), MAX_SLEEP_MS)) }
    arm()
    return () => clearTimeout(timer)
  }
}

// A sleep is cut short so that a wall clock set forward is noticed, and setTimeout's 2^31 ms limit is never met.
const MAX_SLEEP_MS = 60_000

/**
 * Time that moves only when told to, for tests and for stepping by hand.
 * @example
 * const clock = new ManualClock(0)
 * const context = new StreamingContext(sc, Seconds(1), { clock })
 * context.queueStream([[1, 2], [3]]).count().print()
 * context.start()
 * clock.advance(2000)
 * await context.idle()
 */
export class ManualClock implements Clock {
  #nowMs: number
  readonly #alarms = new Set<{ atMs: number; fire: () => void }>()

  constructor(startMs = 0) { this.#nowMs = startMs }

  /** The time it was last set to, in ms. @example new ManualClock(5).now() // 5 */
  now(): number { return this.#nowMs }

  /**
   * Calls `fire` once now() ≥ atMs; what it returns cancels that.
   * @example
   * const cancel = new ManualClock().at(1000, () => {})
   * cancel()
   */
  at(atMs: number, fire: () => void): () => void {
    const alarm = { atMs, fire }
    this.#alarms.add(alarm)
    if (atMs <= this.#nowMs) queueMicrotask(() => this.#ring())
    return () => { this.#alarms.delete(alarm) }
  }

  /**
   * Moves time on by `ms` and fires, in order of their times, all alarms that have become due.
   * @example
   * const c = new ManualClock(5)
   * c.advance(10)
   * c.now() // 15
   */
  advance(ms: number): void { this.setTo(this.#nowMs + ms) }

  /**
   * Moves time on to `toMs`, never back, and fires what has become due.
   * @example
   * const c = new ManualClock(5)
   * c.setTo(3)
   * c.now() // 5
   */
  setTo(toMs: number): void {
    this.#nowMs = Math.max(this.#nowMs, toMs)
    this.#ring()
  }

  #ring(): void {
    for (let next = this.#due(); next; next = this.#due()) {
      this.#alarms.delete(next)
      next.fire()
    }
  }

  #due(): { atMs: number; fire: () => void } | undefined {
    let first: { atMs: number; fire: () => void } | undefined
    for (const alarm of this.#alarms)
      if (alarm.atMs <= this.#nowMs && (!first || alarm.atMs < first.atMs)) first = alarm
    return first
  }
}
