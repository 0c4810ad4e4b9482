/** The interval of a context: what is accepted as one, and how it is shown. */
import { SparkError } from '../core/errors.js'
import { Duration } from '../core/time.js'

export const shortly = ({ milliseconds }: Duration): string => milliseconds % 1000 ? `${milliseconds} ms` : `${milliseconds / 1000} s`

export function checkedBatch(duration: Duration): Duration {
  if (duration instanceof Duration && duration.milliseconds > 0) return duration
  throw new SparkError('ARGUMENT_INVALID', { operator: 'StreamingContext', problem: `the batch duration must be a positive Duration, not ${String(duration)}`, fix: 'write Seconds(1) or Milliseconds(500)' })
}

/** `1 input`, `2 inputs`. */
export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`
