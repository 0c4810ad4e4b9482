/** The functions of a job's tasks, captured: in the call that submits the job, so that what cannot travel is refused there. */
import { capture } from '../../closure/capture.js'
import type { Portable } from '../../closure/portable.js'
import type { FnRef } from '../../plan/fn-ref.js'
import type { Draft } from './draft.js'
import type { JobPlan } from './stages.js'

/** Tasks that use the same functions share one capture. */
export function captureAll(plan: JobPlan): Map<Draft, Portable> {
  const captured = new Map<string, Portable>()
  const numbers = new Map<FnRef, number>()
  const numberOf = (ref: FnRef): number => numbers.get(ref) ?? (numbers.set(ref, numbers.size), numbers.size - 1)
  const functions = new Map<Draft, Portable>()
  for (const { drafts } of plan.stages) for (const draft of drafts.values()) {
    const key = draft.refs.map(numberOf).join()
    if (!captured.has(key)) captured.set(key, capture(draft.refs))
    functions.set(draft, captured.get(key)!)
  }
  return functions
}
