/** What the driver and an executor thread say to each other: plain data only. */
import type { Failure } from '../task/failure.js'
import type { Deltas } from '../task/guest.js'
import type { MemoryShare, Task, TaskOutput } from '../task/task.js'
import type { Missing } from '../driver/shared.js'
import type { Portable } from '../../closure/portable.js'

/** A task and what this executor does not have yet. */
export interface RunTask extends Missing {
  readonly kind: 'run'
  readonly id: number
  readonly task: Task
  readonly functions: Portable
  readonly share: MemoryShare
}

export type ToExecutor =
  | RunTask
  | { readonly kind: 'forget'; readonly broadcast: number }
  | { readonly kind: 'forgetTable'; readonly version: string }

export type FromExecutor =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly id: number; readonly output: TaskOutput; readonly deltas: Deltas }
  | { readonly kind: 'failed'; readonly id: number; readonly failure: Failure }
  | { readonly kind: 'console'; readonly stream: 'stdout' | 'stderr'; readonly text: string }

export interface ExecutorData { readonly imports: readonly string[]; readonly credit: SharedArrayBuffer }
