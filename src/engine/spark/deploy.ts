/**
 * Cluster deploy mode: the driver, too, runs on the cluster. Spark knows this of Python programs; ours goes as one, with an empty file in the
 * place of Python's and, for its interpreter, a script of ours that starts tspark-submit on the machine that Spark has chosen. There it finds
 * the JVM that Spark has started before (joined-gateway.ts).
 *
 * YARN and Kubernetes only: stock Spark refuses Python programs in this mode on standalone masters.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SparkConf } from '../../core/conf.js'
import { SparkError } from '../../core/errors.js'
import { installationRoot } from '../../core/installation.js'
import type { ModuleGraph } from '../../core/wiring.js'
import { checkJava } from './java.js'
import { DRIVER, driverArchive, programArchive } from './shipping/driver-archive.js'
import { nameOf } from './shipping/packages.js'
import { shipOf } from './shipping/shipment.js'
import { named, nodeArchive } from './shipping/worker-archive.js'
import { findSpark } from './spark-home.js'

export interface Deployment {
  readonly program: string
  readonly args: readonly string[]
  readonly className: string | undefined
  readonly conf: SparkConf
  readonly files: Pick<ModuleGraph, 'files' | 'packages'>
}

/** Runs Spark's own spark-submit. @returns its exit code @throws DEPLOY_MODE, SPARK_NOT_FOUND and the like */
export async function deploy(deployment: Deployment): Promise<number> {
  const { conf } = deployment
  const master = conf.get('spark.master')
  if (!/^(yarn$|k8s:)/.test(master)) throw new SparkError('DEPLOY_MODE', { master })
  const home = findSpark(conf.get('spark.tspark.sparkHome'))
  await checkJava(home.version)
  const directory = mkdtempSync(join(tmpdir(), 'tspark-deploy-'))
  const stand = join(directory, 'tspark.py')
  writeFileSync(stand, '# The program is TypeScript: tspark runs it.\n')
  try { return await run(join(home.path, 'bin', 'spark-submit'), [...await flags(deployment), stand, ...programWords(deployment)], home.path) }
  finally { rmSync(directory, { recursive: true, force: true }) }
}

async function flags({ conf, files }: Deployment): Promise<string[]> {
  const node = shipOf(conf.get('spark.master'), conf) === 'node' ? [await nodeArchive()] : []
  const archives = [await driverArchive(installationRoot), await programArchive(files), ...node].map(named)
  const given = conf.get('spark.archives', '')
  const settings = [
    ...conf.getAll().filter(([key]) => key.startsWith('spark.') && key !== 'spark.archives'),
    ['spark.archives', [...given ? [given] : [], ...archives].join(',')],
    ['spark.pyspark.driver.python', DRIVER],
    // Without a pinned thread each connection has a thread of its own, as where we start the JVM.
    ['spark.yarn.appMasterEnv.PYSPARK_PIN_THREAD', 'false'], ['spark.kubernetes.driverEnv.PYSPARK_PIN_THREAD', 'false'],
  ] as const
  return settings.flatMap(([key, value]) => ['--conf', `${key}=${value}`])
}

/** What tspark-submit is told there. Secrets are not told twice: Spark's own settings, which the JVM knows, travel by Spark. */
function programWords({ program, args, className, conf }: Deployment): string[] {
  const ours = conf.getAll().filter(([key]) => /^spark\.(tspark|streaming|default|app|task)\./.test(key) && key !== 'spark.tspark.sparkHome')
  return ['--master', conf.get('spark.master'), ...className ? ['--class', className] : [], ...ours.flatMap(([key, value]) => ['--conf', `${key}=${value}`]), `tspark-program/${nameOf(program)}`, ...args]
}

function run(file: string, args: readonly string[], sparkHome: string): Promise<number> {
  const child = spawn(file, args, { env: { ...process.env, SPARK_HOME: sparkHome }, stdio: ['ignore', 'inherit', 'inherit'] })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => { child.kill(signal) })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(code ?? (signal ? 1 : 0)))
  })
}
