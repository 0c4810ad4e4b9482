/**
 * A failure told by an executor → the error that the job rejects with: SparkError TASK_FAILED (or the code of tspark's own
 * refusal) whose cause is a TaskFailure, from which the prompt draws its card. Positions are mapped here: only the driver
 * has the users' text.
 */
import { readFileSync } from 'node:fs'
import { userFrame } from '../../core/call-site.js'
import { SparkError } from '../../core/errors.js'
import type { TaskFailure } from '../../core/events.js'
import type { Failure } from '../task/failure.js'

export function taskError(failure: Failure): SparkError {
  const { at, record, error, stack, refusal } = failure
  const cause: TaskFailure = { operator: at.operator, site: at.site, error: refusal?.message ?? error, record, thrownAt: refusal ? undefined : thrownAt(stack), stack }
  return new SparkError(refusal?.code ?? 'TASK_FAILED', refusal?.params ?? { operator: at.operator, error }, { cause, ...at.site && { site: at.site } })
}

function thrownAt(stack: string): TaskFailure['thrownAt'] {
  const frame = userFrame(framesOf(stack))
  if (!frame) return undefined
  const { file, line, column } = frame
  return { file, line, column, text: (frame as { text?: string }).text ?? lineOf(file, line) }
}

/** The message may have lines that look like frames: only what follows it counts. */
function framesOf(stack: string): string {
  const lines = stack.split('\n')
  let last = lines.length
  while (last > 0 && /^\s+at /.test(lines[last - 1]!)) last--
  return lines.slice(last).join('\n')
}

function lineOf(file: string, line: number): string {
  try { return readFileSync(file, 'utf8').split('\n')[line - 1] ?? '' } catch { return '' }
}
