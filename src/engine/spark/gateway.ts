/**
 * The driver's JVM: started by Spark's own spark-submit as `pyspark-shell`, which opens a Py4J gateway on loopback and nothing else; no
 * Python is started.
 *
 * Its secret is handed over in a file that only we can read, never on a command line. It ends when its standard input does: by
 * `stop`, or because we are gone, however we went. What it logs is kept, the last of it, for errors.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { SparkError } from '../../core/errors.js'
import type { GatewayAddress } from './py4j-client.js'

export interface GatewayOptions {
  readonly sparkHome: string
  /** Settings that must be there when the JVM starts. */
  readonly conf: readonly (readonly [string, string])[]
  readonly env: NodeJS.ProcessEnv
  /** Which only we can read: there the JVM says where it listens. */
  readonly directory: string
  /** Told each line that the JVM logs. */
  readonly log?: (line: string) => void
  /** Nobody waits for it any more. */
  readonly signal?: AbortSignal
}

const POLL_MS = 20
const KEPT_LINES = 60
// A JVM that was told to end stops its executors first.
const STOP_MS = 8000

export class Gateway {
  readonly #lines: string[] = []
  /** Resolves when the JVM has ended, however it did. */
  readonly ended: Promise<void>
  #hasEnded = false

  private constructor(readonly process: ChildProcess, log: GatewayOptions['log']) {
    this.ended = new Promise(resolve => {
      process.once('error', error => { this.#lines.push(error.message); resolve() })
      process.once('exit', () => resolve())
    })
    void this.ended.then(() => { this.#hasEnded = true })
    for (const stream of [process.stdout, process.stderr]) stream!.setEncoding('utf8').on('data', (text: string) => this.#hear(text, log))
    process.stdin!.on('error', () => {}) // it may have ended by itself
  }

  /** @throws SPARK_START_FAILED with what it said last */
  static async launch(options: GatewayOptions): Promise<{ readonly gateway: Gateway; readonly address: GatewayAddress }> {
    const info = join(options.directory, 'connection')
    const flags = options.conf.flatMap(([key, value]) => ['--conf', `${key}=${value}`])
    const process = spawn(join(options.sparkHome, 'bin', 'spark-submit'), [...flags, 'pyspark-shell'], {
      // Without a pinned thread every connection has a thread of its own, which suits an event loop.
      env: { ...options.env, SPARK_HOME: options.sparkHome, _PYSPARK_DRIVER_CONN_INFO_PATH: info, PYSPARK_PIN_THREAD: 'false' },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true, // a Ctrl-C at the prompt is for the prompt
    })
    const gateway = new Gateway(process, options.log)
    try { return { gateway, address: await gateway.#address(info, options.signal) } } catch (error) {
      void gateway.stop()
      throw error
    } finally { rmSync(info, { force: true }) }
  }

  /** What it logged last. */
  get lastWords(): string { return this.#lines.join('\n') }

  async stop(): Promise<void> {
    this.process.stdin!.end()
    const timer = setTimeout(() => this.process.kill('SIGKILL'), STOP_MS)
    await this.ended
    clearTimeout(timer)
  }

  /** The file appears under its name when it is complete. */
  async #address(info: string, signal: AbortSignal | undefined): Promise<GatewayAddress> {
    while (!existsSync(info)) {
      signal?.throwIfAborted()
      if (this.#hasEnded) throw new SparkError('SPARK_START_FAILED', { reason: this.#reason() })
      await Promise.race([this.ended, new Promise(resolve => setTimeout(resolve, POLL_MS))])
    }
    return addressIn(readFileSync(info))
  }

  #reason(): string {
    const telling = this.#lines.filter(line => line.trim() !== '' && !/^\s+at |WARN|NOTE:/.test(line))
    return telling.find(line => /Exception|Error/.test(line)) ?? telling.at(-1) ?? 'it ended without a word'
  }

  #hear(text: string, log: GatewayOptions['log']): void {
    for (const line of text.split('\n')) {
      if (line === '') continue
      this.#lines.push(line)
      if (this.#lines.length > KEPT_LINES) this.#lines.shift()
      log?.(line)
    }
  }
}

/** Java's int and UTF-8 with its length before it. */
export function addressIn(bytes: Buffer): GatewayAddress {
  const length = bytes.readInt32BE(4)
  return { port: bytes.readInt32BE(0), secret: bytes.toString('utf8', 8, 8 + length) }
}
