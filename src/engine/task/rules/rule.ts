/**
 * Rules: recognised forms of a task that run as kernels over bytes. A rule is data that travels with the task; what it stands for is
 * certain from the functions' syntax trees, and the plain way gives the same rows in the same order.
 */
import type { Fn } from '../fuse.js'
import type { TaskMemory } from '../memory.js'
import type { Source } from '../source.js'
import type { Ending, Task, TaskOutput } from '../task.js'
import type { Seen } from '../../../closure/function-tree.js'

/** A row of the table of rules; `D` is what travels. */
export interface Rule<D = never> {
  readonly name: string
  /** Takes the task as it is planned and what is known of its functions. */
  readonly recognise: (task: Planned, fns: readonly Seen[]) => D | undefined
  /** For people: what is recognised. */
  readonly tell: (data: D) => string
  /** May throw Unruled at any time before it is done. */
  readonly run: (task: Task, data: D, kit: RuleKit) => TaskOutput
}

export type Planned = Pick<Task, 'pieces' | 'ending'>

export interface RuleKit {
  readonly fns: readonly Fn[]
  readonly memory: TaskMemory
  readonly aside: ((why: unknown) => void) | undefined
  /** The task's ending over other rows. */
  readonly finish: (source: Source, ending: Ending) => TaskOutput
}

/** What a task carries: the name of its rule, and its data. */
export interface RuleUse { readonly name: string; readonly data: unknown }
