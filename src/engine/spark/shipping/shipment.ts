/**
 * What goes to the executors before the first task, by the setting spark.tspark.ship: nothing, the user's modules, tspark's worker too, or Node
 * as well. Archives are made once for each content and kept in the cache directory; Spark brings them to each executor and unpacks them where
 * it works (spark.archives).
 */
import { SparkError } from '../../../core/errors.js'
import { installationRoot } from '../../../core/installation.js'
import { parseLocalMaster } from '../../../core/master.js'
import type { SparkConf } from '../../../core/conf.js'
import { isOnCluster } from '../joined-gateway.js'
import type { Opening } from '../spark-job.js'
import { named, nodeArchive, workerArchive, WORKER } from './worker-archive.js'

/** Each brings what those before it bring. */
export const SHIPS = ['none', 'modules', 'worker', 'node'] as const
export type Ship = typeof SHIPS[number]

/** Where tasks run in the driver's own process tree everything is there already; a worker that was named is there, too. */
export function shipOf(master: string, conf: SparkConf): Ship {
  const value = conf.get('spark.tspark.ship')
  const asked = SHIPS.find(ship => ship === value)
  if (value && !asked) throw new SparkError('CONF_INVALID', { key: 'spark.tspark.ship', value, expected: 'none, modules, worker or node', example: 'node' })
  if (parseLocalMaster(master)) return 'none'
  if (conf.get('spark.tspark.worker')) return asked === 'none' ? 'none' : 'modules'
  return asked ?? 'worker'
}

export interface Shipment {
  /** The executable that executors start. */
  readonly worker: string
  readonly conf: Opening['conf']
}

/** Makes the archives that are missing. @throws NODE_NOT_SHIPPED */
export async function shipment({ ship, worker, conf }: Pick<Opening, 'ship' | 'worker' | 'conf'>): Promise<Shipment> {
  if (ship === 'none' || ship === 'modules') return { worker, conf }
  if (isOnCluster()) return { worker: WORKER[ship], conf } // they came with this driver
  const archives = [await workerArchive(installationRoot), ...ship === 'node' ? [await nodeArchive()] : []]
  return { worker: WORKER[ship], conf: withArchives(conf, archives.map(named)) }
}

function withArchives(conf: Opening['conf'], archives: readonly string[]): Opening['conf'] {
  const given = conf.find(([key]) => key === 'spark.archives')?.[1]
  return [...conf.filter(([key]) => key !== 'spark.archives'), ['spark.archives', [...given ? [given] : [], ...archives].join(',')]]
}
