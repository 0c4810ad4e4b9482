/** Files as RDDs in other forms than lines, and accumulators of other kinds. Paths are files, directories, globs, or several with commas between. */
import type { AccumulatorV2 } from '../core/accumulator.js'
import { CollectionAccumulator, DoubleAccumulator } from '../core/accumulators.js'
import { SparkError } from '../core/errors.js'
import type { RddNode } from '../plan/rdd-plan.js'
import { coalesce, collection } from '../operators/combine.js'
import { chain, flatMap, helper, map, type Call } from '../operators/narrow.js'
import { readObjects } from '../sinks/object-files.js'
import { recordsOf, recordSplits, wholeFile } from '../sources/binary-files.js'
import { inputFiles } from '../sources/paths.js'
import { textFiles } from '../sources/text-file.js'
import { call } from './calls.js'
import { JobControl } from './job-control.js'
import type { RDD } from './rdd.js'

export abstract class ContextInputs extends JobControl {
  abstract readonly defaultMinPartitions: number
  /** @internal */
  abstract rdd<T>(node: RddNode): RDD<T>
  abstract register<A extends AccumulatorV2<never, unknown>>(accumulator: A, name?: string): A

  /**
   * Each file whole: [path, text], UTF-8; `.gz` is unpacked. For many small files.
   *
   * Shape: RDD<[string, string]>, in order of paths; about minPartitions partitions. An empty directory gives no rows.
   * @throws INPUT_PATH_MISSING, INPUT_PATTERN_EMPTY; FILE_UNREADABLE in the job
   * @example
   * await sc.wholeTextFiles(dir).values().collect() // [ 'to be\nor not\n' ]
   */
  wholeTextFiles(path: string, minPartitions = this.defaultMinPartitions): RDD<[string, string]> {
    const here = call('wholeTextFiles')
    const files = textFiles(path, { format: 'whole', minPartitions, ...here })
    return this.rdd(coalesce(here, Math.max(1, Math.min(minPartitions, files.numPartitions)))(files))
  }

  /**
   * Each file whole: [path, its bytes].
   *
   * Shape: RDD<[string, Buffer]>, in order of paths; about minPartitions partitions. An empty directory gives no rows.
   * @throws INPUT_PATH_MISSING, INPUT_PATTERN_EMPTY
   * @example
   * await sc.binaryFiles(dir).mapValues(bytes => bytes.length).values().collect() // [ 13 ]
   */
  binaryFiles(path: string, minPartitions = this.defaultMinPartitions): RDD<[string, Buffer]> {
    const here = call('binaryFiles')
    const paths = inputFiles(path).map(file => file.path)
    return this.rdd(map(helper(here, wholeFile))(collection(paths, Math.max(1, Math.min(minPartitions, paths.length)), here)))
  }

  /**
   * Files cut into records of recordLength bytes.
   *
   * Shape: RDD<Buffer>, in order of paths and places; a partition per 32 MiB. Empty files give no rows.
   * @throws INPUT_PATH_MISSING, INPUT_PATTERN_EMPTY; FILE_UNREADABLE where a file is no whole number of records long
   * @example
   * await sc.binaryRecords(`${dir}/poem.txt`, 13).map(record => record.length).collect() // [ 13 ]
   */
  binaryRecords(path: string, recordLength: number): RDD<Buffer> {
    const here = call('binaryRecords')
    if (!(Number.isInteger(recordLength) && recordLength > 0)) throw new SparkError('ARGUMENT_INVALID', { operator: 'binaryRecords', problem: `the length of a record must be a positive whole number of bytes, not ${recordLength}`, fix: 'give the length in bytes' })
    return this.rdd(each(here, recordsOf, recordSplits(path, recordLength)))
  }

  /**
   * What saveAsObjectFile wrote.
   *
   * Shape: RDD<T>, in order of its parts, a partition for each. The type is yours to name: files do not hold it.
   * @throws INPUT_PATH_MISSING, INPUT_PATTERN_EMPTY; FILE_UNREADABLE in the job for other files
   * @example
   * await scores.saveAsObjectFile(`${dir}/scores`)
   * await sc.objectFile<[string, number]>(`${dir}/scores`).collect() // [ [ 'a', 1 ], [ 'b', 2 ], [ 'a', 3 ] ]
   */
  objectFile<T>(path: string): RDD<T> { return this.rdd(each(call('objectFile'), readObjects, inputFiles(path).map(file => file.path))) }

  /** A sum that tasks add to and the driver reads. @example sc.doubleAccumulator('seconds').value // 0 */
  doubleAccumulator(name?: string): DoubleAccumulator { return this.register(new DoubleAccumulator(), name) }

  /** A list that tasks add to and the driver reads. @example sc.collectionAccumulator<string>('bad lines').value // [] */
  collectionAccumulator<T>(name?: string): CollectionAccumulator<T> { return this.register(new CollectionAccumulator<T>(), name) }
}

/** A partition for each item: what `read` gives of it, in the executors. */
/** What `read` gives of each item, in the executors; a partition per item. */
export function each<I>(here: Call, read: (item: I) => Iterable<unknown>, items: readonly I[]): RddNode {
  return chain(flatMap(helper(here, read)))(collection(items, Math.max(1, items.length), here))
}
