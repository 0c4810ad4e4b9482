/** What saveAsTextFile and saveAsTextFiles do: write the parts where the partitions are, then give the directory its name. */
import { joinBatch } from '../core/batch-scope.js'
import { JobPromise } from '../core/job-promise.js'
import type { Time } from '../core/time.js'
import type { RddNode } from '../plan/rdd-plan.js'
import { openTextFiles, textFilesName, type TextFilesOptions } from '../sinks/text-files.js'
import type { RDD } from './rdd.js'
import type { SparkContext } from './spark-context.js'

/** @throws OUTPUT_EXISTS */
export const saveAsTextFile = (rdd: RDD<unknown>, path: string): JobPromise<void> =>
  write(rdd.context, rdd, path, { overwrite: false, operator: 'saveAsTextFile' })

/** One batch into `prefix-TIME_MS[.suffix]`; a batch that is run again replaces what it wrote. */
export const saveBatchAsText = (sc: SparkContext, rdd: RddNode, prefix: string, suffix: string, time: Time): JobPromise<void> =>
  write(sc, sc.rdd(rdd), textFilesName(prefix, suffix, time.milliseconds), { overwrite: true, operator: 'saveAsTextFiles' })

function write(sc: SparkContext, rdd: RDD<unknown>, directory: string, options: TextFilesOptions): JobPromise<void> {
  const { action, commit, abort } = openTextFiles(directory, options)
  const job = sc.run(rdd, action, options.operator, () => {})
  const written = job.then(commit).catch(async (error: unknown) => {
    await abort()
    throw error
  })
  return joinBatch(JobPromise.of(written, reason => job.cancel(reason)))
}
