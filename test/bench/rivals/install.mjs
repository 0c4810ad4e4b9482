/**
 * Rivals that have to be fetched first, each once, pinned, into .cache/: Spark from PyPI, RxJS and IxJS from npm. Only a bench that needs one
 * fetches it. What the machine lacks (Java, pip, a registry) makes that rival skipped by name; it is never an error.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const SPARK_VERSION = '3.5.7'
const PACKAGES = { rxjs: '7.8.2', ix: '7.0.0' }

/** Why a rival does not take part. */
export class Unavailable extends Error {}

/** The directory that holds bin/spark-shell, and the one for PYTHONPATH. */
export function spark(cache) {
  needs('java', ['-version'], 'no Java')
  const site = once(join(cache, `spark-${SPARK_VERSION}`), directory => {
    needs('python3', ['-m', 'pip', '--version'], 'no pip')
    fetched('python3', ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--root-user-action', 'ignore', '--target', directory, `pyspark==${SPARK_VERSION}`])
  })
  return { home: join(site, 'pyspark'), site }
}

/** A directory from which the pinned packages can be required. */
export function packages(cache) {
  const wanted = Object.entries(PACKAGES).map(([name, version]) => `${name}@${version}`)
  return once(join(cache, `npm-${wanted.join('-')}`), directory => {
    writeFileSync(join(directory, 'package.json'), '{}')
    fetched('npm', ['install', '--silent', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', directory, ...wanted])
  })
}

/** What stands beside a figure: the versions of what took part. */
export const versions = { spark: SPARK_VERSION, ...PACKAGES }

/** Made beside its place and moved there when whole, so that a broken download is not found next time. */
function once(directory, make) {
  if (existsSync(directory)) return directory
  const growing = `${directory}.part`
  rmSync(growing, { recursive: true, force: true })
  mkdirSync(growing, { recursive: true })
  make(growing)
  renameSync(growing, directory)
  return directory
}

function needs(command, args, otherwise) { if (spawnSync(command, args).status !== 0) throw new Unavailable(otherwise) }

function fetched(command, args) {
  console.error(`fetching, once: ${args.at(-1)}`)
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0) throw new Unavailable(`could not be fetched: ${stderr?.trim().split('\n').at(-1)}`)
}
