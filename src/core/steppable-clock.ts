/**
 * The clock in one's hand: goes by itself until it is stopped, is then moved step by step, and goes on again.
 *
 * What every StreamingContext has. A clock by which no stream runs yet is stopped at 0, so that batches are at 1000, 2000, …; one by
 * which a stream runs is stopped where it is. Set going again, one that was stopped in the middle returns to the wall's
 * time, and what was missed is run as after a sleep; one that began at 0 goes on from its own time, since a jump
 * to the wall's would be 10⁹ batches (docs/decisions/0022).
 */
import { ManualClock, SystemClock, type Clock } from './clock.js'
import { SparkError } from './errors.js'

interface Alarm { atMs: number; readonly fire: () => void; disarm: () => void }

// 1971: before it are times of clocks that began at 0, after it those of the wall.
const FIRST_WALL_MS = 365 * 24 * 3_600_000

/**
 * A clock that can be stopped and moved by hand: `ssc.clock`.
 * @example
 * ssc.clock.manual()
 * words.print()
 * ssc.start()
 * await ssc.tick()
 * ssc.clock.now() // 1000
 */
export class SteppableClock implements Clock {
  readonly #base: Clock
  readonly #alarms = new Set<Alarm>()
  #hand: ManualClock | undefined
  #aheadMs = 0
  #beganAtZero = false
  #holders = 0

  /** What it goes by while it is not stopped. */
  constructor(base: Clock = new SystemClock()) { this.#base = base }

  /** Whether it moves only when told to. */
  get isManual(): boolean { return this.#manual !== undefined }
  /** @internal */
  get isStopped(): boolean { return this.#hand !== undefined }
  /** Whether its times are other than the wall's: it is stopped, or began at 0. @internal */
  get isOffWall(): boolean { return !(this.#base instanceof ManualClock) && (this.#hand !== undefined || this.#aheadMs !== 0) }
  /** @internal */
  get wall(): Clock { return this.#base.wall ?? this.#base }

  /** Its time, in ms. @example new SteppableClock(new ManualClock(5)).now() // 5 */
  now(): number { return this.#hand ? this.#hand.now() : this.#base.now() + this.#aheadMs }

  /**
   * Calls `fire` once now() ≥ atMs; what it returns cancels that.
   * @example
   * const cancel = ssc.clock.at(1000, () => {})
   * cancel()
   */
  at(atMs: number, fire: () => void): () => void {
    const alarm: Alarm = { atMs, fire, disarm: () => {} }
    this.#alarms.add(alarm)
    this.#arm(alarm)
    return () => { this.#alarms.delete(alarm); alarm.disarm() }
  }

  /**
   * Stops time: where it is while a stream runs, else at 0. From now on it moves by `ssc.tick()`, `advance` and `setTo`.
   * @example
   * ssc.clock.manual()
   * ssc.clock.now() // 0
   */
  manual(): void {
    if (this.isManual) return
    if (this.#holders === 0) this.#beganAtZero = true
    this.#become(new ManualClock(this.#holders === 0 ? 0 : this.now()), 0)
  }

  /**
   * Lets time go again: back to the wall's, and the batches missed are run; where it began at 0, on from its own time at the pace of the wall.
   * @example
   * const own = new SteppableClock(new SystemClock(() => 5000, () => 0))
   * own.manual()
   * own.system()
   * own.now() // 5000
   */
  system(): void {
    if (!this.#hand) return
    const behindMs = this.#hand.now() - this.#base.now()
    if (this.#holders === 0) this.#beganAtZero = false
    this.#become(undefined, this.#beganAtZero ? behindMs : this.#holders === 0 ? 0 : Math.max(0, behindMs))
  }

  /**
   * Moves a stopped clock on by `ms`.
   * @throws CLOCK_RUNS
   * @example
   * ssc.clock.manual()
   * ssc.clock.advance(1500)
   * ssc.clock.now() // 1500
   */
  advance(ms: number): void { this.setTo(this.now() + ms) }

  /**
   * Moves a stopped clock on to `toMs`, never back; what has become due is done in order of its time.
   * @throws CLOCK_RUNS
   * @example
   * new SteppableClock().setTo(1000) // SparkError [CLOCK_RUNS]
   */
  setTo(toMs: number): void {
    if (!this.#manual) throw new SparkError('CLOCK_RUNS')
    this.#manual.setTo(toMs)
  }

  /** A stream runs by it until the result is called: meanwhile it neither begins at 0 nor jumps. @internal */
  hold(): () => void {
    this.#holders++
    let held = true
    return () => { if (held) this.#holders--; held = false }
  }

  /** A run goes on from one that ended at `lastMs`: where that was moved by hand, this clock goes on from there. @internal */
  goOnFrom(lastMs: number): void {
    if (this.#hand) return this.#hand.setTo(lastMs)
    if (this.#base instanceof ManualClock || lastMs >= FIRST_WALL_MS || this.now() < FIRST_WALL_MS) return
    this.#beganAtZero = true
    this.#become(undefined, lastMs - this.#base.now())
  }

  get #manual(): ManualClock | undefined { return this.#hand ?? (this.#base instanceof ManualClock ? this.#base : undefined) }

  #become(hand: ManualClock | undefined, aheadMs: number): void {
    const beforeMs = this.now()
    for (const alarm of this.#alarms) alarm.disarm()
    this.#hand = hand
    this.#aheadMs = aheadMs
    const jumpMs = this.#holders === 0 ? this.now() - beforeMs : 0 // what only paces itself by it waits no longer and no less
    for (const alarm of this.#alarms) {
      alarm.atMs += jumpMs
      this.#arm(alarm)
    }
  }

  #arm(alarm: Alarm): void {
    const fire = (): void => { if (this.#alarms.delete(alarm)) alarm.fire() }
    alarm.disarm = this.#hand ? this.#hand.at(alarm.atMs, fire) : this.#base.at(alarm.atMs - this.#aheadMs, fire)
  }
}
