/**
 * Spans and instants of a stream, in milliseconds.
 *
 * A Duration is a span (batch interval, window, slide); a Time is an instant on the batch clock. Both are immutable and have
 * `valueOf`, so that `time - 1000` and `a < b` work in callbacks. Names follow Spark's Scala and Java spellings.
 */
export class Duration {
  constructor(readonly milliseconds: number) {
    if (!Number.isFinite(milliseconds)) throw new RangeError(`a Duration needs a finite number of milliseconds, not ${milliseconds}`)
  }

  plus(other: Duration): Duration { return new Duration(this.milliseconds + other.milliseconds) }
  minus(other: Duration): Duration { return new Duration(this.milliseconds - other.milliseconds) }
  times(factor: number): Duration { return new Duration(this.milliseconds * factor) }
  /** How often `other` fits, as a fraction. */
  div(other: Duration): number { return this.milliseconds / other.milliseconds }
  less(other: Duration): boolean { return this.milliseconds < other.milliseconds }
  lessEq(other: Duration): boolean { return this.milliseconds <= other.milliseconds }
  greater(other: Duration): boolean { return this.milliseconds > other.milliseconds }
  greaterEq(other: Duration): boolean { return this.milliseconds >= other.milliseconds }
  isMultipleOf(other: Duration): boolean { return this.milliseconds % other.milliseconds === 0 }
  min(other: Duration): Duration { return this.less(other) ? this : other }
  max(other: Duration): Duration { return this.greater(other) ? this : other }
  isZero(): boolean { return this.milliseconds === 0 }
  equals(other: Duration): boolean { return this.milliseconds === other.milliseconds }
  prettyPrint(): string { return prettyMs(this.milliseconds) }
  valueOf(): number { return this.milliseconds }
  toString(): string { return `${this.milliseconds} ms` }
}

export class Time {
  constructor(readonly milliseconds: number) {}

  plus(span: Duration): Time { return new Time(this.milliseconds + span.milliseconds) }
  /** The span since an earlier Time, or the Time that lies a Duration before. */
  minus(other: Time): Duration
  minus(other: Duration): Time
  minus(other: Time | Duration): Time | Duration {
    const difference = this.milliseconds - other.milliseconds
    return other instanceof Time ? new Duration(difference) : new Time(difference)
  }
  less(other: Time): boolean { return this.milliseconds < other.milliseconds }
  lessEq(other: Time): boolean { return this.milliseconds <= other.milliseconds }
  greater(other: Time): boolean { return this.milliseconds > other.milliseconds }
  greaterEq(other: Time): boolean { return this.milliseconds >= other.milliseconds }
  isMultipleOf(span: Duration): boolean { return this.milliseconds % span.milliseconds === 0 }
  min(other: Time): Time { return this.less(other) ? this : other }
  max(other: Time): Time { return this.greater(other) ? this : other }
  equals(other: Time): boolean { return this.milliseconds === other.milliseconds }

  /** The last multiple of `step` after `zero` that is not later than this. */
  floor(step: Duration, zero: Time = new Time(0)): Time {
    const steps = Math.floor((this.milliseconds - zero.milliseconds) / step.milliseconds)
    return new Time(steps * step.milliseconds + zero.milliseconds)
  }
  /** This time and each `step` after it, `end` excluded. */
  until(end: Time, step: Duration): Time[] { return times(this.milliseconds, end.milliseconds - 1, step.milliseconds) }
  /** This time and each `step` after it, `end` included. */
  to(end: Time, step: Duration): Time[] { return times(this.milliseconds, end.milliseconds, step.milliseconds) }

  valueOf(): number { return this.milliseconds }
  toString(): string { return `${this.milliseconds} ms` }
}

/** Half-open span of time: after `beginTime`, up to and including `endTime`, as windows are. */
export class Interval {
  constructor(readonly beginTime: Time, readonly endTime: Time) {}
  duration(): Duration { return this.endTime.minus(this.beginTime) }
  toString(): string { return `[${this.beginTime}, ${this.endTime}]` }
}

export const Milliseconds = (count: number): Duration => new Duration(count)
export const Seconds = (count: number): Duration => new Duration(count * 1000)
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
