/**
 * What can be wrong with a Spark, found out before its JVM starts: that takes seconds, and then Spark tries for a minute where a port, a
 * secret or a master is wrong. All is looked at at once, and the first thing that cannot be right ends the start.
 *
 * Only what is certain is an error here. What cannot be known from outside is left to Spark, and start-error.ts reads what it says.
 */
import { defaultPropertiesFile, readProperties } from '../../../core/properties.js'
import type { SparkError } from '../../../core/errors.js'
import { checkJava } from '../java.js'
import { findSpark, type SparkHome } from '../spark-home.js'
import type { Opening } from '../spark-job.js'
import { checkMaster } from './master.js'
import { checkMemory } from './memory.js'
import { checkPorts } from './ports.js'
import { checkWorker } from './worker.js'

/** By their keys, as Spark will have them. */
export type Settings = ReadonlyMap<string, string>

/** `late` is told what is found while the JVM starts already. @throws SPARK_NOT_FOUND, JAVA_NOT_FOUND, MASTER_UNREACHABLE, MASTER_REFUSED, SPARK_PORT_TAKEN, WORKER_NODE, CONF_INVALID and the like */
export async function preflight(opening: Opening, late?: (error: SparkError) => void): Promise<SparkHome> {
  const home = findSpark(opening.sparkHome)
  const settings = settingsOf(opening, home)
  checkMemory(settings)
  await Promise.all([checkWorker(opening), checkPorts(settings, opening.master), checkMaster(opening.master, settings, late), checkJava(home.version)])
  return home
}

/** Spark reads its properties file, too, and ours go before it. */
function settingsOf({ conf }: Opening, { path }: SparkHome, env = process.env): Settings {
  const file = defaultPropertiesFile({ ...env, SPARK_HOME: path })
  return new Map([...file === undefined ? [] : readProperties(file).entries, ...conf])
}
