/** RDDs and batches as text files: the parts are written where the partitions are, the directory appears when all are there. */
import type { JobPromise } from '../core/job-promise.js'
import type { Time } from '../core/time.js'
import type { RddNode } from '../plan/rdd-plan.js'
import type { BatchWrite } from '../sinks/sink.js'
import { openTextFiles, textFilesName } from '../sinks/text-files.js'
import type { RDD } from './rdd.js'
import type { SparkContext } from './spark-context.js'

/** @throws OUTPUT_EXISTS */
export function saveAsTextFile(rdd: RDD<unknown>, path: string): JobPromise<void> {
  return written(rdd, openTextFiles(path, { overwrite: false, operator: 'saveAsTextFile' }), 'saveAsTextFile')
}

/** A batch that runs again replaces what it wrote before. */
export function saveBatchAsText(sc: SparkContext, rdd: RddNode, prefix: string, suffix: string, time: Time): JobPromise<void> {
  const directory = textFilesName(prefix, suffix, time.milliseconds)
  return written(sc.rdd(rdd), openTextFiles(directory, { overwrite: true, operator: 'saveAsTextFiles' }), 'saveAsTextFiles')
}

/** Runs the job that writes; the output appears when all of it is there. */
export function written(rdd: RDD<unknown>, output: BatchWrite, operator: string): JobPromise<void> {
  const parts = submitted(rdd, output, operator)
  return rdd.context.then(parts, () => output.commit(), () => output.abort())
}

/** A job that is refused at once, since a function cannot travel, leaves nothing behind, either. */
function submitted(rdd: RDD<unknown>, output: BatchWrite, operator: string): JobPromise<void> {
  try { return rdd.context.run(rdd, output.action, operator, () => undefined) } catch (error) {
    void output.abort()
    throw error
  }
}
