/**
 * The user's modules as they arrive: bundles are unpacked into a directory that all workers of the executor share, from which the loader takes
 * them (core/landing). It lies among the executor's own files and goes with them.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { unpack } from '../shipping/tar.js'

/** What workers are told of it: nothing where all files are where the driver has them. */
export function arrivalsEnvironment({ TSPARK_SHIP, SPARK_LOCAL_DIRS }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const [place] = SPARK_LOCAL_DIRS?.split(',') ?? []
  const directory = TSPARK_SHIP && place ? join(place, 'tspark-modules') : undefined
  return directory ? { TSPARK_MODULES: directory, TSPARK_CACHE_DIR: join(directory, 'cache') } : {}
}

const here = new Set<number>()

/** `bundles`: Spark's numbers of the broadcasts that hold them. */
export function arrive(bundles: readonly number[], texts: ReadonlyMap<number, () => string>, { TSPARK_MODULES: directory }: NodeJS.ProcessEnv): void {
  if (directory === undefined) return
  for (const bundle of bundles) {
    if (here.has(bundle)) continue
    const mark = join(directory, `${bundle}.here`) // another worker has unpacked it
    if (!existsSync(mark)) {
      mkdirSync(directory, { recursive: true, mode: 0o700 })
      unpack(gunzipSync(Buffer.from(texts.get(bundle)!(), 'base64')), directory)
      writeFileSync(mark, '')
    }
    here.add(bundle)
  }
}
