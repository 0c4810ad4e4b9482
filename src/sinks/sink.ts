/**
 * What a sink is, and the table of those there are.
 *
 * A sink puts a batch's rows somewhere outside. What runs per partition is an Action with a function of ours that travels to
 * the executors as {module, export}; what runs once per batch (make ready, commit) is the driver's. To add one: a file here, a
 * line in the table, rows in the contract test.
 */
import type { Action } from '../plan/job.js'
import { printed } from './console.js'
import { openTextFiles } from './text-files.js'

/** One batch's way out: run the action over all partitions, then commit; or abort, and nothing is left. */
export interface BatchWrite {
  readonly action: Action
  commit(): Promise<void>
  abort(): Promise<void>
}

export const SINKS = {
  print: { open: printed, what: 'the first rows of each batch on standard output, in Spark\'s form' },
  saveAsTextFiles: { open: openTextFiles, what: 'a directory of text files per batch' },
} as const
