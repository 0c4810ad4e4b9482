/**
 * Whether the executors of this machine can start their workers: a file that is there and may be run, and a `node` for its first line. On other
 * machines only they can tell, and do so with the first task.
 */
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { SparkError } from '../../../core/errors.js'
import { parseLocalMaster } from '../../../core/master.js'
import { isHere } from '../here.js'
import type { Opening } from '../spark-job.js'

/** @throws WORKER_NOT_STARTED, WORKER_NODE */
export async function checkWorker({ master, worker, ship }: Pick<Opening, 'master' | 'worker' | 'ship'>, node = process.execPath, env: NodeJS.ProcessEnv = process.env): Promise<void> {
  const reason = parseLocalMaster(master) ? whyNotRun(worker) : undefined
  if (reason !== undefined) throw new SparkError('WORKER_NOT_STARTED', { program: worker, reason })
  if (!isHere(master) || ship === 'node') return
  const places = [dirname(node), ...(env.PATH ?? '').split(delimiter)]
  if (!places.some(place => whyNotRun(join(place, 'node')) === undefined)) throw new SparkError('WORKER_NODE', { reason: `no program called node is in ${dirname(node)}, where this one is, nor in PATH` })
}

function whyNotRun(file: string): string | undefined {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return 'No such file or directory'
  try { accessSync(file, constants.X_OK) } catch { return 'Permission denied' }
  return undefined
}
