/** What is known of a function that threw in a task: it comes as the cause of TASK_FAILED. */
import { SparkError } from './errors.js'
import type { TaskFailure } from './events.js'

export function taskFailureOf(error: unknown): TaskFailure | undefined {
  const cause = error instanceof SparkError ? error.cause : undefined
  if (typeof cause !== 'object' || cause === null || !('operator' in cause && 'error' in cause)) return undefined
  return typeof cause.operator === 'string' && typeof cause.error === 'string' ? cause as TaskFailure : undefined
}
