/**
 * A process that plays when it is asked: every contender, ours too, has one for itself, so that none is warmed, slowed or fed by another.
 *
 * A line on its standard input asks, a line `@@ {…}` on its standard output answers; the first answer says that it stands. All other
 * lines are what its program printed: `onLine` hears them with the time at which they came. Who opens one closes it.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { cpuMs } from './process-tree.mjs'

const ANSWER = '@@ '
const TOLD_BYTES = 4000

export class Session {
  #told = ''
  #answer
  #ended = false

  /**
   * @param phrase  the line that asks, from the argument of ask()
   * @param failure  a line that says that no answer will come
   */
  constructor({ command, args, env = {}, cwd, phrase = JSON.stringify, failure }) {
    this.phrase = phrase
    this.failure = failure
    this.onLine = () => {}
    this.child = spawn(command, args, { stdio: 'pipe', cwd, env: { ...process.env, ...env } })
    this.closed = once(this.child, 'close').then(() => this.#end('it ended'), error => this.#end(error.message))
    this.child.stdin.on('error', () => {})
    this.child.stderr.setEncoding('utf8').on('data', text => this.#tell(text))
    createInterface({ input: this.child.stdout }).on('line', line => this.#hear(line))
    this.ready = this.#next()
  }

  get pid() { return this.child.pid }

  /** One play: its figures, and `result`, in which all contenders must agree. Whose answer has no CPU time gets that of its processes. */
  async ask(argument = {}) {
    await this.ready
    const [startMs, answer] = [cpuMs(this.pid), this.#next()]
    this.child.stdin.write(`${this.phrase(argument)}\n`)
    const facts = await answer
    return startMs === undefined ? facts : { cpuMs: cpuMs(this.pid) - startMs, ...facts }
  }

  async close() {
    this.child.stdin.end()
    const killer = setTimeout(() => this.child.kill('SIGKILL'), 10_000)
    await this.closed
    clearTimeout(killer)
  }

  #next() {
    if (this.#ended) return Promise.reject(new Error(`it has ended: ${this.#told}`))
    const { promise, resolve, reject } = withResolvers()
    this.#answer = { resolve, reject }
    promise.catch(() => {}) // whoever asks hears of it; a session that nobody asks may end
    return promise
  }

  #hear(line) {
    if (line.startsWith(ANSWER)) return this.#settle(JSON.parse(line.slice(ANSWER.length)))
    if (this.failure?.test(line)) this.#answer?.reject(new Error(`${line}\n${this.#told}`))
    this.#tell(`${line}\n`)
    this.onLine(line, Date.now())
  }

  #settle(answer) {
    if (answer.error) this.#answer.reject(new Error(answer.error))
    else this.#answer.resolve(answer)
  }

  #tell(text) { this.#told = (this.#told + text).slice(-TOLD_BYTES) }

  #end(why) {
    this.#ended = true
    this.#answer?.reject(new Error(`${why}: ${this.#told}`))
  }
}

/** Promise.withResolvers, which Node 20 lacks. */
function withResolvers() {
  let resolve, reject
  const promise = new Promise((yes, no) => { resolve = yes; reject = no })
  return { promise, resolve, reject }
}
