/**
 * A job before it is needed: each executor thread runs a task of each stage, without rows. Modules are loaded then, functions
 * compiled, and the code of tasks has been run once; the first batch of a stream came 200 ms late without (2 cores, Node 20).
 *
 * Tasks that would call a function of the user's, or read a file, are left out. What the others give is nobody's.
 */
import type { Portable } from '../../closure/portable.js'
import { idleOutput } from '../task/idle.js'
import type { Draft } from '../driver/draft.js'
import type { JobSurroundings } from './job-run.js'
import type { Holdings } from '../driver/shared.js'
import type { JobPlan } from '../driver/stages.js'

// No job has this id.
const NO_JOB = -1

export function rehearse({ stages }: JobPlan, functions: ReadonlyMap<Draft, Portable>, { pool, shared, memory }: Pick<JobSurroundings, 'pool' | 'shared' | 'memory'>): void {
  for (const { drafts } of stages) {
    const [draft] = drafts.values()
    const task = draft && { pieces: draft.pieces, ending: draft.ending, at: draft.at }
    if (!task || !idleOutput(task)) continue
    const portable = functions.get(draft)!
    const message = (holdings: Holdings) => ({ task, functions: portable, share: memory.share(undefined), ...shared.missing(portable, task, holdings) })
    for (let thread = 0; thread < pool.options.threads; thread++)
      pool.run({ job: NO_JOB, operator: draft.at.operator, message, discard: () => {} }).catch(() => {})
  }
}
