/** What went wrong in a job on Spark, from the text of a Java exception: mostly a failure that a worker told, with the user's own place in it. */
import { SparkError } from '../../core/errors.js'
import { taskError } from '../driver/task-error.js'
import { JvmError } from './bridge.js'
import { toldIn } from './worker/telling.js'

interface Riddle { readonly pattern: RegExp; readonly error: (match: RegExpExecArray, cause: Error) => SparkError }

/** What Spark says, and what it means. */
const RIDDLES: readonly Riddle[] = [
  { pattern: /Cannot run program "([^"]*)".*?: error=\d+, ([^\n]*)/, error: ([, program, reason], cause) => new SparkError('WORKER_NOT_STARTED', { program: program!, reason: reason! }, { cause }) },
  { pattern: /EOFException occurred while reading the port number from \S+ stdout(?: and terminated with code: (\d+))?/, error: ([text, code], cause) => endedAtOnce(text!, code, cause) },
  { pattern: /(?:Python worker failed to connect back|No port number in [^\n]*|Failed to connect to python worker|Python worker exited unexpectedly)[^\n]*/, error: ([text], cause) => new SparkError('SPARK_WORKER_LOST', { reason: text!.trim() }, { cause }) },
]

/** Why a worker ended before it said anything, by its exit code: the shell's own, and those of bin/launch.cjs. */
const NO_NODE: Readonly<Record<string, string>> = {
  127: 'there is no node in its PATH',
  126: 'what is there cannot be executed; it may be made for another processor or system',
  70: 'its Node is older than 20',
  none: 'the worker ended before it said anything; most likely there is no node in its PATH',
}

function endedAtOnce(text: string, code = 'none', cause: Error): SparkError {
  const reason = NO_NODE[code]
  return reason ? new SparkError('WORKER_NODE', { reason }, { cause }) : new SparkError('SPARK_WORKER_LOST', { reason: text }, { cause })
}

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
