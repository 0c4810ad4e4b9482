/**
 * The time until Spark stands: what its user is told meanwhile, and the end of it where the log shows that it cannot come to a good one. Spark itself tries
 * for a minute where a port, a secret or a version is wrong. Its log is heard afterwards, too, for what a user should know.
 */
import type { SparkError } from '../../core/errors.js'
import { SparkLog, type Message } from './spark-log.js'
import { startError, startErrorIn } from './start-error.js'

export type { Message }

// A start takes three to ten seconds.
const LONG_MS = 15_000

export class Start {
  readonly #log: SparkLog
  #standing = false
  #end: (error: unknown) => void = () => {}
  readonly #ended: Promise<never>

  constructor(readonly master: string, readonly say: (message: Message) => void, readonly signal: AbortSignal) {
    this.#log = new SparkLog(say)
    this.#ended = new Promise((_, reject) => { this.#end = reject })
    this.#ended.catch(() => {}) // whoever waits in `of` hears it
    signal.addEventListener('abort', () => this.#end(signal.reason))
  }

  hear(line: string): void {
    const hopeless: SparkError | undefined = this.#standing ? undefined : startErrorIn(line, this.master)
    if (hopeless) this.#end(hopeless)
    else this.#log.hear(line)
  }

  /** Gives what is made, once it stands. @throws what the log gave away before, or the reason of the signal */
  async of<T>(made: Promise<T>): Promise<T> {
    const timer = setTimeout(() => this.say({ level: 'info', text: `Spark is not there yet: it waits for ${this.master}` }), LONG_MS)
    made.catch(() => {}) // it fails with the JVM, when nobody waits any more
    try {
      const found = await Promise.race([made, this.#ended])
      this.#standing = true
      return found
    } catch (error) { throw startError(error, this.master) } finally { clearTimeout(timer) }
  }
}
