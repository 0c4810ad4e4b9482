/**
 * A SparkContext in the JVM: opened from nothing (gateway started), with what every RDD of ours needs at
 * hand. Closed by `stop`, which ends the JVM.
 */
import { delimiter, dirname } from 'node:path'
import { AccumulatorServer } from './accumulator-server.js'
import { Gateway } from './gateway.js'
import { isHere } from './here.js'
import { joinedGateway } from './joined-gateway.js'
import { OwnDirectory } from './own-directory.js'
import { Py4jClient, type GatewayAddress } from './py4j-client.js'
import type { JavaRef } from './py4j-text.js'
import { Start, type Message } from './start.js'
import type { SparkHome } from './spark-home.js'
import type { Opening } from './spark-job.js'

/** What tests replace. */
export interface Launching { launch(options: Parameters<typeof Gateway.launch>[0]): Promise<{ readonly gateway: Pick<Gateway, 'ended' | 'lastWords' | 'stop'>; readonly address: GatewayAddress }> }

// Settings that a JVM has to know when it starts; all others are given to its SparkConf.
const AT_LAUNCH = /^spark\.(driver\.(memory|extra\w+|defaultJavaOptions)|jars(\..*)?|files|archives|submit\..*|yarn\..*|kubernetes\..*|kerberos\..*)$/

const API = 'org.apache.spark.api.'

export interface Hearer {
  /** Takes what a task has to tell. */
  readonly take: (update: Buffer) => void
  /** Says something to the user. */
  readonly say: (message: Message) => void
  /** Nobody waits for it any more. */
  readonly signal: AbortSignal
}

export class Jvm {
  private constructor(
    readonly client: Py4jClient,
    readonly gateway: Pick<Gateway, 'ended' | 'lastWords' | 'stop'>,
    readonly updates: AccumulatorServer,
    /** The JavaSparkContext, and Scala's inside it. */
    readonly jsc: JavaRef,
    readonly sc: JavaRef,
    readonly version: string,
    /** The environment of workers, a list without anything in it, and where they bring updates. */
    readonly common: { readonly env: JavaRef; readonly none: JavaRef; readonly accumulator: JavaRef },
    /** Whether Spark writes nothing to a disk as it is: spark.io.encryption.enabled. */
    readonly encrypted: boolean,
    /** For files that the JVM reads; ours alone. */
    readonly directory: OwnDirectory,
    /** What either side says first. */
    readonly secret: string,
  ) {}

  /** Without a home, Spark has started us. @throws when the signal is given, too: with its reason */
  static async open(opening: Opening, home: SparkHome | undefined, hearer: Hearer, launching: Launching = Gateway): Promise<Jvm> {
    hearer.signal.throwIfAborted()
    const directory = await OwnDirectory.open()
    try { return await Jvm.#launched(opening, home, directory, hearer, launching) } catch (error) {
      directory.close()
      throw error
    }
  }

  static async #launched(opening: Opening, home: SparkHome | undefined, directory: OwnDirectory, { take, say, signal }: Hearer, launching: Launching): Promise<Jvm> {
    const { master } = opening
    const conf = [['spark.master', master], ...opening.conf.filter(([key]) => AT_LAUNCH.test(key))] as const
    const start = new Start(master, say, signal)
    if (home) say({ level: 'info', text: `Spark ${home.version} is starting` })
    const { gateway, address } = home === undefined ? joinedGateway(process.env) : await launching.launch({ sparkHome: home.path, conf, env: environment(master), directory: directory.path, log: line => start.hear(line), signal })
    const client = new Py4jClient(address)
    try { return await start.of(Jvm.#context(opening, client, gateway, address, directory, take)) } catch (error) {
      client.close()
      void gateway.stop() // it takes its time, which nobody has to wait for
      throw error
    }
  }

  static async #context(opening: Opening, client: Py4jClient, gateway: Jvm['gateway'], { secret }: GatewayAddress, directory: OwnDirectory, take: (update: Buffer) => void): Promise<Jvm> {
    const conf = await client.make('org.apache.spark.SparkConf')
    const [given, defaults] = settings(opening)
    for (const [key, value] of given) await client.call(conf, 'set', key, value)
    for (const [key, value] of defaults) await client.call(conf, 'setIfMissing', key, value)
    const jsc = await client.make(`${API}java.JavaSparkContext`, conf)
    const sc = await client.object(jsc, 'sc')
    const updates = await AccumulatorServer.open(secret, take)
    const accumulator = await client.make(`${API}python.PythonAccumulatorV2`, '127.0.0.1', updates.port, secret)
    await client.call(sc, 'register', accumulator)
    const env = await client.make('java.util.HashMap')
    for (const [key, value] of workerEnvironment(opening)) await client.call(env, 'put', key, value)
    const version = String(await client.call(jsc, 'version'))
    const encrypted = await client.statically(`${API}python.PythonUtils`, 'isEncryptionEnabled', jsc) === true
    return new Jvm(client, gateway, updates, jsc, sc, version, { env, none: await client.list([]), accumulator }, encrypted, directory, secret)
  }

  /** Ends the context and the JVM. */
  async stop(): Promise<void> {
    await this.client.call(this.jsc, 'stop').catch(() => {})
    this.client.close()
    this.updates.close()
    await this.gateway.stop()
    this.directory.close()
  }
}

/** The user's settings, and ours where the user has none. */
function settings({ master, conf }: Opening): [given: (readonly [string, string])[], defaults: (readonly [string, string])[]] {
  const here = isHere(master)
  return [
    [...conf.filter(([key]) => !AT_LAUNCH.test(key) && !key.startsWith('spark.tspark.')), ['spark.master', master]],
    [
      // Our own prompt is the page; Spark's would listen on every interface.
      ['spark.ui.enabled', 'false'], ['spark.ui.showConsoleProgress', 'false'],
      // How long a worker whose job was cancelled may go on.
      ['spark.python.task.killTimeout', '300ms'],
      ...executorMemory(master),
      ...here ? [['spark.driver.host', '127.0.0.1'], ['spark.driver.bindAddress', '127.0.0.1']] as const : [],
    ],
  ]
}

/** Of `local-cluster[workers,cores,MiB]`: a worker's memory is its executor's, which else would want more than there is. */
function executorMemory(master: string): [string, string][] {
  const [, mebibytes] = /^local-cluster\[[^,]*,[^,]*,\s*(\d+)\s*\]$/.exec(master) ?? []
  return mebibytes ? [['spark.executor.memory', `${mebibytes}m`]] : []
}

function environment(master: string): NodeJS.ProcessEnv {
  const { PYSPARK_GATEWAY_PORT: _port, PYSPARK_GATEWAY_SECRET: _secret, PYSPARK_SUBMIT_ARGS: _args, PYSPARK_PYTHON: _python, ...env } = process.env
  return isHere(master) ? { ...env, SPARK_LOCAL_IP: '127.0.0.1' } : env
}

/** `tspark-worker` begins with `#!/usr/bin/env node`: on this machine the Node that we are is the one that is found. */
function workerEnvironment({ workerHeapMb, worker, master, ship }: Opening): [string, string][] {
  const path = isHere(master) || worker.startsWith('/') ? [['PATH', [dirname(process.execPath), process.env.PATH ?? ''].join(delimiter)] as [string, string]] : []
  const sent: [string, string][] = ship === 'none' ? [] : [['TSPARK_SHIP', ship]]
  return [['TSPARK', '1'], ...path, ...sent, ...workerHeapMb > 0 ? [['TSPARK_WORKER_HEAP_MB', String(workerHeapMb)] as [string, string]] : []]
}
