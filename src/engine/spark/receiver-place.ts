/**
 * Where a stream is received: by one of Spark's own receivers, on an executor, or in the driver's process. The first row that
 * fits says it.
 *
 * Unless it is set, sockets of other machines are received on a cluster's executors. `localhost` is the machine where the program was
 * typed, as in the terminal beside it; and a local master's executors are the driver's machine, where a receiver would only take a core.
 */
import type { SparkConf } from '../../core/conf.js'
import { SparkError } from '../../core/errors.js'
import { parseLocalMaster } from '../../core/master.js'
import type { ReceiverSpec } from '../engine.js'
import { isLogging } from './streaming-conf.js'

export interface Place {
  readonly on: 'driver' | 'executors'
  /** Where executors were asked for, why it is not so. */
  readonly why?: string
}

/** `isAsked`: by name, or since a log is wanted that only they write. */
interface Asked { readonly spec: ReceiverSpec; readonly conf: SparkConf; readonly master: string; readonly isAsked: boolean }

interface Row { readonly fits: (asked: Asked) => boolean; readonly why?: string }

const SETTING = 'spark.tspark.receivers'

/** Receivers of the driver. */
const ROWS: readonly Row[] = [
  { fits: ({ conf }) => conf.get(SETTING) === 'driver' },
  { fits: ({ spec }) => spec.kind === 'custom', why: 'it is written in JavaScript' },
  { fits: ({ spec }) => spec.once === true, why: 'it ends with its connection, and Spark\'s receivers connect again for ever' },
  { fits: ({ spec }) => spec.batchMs === undefined, why: 'its clock is moved by hand' },
  { fits: ({ isAsked, master }) => !isAsked && parseLocalMaster(master) !== undefined },
  { fits: ({ isAsked, spec }) => !isAsked && spec.kind === 'socketText' && isLoopback(spec.host) },
  { fits: ({ spec, conf }) => isLogging(conf) && spec.checkpointDirectory === undefined, why: 'spark.streaming.receiver.writeAheadLog.enable needs ssc.checkpoint(directory)' },
]

export function placeOf(spec: ReceiverSpec, { conf, master }: { readonly conf: SparkConf; readonly master: string }): Place {
  const value = conf.get(SETTING)
  if (!['', 'driver', 'executors'].includes(value)) throw new SparkError('CONF_INVALID', { key: SETTING, value, expected: 'executors or driver', example: 'driver' })
  const isAsked = value === 'executors' || isLogging(conf)
  const row = ROWS.find(({ fits }) => fits({ spec, conf, master, isAsked }))
  if (!row) return { on: 'executors' }
  return isAsked && row.why !== undefined ? { on: 'driver', why: row.why } : { on: 'driver' }
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127\./.test(host)
