/** RDDs and batches as object files: written as text files are, in another form. */
import type { JobPromise } from '../core/job-promise.js'
import type { Time } from '../core/time.js'
import type { RddNode } from '../plan/rdd-plan.js'
import { writeObjects } from '../sinks/object-files.js'
import { openTextFiles, textFilesName } from '../sinks/text-files.js'
import type { RDD } from './rdd.js'
import { written } from './save-text.js'
import type { SparkContext } from './spark-context.js'

/** @throws OUTPUT_EXISTS */
export function saveAsObjectFile(rdd: RDD<any>, path: string): JobPromise<void> {
  return written(rdd, openTextFiles(path, { overwrite: false, operator: 'saveAsObjectFile', writeRows: writeObjects }), 'saveAsObjectFile')
}

/** A batch that runs again replaces what it wrote before. */
export function saveBatchAsObjects(sc: SparkContext, rdd: RddNode, prefix: string, suffix: string, time: Time): JobPromise<void> {
  const directory = textFilesName(prefix, suffix, time.milliseconds)
  return written(sc.rdd(rdd), openTextFiles(directory, { overwrite: true, operator: 'saveAsObjectFiles', writeRows: writeObjects }), 'saveAsObjectFiles')
}
