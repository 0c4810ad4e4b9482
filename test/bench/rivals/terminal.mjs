/**
 * A program on a terminal of its own (as `script` gives one, since without one there is no prompt): what it shows, what is typed into it, and
 * how much memory it and its children hold.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { performance } from 'node:perf_hooks'
import { descendants, residentBytes } from './process-tree.mjs'

const CONTROLS = /\x1b\[[0-9;?]*[a-zA-Z]|\x1b[()][0-9A-B]|\x1b[=>]|\r/g

export class Terminal {
  shown = ''
  /** Told each text that comes, and undefined at the end. */
  #hear = () => {}

  constructor(command, { env = {} } = {}) {
    this.child = spawn('script', ['-qfc', command, '/dev/null'], { stdio: ['pipe', 'pipe', 'ignore'], env: { ...process.env, COLUMNS: '200', ...env } })
    this.closed = once(this.child, 'close')
    this.child.stdin.on('error', () => {})
    this.child.stdout.setEncoding('utf8').on('data', text => {
      this.shown += text.replace(CONTROLS, '')
      this.#hear(text)
    })
    this.closed.then(() => this.#hear(undefined), () => this.#hear(undefined))
  }

  /** Resolves with the match, and when it came, as soon as `pattern` is shown. @throws when the program ends before */
  see(pattern, from = 0) {
    return new Promise((resolve, reject) => {
      this.#hear = text => {
        const match = pattern.exec(this.shown.slice(from))
        if (match) resolve({ match, atMs: Date.now() })
        else if (text === undefined) reject(new Error(`it ended without ${pattern}: ${this.shown.slice(-1000)}`))
      }
      this.#hear('')
    })
  }

  type(line) { this.child.stdin.write(`${line}\r`) }

  /** How long it takes from `keys` until the terminal has been sent `text`, which may hold controls. @throws when that does not come */
  press(keys, text, limitMs = 60_000) {
    return new Promise((resolve, reject) => {
      let [sent, startMs] = ['', 0]
      const give = (settle, value) => { clearTimeout(timer); this.#hear = () => {}; settle(value) }
      const missed = why => give(reject, new Error(`${why} without ${JSON.stringify(text)} after ${JSON.stringify(keys)}: ${JSON.stringify(sent.slice(-1000))}`))
      const timer = setTimeout(missed, limitMs, `${limitMs} ms went by`)
      this.#hear = more => {
        if (more === undefined) return missed('it ended')
        sent += more
        if (sent.includes(text)) give(resolve, performance.now() - startMs)
      }
      startMs = performance.now()
      this.child.stdin.write(keys)
    })
  }

  /** Of all its processes, `script` itself aside. */
  residentMb() { return descendants(this.child.pid).reduce((sum, pid) => sum + residentBytes(pid), 0) / 1e6 }

  async close() {
    for (const pid of descendants(this.child.pid)) kill(pid)
    await this.closed
  }
}

function kill(pid) { try { process.kill(pid, 'SIGKILL') } catch { /* it was faster */ } }
