/**
 * Spans and instants of a stream, in milliseconds.
 *
 * A Duration is a span (batch interval, window, slide); a Time is an instant on the batch clock. Both are immutable and have
 * `valueOf`, so that `time - 1000` and `a < b` work in callbacks. Names follow Spark's Scala and Java spellings.
 */
export class Duration {
  /** A number of milliseconds. @throws RangeError when it is not finite @example new Duration(250).toString() // '250 ms' */
  constructor(/** Its length. */ readonly milliseconds: number) {
    if (!Number.isFinite(milliseconds)) throw new RangeError(`a Duration needs a finite number of milliseconds, not ${milliseconds}`)
  }

  /** The two spans together. @example Seconds(1).plus(Milliseconds(500)).milliseconds // 1500 */
  plus(other: Duration): Duration { return new Duration(this.milliseconds + other.milliseconds) }
  /** What is left of this span; may be negative. @example Seconds(2).minus(Seconds(3)).milliseconds // -1000 */
  minus(other: Duration): Duration { return new Duration(this.milliseconds - other.milliseconds) }
  /** This span, `factor` times. @example Seconds(2).times(3).milliseconds // 6000 */
  times(factor: number): Duration { return new Duration(this.milliseconds * factor) }
  /** How often `other` fits, as a fraction. @example Seconds(1).div(Seconds(4)) // 0.25 */
  div(other: Duration): number { return this.milliseconds / other.milliseconds }
  /** Whether this is the shorter. @example Seconds(1).less(Seconds(2)) // true */
  less(other: Duration): boolean { return this.milliseconds < other.milliseconds }
  /** Whether this is not the longer. @example Seconds(1).lessEq(Seconds(1)) // true */
  lessEq(other: Duration): boolean { return this.milliseconds <= other.milliseconds }
  /** Whether this is the longer. @example Seconds(1).greater(Seconds(2)) // false */
  greater(other: Duration): boolean { return this.milliseconds > other.milliseconds }
  /** Whether this is not the shorter. @example Seconds(1).greaterEq(Seconds(1)) // true */
  greaterEq(other: Duration): boolean { return this.milliseconds >= other.milliseconds }
  /** Whether `other` divides this without rest, as a batch must divide a window. @example Seconds(3).isMultipleOf(Seconds(2)) // false */
  isMultipleOf(other: Duration): boolean { return this.milliseconds % other.milliseconds === 0 }
  /** The shorter of the two. @example Seconds(1).min(Seconds(2)).milliseconds // 1000 */
  min(other: Duration): Duration { return this.less(other) ? this : other }
  /** The longer of the two. @example Seconds(1).max(Seconds(2)).milliseconds // 2000 */
  max(other: Duration): Duration { return this.greater(other) ? this : other }
  /** Whether it is no time at all. @example Seconds(0).isZero() // true */
  isZero(): boolean { return this.milliseconds === 0 }
  /** Whether both are equally long; `===` asks for the same object. @example Seconds(1).equals(Milliseconds(1000)) // true */
  equals(other: Duration): boolean { return this.milliseconds === other.milliseconds }
  /** For people: ms, s, m or h. @example Seconds(90).prettyPrint() // '1.5 m' */
  prettyPrint(): string { return prettyMs(this.milliseconds) }
  valueOf(): number { return this.milliseconds }
  toString(): string { return `${this.milliseconds} ms` }
}

/** An instant on the batch clock; a batch is named by the Time at which it ends. Immutable. */
export class Time {
  /** Milliseconds since 1970-01-01, UTC. @example new Time(3000).toString() // '3000 ms' */
  constructor(/** Since 1970, UTC. */ readonly milliseconds: number) {}

