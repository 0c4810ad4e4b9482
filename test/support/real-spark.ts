/**
 * Real Sparks for tests in test/ci: those that .ci/run has installed from PyPI, pinned, under .cache/spark. Standalone masters
 * and workers are started on loopback and ended with everything that they started.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SparkConf } from '#src/core/conf.js'
import { EventBus } from '#src/core/events.js'
import { SparkContext } from '#src/index.js'
import { ROOT } from './programs.ts'
import { VERSIONS } from './spark-versions.mjs'

export const homeOf = (version: string): string => join(ROOT, '.cache', 'spark', version, 'pyspark')

/** Why tests need not try: undefined where they can. */
export const lacking = (version: string): string | undefined =>
  !existsSync(homeOf(version)) ? `Spark ${version} is not installed: .ci/run does it` : hasJava() ? undefined : 'there is no Java'

function hasJava(): boolean {
  try { execFileSync('java', ['-version'], { stdio: 'ignore' }); return true } catch { return false }
}

/** Each version, with its name for a listing: it says why it is skipped. */
export const SPARKS = VERSIONS.map(version => ({ version, name: `Spark ${version}${lacking(version) ? ` (skipped: ${lacking(version)})` : ''}`, skip: lacking(version) !== undefined }))

export const contextOn = (version: string, master: string, settings: Record<string, string> = {}, events = new EventBus()): SparkContext =>
  new SparkContext(new SparkConf(Object.entries({ 'spark.master': master, 'spark.tspark.engine': 'spark', 'spark.tspark.sparkHome': homeOf(version), 'spark.driver.memory': '512m', ...settings })), 'test', events)

export class Cluster {
  readonly #processes: ChildProcess[] = []
  readonly #directory = mkdtempSync(join(tmpdir(), 'tspark-cluster-'))
  master = ''

  private constructor(readonly options: string) {}

  /** `conf`: settings of Spark's, of master and workers; `asWorker`: the command that runs a worker, of the command that it is. */
  static async start(version: string, workers: number, conf: Record<string, string> = {}, asWorker: (command: readonly string[]) => readonly string[] = command => command): Promise<Cluster> {
    const cluster = new Cluster(Object.entries(conf).map(([key, value]) => `-D${key}=${value}`).join(' '))
    const home = homeOf(version)
    const [master] = await cluster.#run(home, ['org.apache.spark.deploy.master.Master', '--host', '127.0.0.1', '--port', '0', '--webui-port', '0'], /Starting Spark master at (spark:\/\/\S+)/)
    cluster.master = master!
    await Promise.all(Array.from({ length: workers }, (_, i) => cluster.#run(home,
      ['org.apache.spark.deploy.worker.Worker', '--host', '127.0.0.1', '--port', '0', '--webui-port', '0', '--cores', '1', '--memory', '1g', '-d', join(cluster.#directory, `worker-${i}`), master!], /Successfully registered with master/, asWorker)))
    return cluster
  }

  /** Resolves when it has logged that; with what the pattern's groups found. */
  #run(home: string, args: readonly string[], said: RegExp, as: (command: readonly string[]) => readonly string[] = command => command): Promise<string[]> {
    const [program, ...words] = as([join(home, 'bin', 'spark-class'), ...args])
    const child = spawn(program!, words, { env: { ...process.env, SPARK_HOME: home, SPARK_LOCAL_IP: '127.0.0.1', SPARK_DAEMON_MEMORY: '256m', SPARK_DAEMON_JAVA_OPTS: this.options }, stdio: ['ignore', 'pipe', 'pipe'] })
    this.#processes.push(child)
    return new Promise((resolve, reject) => {
      let log = ''
      const hear = (data: Buffer): void => {
        log += data
        const match = said.exec(log)
        if (match) resolve(match.slice(1))
      }
      child.stdout.on('data', hear)
      child.stderr.on('data', hear)
      child.once('exit', () => reject(new Error(`it ended before: ${log.slice(-2000)}`)))
    })
  }

  async stop(): Promise<void> {
    const processes = this.#processes.reverse()
    for (const child of processes) child.kill('SIGTERM')
    await Promise.all(processes.map(child => child.exitCode ?? child.signalCode ?? new Promise(resolve => { child.once('exit', resolve) })))
    rmSync(this.#directory, { recursive: true, force: true })
  }
}

/** Processes whose command line matches, and that have `ancestor` somewhere above them. */
export function processesUnder(ancestor: number, pattern: RegExp): number[] {
  const all = readdirSync('/proc').filter(name => /^\d+$/.test(name)).map(Number)
  const isUnder = (pid: number): boolean => pid === ancestor || (pid > 1 && isUnder(parentOf(pid)))
  return all.filter(pid => pattern.test(commandOf(pid)) && isUnder(pid))
}

const parentOf = (pid: number): number => Number(/^PPid:\s+(\d+)/m.exec(fileOf(pid, 'status'))?.[1] ?? 0)
export const commandOf = (pid: number): string => fileOf(pid, 'cmdline').replaceAll('\0', ' ')

function fileOf(pid: number, name: string): string {
  try { return readFileSync(`/proc/${pid}/${name}`, 'utf8') } catch { return '' } // it has just ended
}
