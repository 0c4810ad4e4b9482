/** What the driver and an executor thread say to each other: plain data only. */
import type { Failure } from '../task/failure.js'
import type { Class } from '../task/row-classes.js'
import type { MemoryShare, Task, TaskOutput } from '../task/task.js'
import type { Portable } from '../../closure/portable.js'

export type Shipped = readonly [id: number, portable: Portable]

/** How to make an accumulator at zero. One with private fields is made by its constructor, without arguments. */
export interface AccumulatorZero { readonly type: Class; readonly fields: readonly (readonly [string, unknown])[] | undefined }

/** A task and what this executor does not have yet. */
export interface RunTask {
  readonly kind: 'run'
  readonly id: number
  readonly task: Task
  readonly functions: Portable
  readonly share: MemoryShare
  readonly broadcasts: readonly Shipped[]
  /** Each as an AccumulatorZero. */
  readonly accumulators: readonly Shipped[]
  /** Classes of rows, by their definitions. */
  readonly classes: readonly Portable[]
}

export type ToExecutor =
  | RunTask
  | { readonly kind: 'forget'; readonly broadcast: number }
  | { readonly kind: 'forgetTable'; readonly version: string }

export type FromExecutor =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly id: number; readonly output: TaskOutput; readonly deltas: readonly (readonly [id: number, delta: unknown])[] }
  | { readonly kind: 'failed'; readonly id: number; readonly failure: Failure }
  | { readonly kind: 'console'; readonly stream: 'stdout' | 'stderr'; readonly text: string }

export interface ExecutorData { readonly imports: readonly string[]; readonly credit: SharedArrayBuffer }