  /** The instant that lies a span later. @example new Time(1000).plus(Seconds(2)).milliseconds // 3000 */
  plus(span: Duration): Time { return new Time(this.milliseconds + span.milliseconds) }
  /**
   * The span since an earlier Time, or the Time that lies a Duration before.
   * @example new Time(3000).minus(new Time(1000)).milliseconds // 2000
   */
  minus(other: Time): Duration
  minus(other: Duration): Time
  minus(other: Time | Duration): Time | Duration {
    const difference = this.milliseconds - other.milliseconds
    return other instanceof Time ? new Duration(difference) : new Time(difference)
  }
  /** Whether this is the earlier. @example new Time(1).less(new Time(2)) // true */
  less(other: Time): boolean { return this.milliseconds < other.milliseconds }
  /** Whether this is not the later. @example new Time(1).lessEq(new Time(1)) // true */
  lessEq(other: Time): boolean { return this.milliseconds <= other.milliseconds }
  /** Whether this is the later. @example new Time(1).greater(new Time(2)) // false */
  greater(other: Time): boolean { return this.milliseconds > other.milliseconds }
  /** Whether this is not the earlier. @example new Time(1).greaterEq(new Time(1)) // true */
  greaterEq(other: Time): boolean { return this.milliseconds >= other.milliseconds }
  /** Whether `span` divides the time since 1970 without rest. @example new Time(3000).isMultipleOf(Seconds(2)) // false */
  isMultipleOf(span: Duration): boolean { return this.milliseconds % span.milliseconds === 0 }
  /** The earlier of the two. @example new Time(1).min(new Time(2)).milliseconds // 1 */
  min(other: Time): Time { return this.less(other) ? this : other }
  /** The later of the two. @example new Time(1).max(new Time(2)).milliseconds // 2 */
  max(other: Time): Time { return this.greater(other) ? this : other }
  /** Whether both are the same instant; `===` asks for the same object. @example new Time(1).equals(new Time(1)) // true */
  equals(other: Time): boolean { return this.milliseconds === other.milliseconds }

  /** The last multiple of `step` after `zero` that is not later than this. @example new Time(3700).floor(Seconds(2)).milliseconds // 2000 */
  floor(step: Duration, zero: Time = new Time(0)): Time {
    const steps = Math.floor((this.milliseconds - zero.milliseconds) / step.milliseconds)
    return new Time(steps * step.milliseconds + zero.milliseconds)
  }
  /** This time and each `step` after it, `end` excluded. @example new Time(0).until(new Time(2000), Seconds(1)).map(Number) // [ 0, 1000 ] */
  until(end: Time, step: Duration): Time[] { return times(this.milliseconds, end.milliseconds - 1, step.milliseconds) }
  /** This time and each `step` after it, `end` included. @example new Time(0).to(new Time(2000), Seconds(1)).map(Number) // [ 0, 1000, 2000 ] */
  to(end: Time, step: Duration): Time[] { return times(this.milliseconds, end.milliseconds, step.milliseconds) }

  valueOf(): number { return this.milliseconds }
  toString(): string { return `${this.milliseconds} ms` }
}

/**
 * Half-open span of time: after `beginTime`, up to and including `endTime`, as windows are.
 * @example new Interval(new Time(0), new Time(2000)).toString() // '[0 ms, 2000 ms]'
 */
export class Interval {
  constructor(/** Excluded. */ readonly beginTime: Time, /** Included. */ readonly endTime: Time) {}
  /** How long it is. @example new Interval(new Time(0), new Time(2000)).duration().milliseconds // 2000 */
  duration(): Duration { return this.endTime.minus(this.beginTime) }
  toString(): string { return `[${this.beginTime}, ${this.endTime}]` }
}

/** A Duration of `count` ms. @example Milliseconds(500).milliseconds // 500 */
export const Milliseconds = (count: number): Duration => new Duration(count)
/** A Duration of `count` s. @example Seconds(1).milliseconds // 1000 */
export const Seconds = (count: number): Duration => new Duration(count * 1000)
/** A Duration of `count` min. @example Minutes(1).milliseconds // 60000 */
export const Minutes = (count: number): Duration => new Duration(count * 60_000)

function times(from: number, to: number, step: number): Time[] {
  const result: Time[] = []
  for (let at = from; at <= to; at += step) result.push(new Time(at))
  return result
}

function prettyMs(ms: number): string {
  if (ms < 1000) return `${ms} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  if (ms < 3_600_000) return `${(ms / 60_000).toFixed(1)} m`
  return `${(ms / 3_600_000).toFixed(2)} h`
}
