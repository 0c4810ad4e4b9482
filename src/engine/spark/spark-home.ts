/**
 * Finds Spark on this machine: the setting spark.tspark.sparkHome, SPARK_HOME, a `pyspark` that Python has installed, or one that was put into our
 * cache directory. Says which version it is by the name of its jar, without starting anything.
 */
import { execFileSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { SparkError } from '../../core/errors.js'

export interface SparkHome { readonly path: string; readonly version: string }

/** How a place is asked for; tests give their own. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv
  /** Where Python keeps its pyspark; empty when there is none. */
  readonly pyspark: () => string
  readonly cache: string
}

const system = (): Surroundings => ({ env: process.env, pyspark: installedPyspark, cache: join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'tspark', 'pyspark') })

/** @throws SPARK_NOT_FOUND, SPARK_HOME_INVALID, SPARK_VERSION_UNSUPPORTED */
export function findSpark(setting: string, around: Surroundings = system()): SparkHome {
  const named = setting || around.env.SPARK_HOME
  const path = named || [around.pyspark(), around.cache].find(place => place !== '' && versionIn(place) !== undefined)
  if (!path) throw new SparkError('SPARK_NOT_FOUND')
  const version = versionIn(path)
  if (version === undefined) throw new SparkError('SPARK_HOME_INVALID', { path, from: setting ? 'spark.tspark.sparkHome' : 'SPARK_HOME' })
  // 3.5 and 4.x are tried; earlier ones speak to their workers otherwise.
  if (!/^(3\.5|4)\./.test(version)) throw new SparkError('SPARK_VERSION_UNSUPPORTED', { version, path })
  return { path, version }
}

function versionIn(path: string): string | undefined {
  const jars = join(path, 'jars')
  if (!statSync(jars, { throwIfNoEntry: false })?.isDirectory()) return undefined
  return readdirSync(jars).map(name => /^spark-core_[\d.]+-(\d.*)\.jar$/.exec(name)?.[1]).find(Boolean)
}

// Asked without importing pyspark, which would take a second.
const WHERE = 'import importlib.util as u; s = u.find_spec("pyspark"); print(s.submodule_search_locations[0] if s else "")'

function installedPyspark(): string {
  try { return execFileSync('python3', ['-c', WHERE], { encoding: 'utf8', timeout: 1500, stdio: ['ignore', 'pipe', 'ignore'] }).trim() } catch { return '' }
}
