/** Rows to other programs and to files of our own form. */
import { SparkError } from '../core/errors.js'
import type { JobPromise } from '../core/job-promise.js'
import { helper, mapPartitions } from '../operators/narrow.js'
import { pipeRows, wordsOf, type PipeOptions } from '../operators/pipe.js'
import { call } from './calls.js'
import { RDDFacts } from './rdd-facts.js'
import type { RDD } from './rdd.js'
import { saveAsObjectFile } from './save-objects.js'

export abstract class OutputRDDFunctions<T> extends RDDFacts<T> {
  /**
   * Each partition through a program of its own: rows as lines to its input, lines of its output as rows. What it says on standard
   * error is shown.
   *
   * Shape: RDD<T> → RDD<string>; order and partitions stay. The program is started for empty partitions, too.
   * @param command split at blanks, no shell: for pipes and quotes give ['sh', '-c', '…']
   * @param env added to the environment; options may also say how a row is written
   * @throws ARGUMENT_INVALID for an empty command; TASK_FAILED in the job when the program is not there or ends with another status than 0
   * @example
   * await letters.pipe('cat').collect() // [ 'b', 'a', 'b' ]
   * await letters.pipe(['sh', '-c', 'tr a-z A-Z']).collect() // [ 'B', 'A', 'B' ]
   */
  pipe(this: RDD<T>, command: string | readonly string[], options: PipeOptions<T> | NonNullable<PipeOptions['env']> = {}): RDD<string> {
    const words = typeof command === 'string' ? wordsOf(command) : [...command]
    if (words.length === 0) throw new SparkError('ARGUMENT_INVALID', { operator: 'pipe', problem: 'the command is empty', fix: "give a program, for example pipe('sort -r')" })
    const checked = optionsOf(options)
    return this.derive(mapPartitions(helper(call('pipe'), (rows: Iterable<T>) => pipeRows(rows, words, checked))))
  }

  /**
   * Writes `path/part-00000…`, one file per partition, and `_SUCCESS`; sc.objectFile reads them back. Plain data, bigints, Dates, Maps,
   * Sets and typed arrays stay what they are.
   *
   * Shape: RDD<T> → nothing. Order: rows as they are. No partitions: one empty file.
   * @throws OUTPUT_EXISTS; ROW_UNSUPPORTED in the job for class instances and functions
   * @example
   * await rdd.saveAsObjectFile(`${dir}/numbers`)
   * await sc.objectFile<number>(`${dir}/numbers`).sum() // 6
   */
  saveAsObjectFile(this: RDD<T>, path: string): JobPromise<void> { return saveAsObjectFile(this, path) }
}

const NAMES = ['env', 'printPipeContext', 'printRDDElement']

/** Scala gives the environment as the second argument, by itself. */
function optionsOf<T>(options: PipeOptions<T> | NonNullable<PipeOptions['env']>): PipeOptions<T> {
  return Object.entries(options).some(([name, value]) => NAMES.includes(name) && typeof value !== 'string') ? options as PipeOptions<T> : { env: options as NonNullable<PipeOptions['env']> }
}
