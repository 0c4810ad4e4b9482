/**
 * Ctrl-C. It never ends the shell: it clears the line, stops a line that runs, cancels the job that is awaited, or stops
 * waiting. The terminal's raw mode makes it a mere byte, so for synchronous code raw mode is left: then it is a signal again,
 * and V8 breaks the code off.
 */
import { Script } from 'node:vm'

export class Interrupts {
  readonly #terminal: { setRawMode?: (on: boolean) => unknown } | undefined
  readonly #onHangUp: () => void
  #running: { readonly stop: () => void; given: boolean } | undefined

  /** `terminal` where raw mode is ours to leave. `onHangUp`: the terminal was closed. */
  constructor(terminal: { setRawMode?: (on: boolean) => unknown } | undefined, onHangUp: () => void) {
    this.#terminal = terminal
    this.#onHangUp = onHangUp
    process.on('SIGHUP', this.#onHangUp)
  }

  /** Runs what Ctrl-C may stop; `stop` ends its waiting. */
  async during<R>(stop: () => void, work: () => Promise<R>): Promise<R> {
    this.#running = { stop, given: false }
    try { return await work() } finally { this.#running = undefined }
  }

  /** True when there was something to stop. */
  interrupt(): boolean {
    if (!this.#running) return false
    this.#running.given = true
    this.#running.stop()
    return true
  }

  /**
   * For synchronous code. V8 watches for the signal before raw mode is left and until it is back, so that no Ctrl-C falls in
   * between. A closed terminal then simply ends the process, since no handler of ours could run.
   */
  readonly withSigint = <R>(run: () => R): R => {
    if (this.#running?.given) throw Object.assign(new Error('given up before it ran'), { code: 'ERR_SCRIPT_EXECUTION_INTERRUPTED' })
    process.off('SIGHUP', this.#onHangUp)
    try { return watched(() => this.#outOfRawMode(run)) } finally {
      this.#terminal?.setRawMode?.(true) // where V8 broke the code off, no inner `finally` has run
      process.on('SIGHUP', this.#onHangUp)
    }
  }

  close(): void { process.off('SIGHUP', this.#onHangUp) }

  #outOfRawMode<R>(run: () => R): R {
    if (!this.#terminal?.setRawMode) return run()
    this.#terminal.setRawMode(false)
    try { return run() } finally {
      this.#terminal.setRawMode(true)
      Atomics.wait(PAUSE, 0, 0, PAUSE_MS)
    }
  }
}

// A signal that came at the last moment is still on its way to V8's watching thread, which a busy machine runs a little later;
// once the watch has ended it would be lost.
const PAUSE = new Int32Array(new SharedArrayBuffer(4))
const PAUSE_MS = 5

const WATCHED = Symbol.for('tspark.watched')
const watchedScript = new Script(`globalThis[Symbol.for('tspark.watched')]()`)

/** Only code that a script calls is watched: here the script calls back. */
function watched<R>(run: () => R): R {
  const main = globalThis as { [WATCHED]?: () => R }
  main[WATCHED] = run
  try { return watchedScript.runInThisContext({ breakOnSigint: true, displayErrors: false }) as R } finally { delete main[WATCHED] }
}
