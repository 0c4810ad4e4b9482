/**
 * Settings by Spark's names. A SparkConf holds what was set; the table below holds what is known, its default and its unit.
 * Times are read as Spark reads them ("200ms", "1s", a bare number in the key's own unit), sizes likewise ("64m").
 */
import { SparkError } from './errors.js'

interface Setting { readonly default: string; readonly kind: 'ms' | 'bytes' | 'number' | 'boolean' | 'text'; readonly what: string }

export const SETTINGS = {
  'spark.app.name': { default: 'tspark', kind: 'text', what: 'name of the program' },
  'spark.master': { default: 'local[*]', kind: 'text', what: 'where the work runs' },
  'spark.default.parallelism': { default: '0', kind: 'number', what: 'partitions when none are asked for; 0: one per executor thread' },
  'spark.task.maxFailures': { default: '4', kind: 'number', what: 'attempts after the loss of an executor' },
  'spark.driver.memory': { default: '0', kind: 'bytes', what: 'memory of the program, a bare number in MiB; 0: half of the machine\'s, at most 4g' },
  'spark.memory.fraction': { default: '0.6', kind: 'number', what: 'share of the memory for rows; what does not fit goes to disk' },
  'spark.memory.storageFraction': { default: '0.5', kind: 'number', what: 'share of that for persisted and shuffled rows; the rest is for grouping and sorting' },
  'spark.local.dir': { default: '', kind: 'text', what: 'directory for rows that do not fit in memory; empty: the system\'s' },
  'spark.tspark.spillEveryRows': { default: '0', kind: 'number', what: 'for tests: at most that many rows are held in memory at once; 0: as many as fit' },
  'spark.tspark.engine': { default: '', kind: 'text', what: 'embedded, or spark: stock Spark, also for a local master; empty: as the master says' },
  'spark.tspark.sparkHome': { default: '', kind: 'text', what: 'where Spark is; empty: SPARK_HOME, else the pyspark that Python has' },
  'spark.tspark.ship': { default: '', kind: 'text', what: 'what a cluster\'s executors are sent: none, modules (the user\'s), worker (tspark too), node (Node too); empty: worker' },
  'spark.tspark.worker': { default: '', kind: 'text', what: 'bin/tspark-worker.cjs as the machines of a cluster have it; empty: it is sent' },
  'spark.tspark.workerHeap': { default: '0', kind: 'bytes', what: 'most memory of a worker process on Spark; 0: as Node has it' },
  'spark.tspark.workerMemory': { default: '256m', kind: 'bytes', what: 'memory for rows of one task on Spark; what does not fit goes to disk' },
  'spark.tspark.receivers': { default: '', kind: 'text', what: 'on Spark: executors or driver, where sockets are received; empty: executors, but localhost by the driver, and all with a local master' },
  'spark.streaming.receiver.writeAheadLog.enable': { default: 'false', kind: 'boolean', what: 'whether receivers on executors log what they receive; needs a checkpoint directory' },
  'spark.streaming.blockInterval': { default: '200ms', kind: 'ms', what: 'how often received data is cut into a block' },
  'spark.streaming.receiverRestartDelay': { default: '2000ms', kind: 'ms', what: 'pause before a receiver tries again' },
  'spark.streaming.receiver.maxBufferedBytes': { default: '224m', kind: 'bytes', what: 'received and not yet processed bytes, after which TCP is held back' },
  'spark.streaming.receiver.maxRate': { default: '0', kind: 'number', what: 'records a second that one receiver gives at most; 0: as many as come' },
  'spark.streaming.backpressure.enabled': { default: 'true', kind: 'boolean', what: 'whether batches take only as many records as can be processed; the sender is held back' },
  'spark.streaming.backpressure.initialRate': { default: '1000', kind: 'number', what: 'records a second of each receiver before the first batch is done; 0: as many as come' },
  'spark.streaming.backpressure.pid.proportional': { default: '1.0', kind: 'number', what: 'how much the difference to the last rate counts' },
  'spark.streaming.backpressure.pid.integral': { default: '0.2', kind: 'number', what: 'how much what has heaped up counts' },
  'spark.streaming.backpressure.pid.derived': { default: '0.0', kind: 'number', what: 'how much the change of the difference counts' },
  'spark.streaming.backpressure.pid.minRate': { default: '100', kind: 'number', what: 'records a second, below which the rate never goes' },
  'spark.streaming.checkpoint.directory': { default: '', kind: 'text', what: 'where state is kept' },
  'spark.streaming.gracefulStopTimeout': { default: '0', kind: 'ms', what: 'limit of a graceful stop; 0: ten batches' },
  'spark.streaming.stopSparkContextByDefault': { default: 'false', kind: 'boolean', what: 'whether ssc.stop() also stops sc' },
  'spark.streaming.fileStream.minRememberDuration': { default: '60s', kind: 'ms', what: 'how old a new file may be' },
  'spark.tspark.history': { default: '60', kind: 'number', what: 'how many of the last batches can be looked at and run again; 0: none' },
  'spark.tspark.historyBytes': { default: '16m', kind: 'bytes', what: 'most memory of what is kept for that; what is coming in goes first' },
  'spark.tspark.exactTimeouts': { default: 'false', kind: 'boolean', what: 'mapWithState looks for idle keys in every batch, not only at checkpoint batches' },
  'spark.tspark.once': { default: 'false', kind: 'boolean', what: 'inputs end with what is there: files are read once, queues run empty, sockets are not connected again; then the context stops' },
  'spark.tspark.stateTables': { default: 'true', kind: 'boolean', what: 'whether executors keep the states of their partitions decoded between batches' },
  'spark.tspark.rules': { default: 'true', kind: 'boolean', what: 'whether functions of certain forms run over bytes; the rows are the same' },
  'spark.tspark.maxLineBytes': { default: '64m', kind: 'bytes', what: 'longest line; the rest of a longer one is dropped and counted' },
} as const satisfies Record<string, Setting>

