/**
 * Settings → bytes: how much of the memory rows may take, and how it is shared out. Names and shares are Spark's: a fraction of
 * spark.driver.memory is for rows, a part of that for what is stored (persisted and shuffled rows), the rest for tasks.
 */
import { constrainedMemory } from 'node:process'
import { totalmem } from 'node:os'
import type { SparkConf } from '../../core/conf.js'

export interface MemoryLimits {
  /** For rows that tasks of one thread hold as objects. */
  readonly taskBytes: number
  /** Of that, for tables of keyed state that a thread keeps between batches. */
  readonly tableBytes: number
  /** For encoded rows in shared memory. */
  readonly storageBytes: number
  readonly everyRows: number
}

// A heap grows to about twice of what lives in it before V8 collects it.
const HEAP_PER_ROW_BYTE = 2
// The rest is for what tasks group and sort meanwhile.
const TABLES = 2 / 3
const MOST_BY_DEFAULT = 4 * 1024 ** 3

export function memoryLimits(conf: SparkConf, threads: number): MemoryLimits {
  const rowBytes = (driverBytes(conf) || defaultBytes()) * conf.getNumber('spark.memory.fraction')
  const everyRows = conf.getNumber('spark.tspark.spillEveryRows')
  const storageBytes = Math.floor(rowBytes * conf.getNumber('spark.memory.storageFraction'))
  const taskBytes = Math.floor((rowBytes - storageBytes) / threads / HEAP_PER_ROW_BYTE)
  const tableBytes = everyRows > 0 || !conf.getBoolean('spark.tspark.stateTables') ? 0 : Math.floor(taskBytes * TABLES)
  return { taskBytes, tableBytes, storageBytes: everyRows > 0 ? 0 : storageBytes, everyRows }
}

/** As in Spark, a bare number counts MiB. */
const driverBytes = (conf: SparkConf): number => conf.getBytes('spark.driver.memory') * (/^\s*\d+\s*$/.test(conf.get('spark.driver.memory')) ? 1024 ** 2 : 1)

/** Of what a container is given, where there is one. */
const defaultBytes = (): number => Math.min(MOST_BY_DEFAULT, Math.min(totalmem(), constrainedMemory() || Infinity) / 2)
