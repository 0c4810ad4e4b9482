/** What went wrong in a job on Spark, from the text of a Java exception: mostly a failure that a worker told, with the user's own place in it. */
import { SparkError } from '../../core/errors.js'
import { taskError } from '../driver/task-error.js'
import { JvmError } from './bridge.js'
import { toldIn } from './worker/telling.js'

interface Riddle { readonly pattern: RegExp; readonly error: (match: RegExpExecArray, cause: Error) => SparkError }

/** What Spark says, and what it means. */
const RIDDLES: readonly Riddle[] = [
  { pattern: /Cannot run program "([^"]*)".*?: error=\d+, ([^\n]*)/, error: ([, program, reason], cause) => new SparkError('WORKER_NOT_STARTED', { program: program!, reason: reason! }, { cause }) },
  { pattern: /(?:Python worker failed to connect back|EOFException reached while reading the port|No port number in [^\n]*|Failed to connect to python worker|Python worker exited unexpectedly)[^\n]*/, error: ([text], cause) => new SparkError('SPARK_WORKER_LOST', { reason: text!.trim() }, { cause }) },
]

export function jobError(error: unknown): unknown {
  if (!(error instanceof JvmError)) return error
  const told = toldIn(error.message)
  if (told) return taskError(told.failure)
  for (const { pattern, error: make } of RIDDLES) {
    const match = pattern.exec(error.message)
    if (match) return make(match, error)
  }
  return new SparkError('SPARK_JOB_FAILED', { reason: firstLine(error.message) }, { cause: error })
}

/** The first that says something: `Caused by` lines say more than what wraps them. */
function firstLine(text: string): string {
  const lines = text.split('\n').filter(line => line.trim() !== '' && !/^\s+at |^\s*\.\.\. \d+ more/.test(line))
  const line = lines.filter(each => each.startsWith('Caused by: ')).at(-1) ?? lines[0] ?? 'no reason given'
  return line.replace(/^Caused by: /, '').trim()
}