export type SettingName = keyof typeof SETTINGS

export class SparkConf {
  readonly #entries = new Map<string, string>()

  /** Pairs of key and value to begin with. @example new SparkConf([['spark.master', 'local[2]']]).get('spark.master') // 'local[2]' */
  constructor(entries: Iterable<readonly [string, string]> = []) { for (const [key, value] of entries) this.set(key, value) }

  /** Sets a key, over what was there. Any key may be set; values become text. @example new SparkConf().set('my.key', 5).get('my.key') // '5' */
  set(key: string, value: unknown): this { this.#entries.set(key, String(value)); return this }
  /** Sets a key that has not been set. @example new SparkConf().set('my.key', 1).setIfMissing('my.key', 2).get('my.key') // '1' */
  setIfMissing(key: string, value: unknown): this { return this.contains(key) ? this : this.set(key, value) }
  /** The name of the program: `spark.app.name`. @example new SparkConf().setAppName('count').get('spark.app.name') // 'count' */
  setAppName(name: string): this { return this.set('spark.app.name', name) }
  /** Where the work runs: `spark.master`. @example new SparkConf().setMaster('local[2]').get('spark.master') // 'local[2]' */
  setMaster(master: string): this { return this.set('spark.master', master) }
  /** Takes back what was set; the default holds again. @example new SparkConf().set('my.key', 1).remove('my.key').contains('my.key') // false */
  remove(key: string): this { this.#entries.delete(key); return this }
  /** Whether the key was set; a default does not count. @example new SparkConf().contains('spark.master') // false */
  contains(key: string): boolean { return this.#entries.has(key) }
  /** What was set, in the order of first setting. @example new SparkConf().set('a', 1).set('b', 2).getAll() // [ [ 'a', '1' ], [ 'b', '2' ] ] */
  getAll(): [string, string][] { return [...this.#entries] }
  /** A copy; changing one leaves the other. @example new SparkConf().set('a', 1).clone().getAll() // [ [ 'a', '1' ] ] */
  clone(): SparkConf { return new SparkConf(this.#entries) }

  /**
   * What was set, else `fallback`, else the known default; undefined for an unknown key without one.
   * @example new SparkConf().get('spark.app.name') // 'tspark'
   */
  get(key: SettingName): string
  get(key: string, fallback: string): string
  get(key: string, fallback?: string): string | undefined
  get(key: string, fallback?: string): string | undefined {
    return this.#entries.get(key) ?? fallback ?? (SETTINGS as Record<string, Setting>)[key]?.default
  }

  /**
   * A setting that is a time, in ms. @throws CONF_INVALID when it is none
   * @example new SparkConf().set('spark.streaming.blockInterval', '1s').getMs('spark.streaming.blockInterval') // 1000
   */
  getMs(key: SettingName): number { return parseUnit(key, this.get(key), MS, 'a time', '200ms') }
  /**
   * A setting that is a size, in bytes. @throws CONF_INVALID when it is none
   * @example new SparkConf().set('spark.tspark.maxLineBytes', '1k').getBytes('spark.tspark.maxLineBytes') // 1024
   */
  getBytes(key: SettingName): number { return parseUnit(key, this.get(key), BYTES, 'a size', '64m') }
  /** A setting that is a number. @throws CONF_INVALID when it is none @example new SparkConf().getNumber('spark.task.maxFailures') // 4 */
  getNumber(key: SettingName): number { return parseUnit(key, this.get(key), { '': 1 }, 'a number', '4') }
  /**
   * A setting that is true or false. @throws CONF_INVALID when it is neither
   * @example new SparkConf().getBoolean('spark.streaming.stopSparkContextByDefault') // false
   */
  getBoolean(key: SettingName): boolean {
    const value = this.get(key).toLowerCase()
    if (value === 'true' || value === 'false') return value === 'true'
    throw new SparkError('CONF_INVALID', { key, value, expected: 'true or false', example: 'true' })
  }

  /** `key=value` lines, sorted. @example new SparkConf().set('b', 2).set('a', 1).toDebugString().split('\n') // [ 'a=1', 'b=2' ] */
  toDebugString(): string { return this.getAll().sort().map(([key, value]) => `${key}=${value}`).join('\n') }
}

const MS = { '': 1, ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 }
const BYTES = { '': 1, b: 1, k: 1024, kb: 1024, m: 1024 ** 2, mb: 1024 ** 2, g: 1024 ** 3, gb: 1024 ** 3 }

/** Milliseconds of a text such as "500ms", "1s", "2min"; undefined when it is none. */
export const parseMs = (text: string): number | undefined => amount(text, MS)

function parseUnit(key: string, value: string, units: Record<string, number>, expected: string, example: string): number {
  const parsed = amount(value, units)
  if (parsed === undefined) throw new SparkError('CONF_INVALID', { key, value, expected, example })
  return parsed
}

function amount(text: string, units: Record<string, number>): number | undefined {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text)
  const unit = match && units[match[2]!.toLowerCase()]
  return unit ? Number(match[1]) * unit : undefined
}
