/**
 * Ctrl-C. It never ends the shell: it clears the line, stops a line that runs, cancels the job that is awaited, or stops
 * waiting. The terminal's raw mode makes it a mere byte, so for synchronous code raw mode is left: then it is a signal again,
 * and V8 breaks the code off.
 */
export class Interrupts {
  readonly #terminal: { setRawMode?: (on: boolean) => unknown } | undefined
  readonly #onHangUp: () => void
  #running: AbortController | undefined

  /** `terminal` where raw mode is ours to leave. `onHangUp`: the terminal was closed. */
  constructor(terminal: { setRawMode?: (on: boolean) => unknown } | undefined, onHangUp: () => void) {
    this.#terminal = terminal
    this.#onHangUp = onHangUp
    process.on('SIGHUP', this.#onHangUp)
  }

  /** Runs what Ctrl-C may stop. */
  async during<R>(work: (signal: AbortSignal) => Promise<R>): Promise<R> {
    const running = this.#running = new AbortController()
    try { return await work(running.signal) } finally { this.#running = undefined }
  }

  /** True when there was something to stop. */
  interrupt(): boolean {
    this.#running?.abort()
    return this.#running !== undefined
  }

  /** For synchronous code. A closed terminal then simply ends the process, since no handler of ours could run. */
  readonly withSigint = <R>(run: () => R): R => {
    process.off('SIGHUP', this.#onHangUp)
    this.#terminal?.setRawMode?.(false)
    try { return run() } finally {
      this.#terminal?.setRawMode?.(true)
      process.on('SIGHUP', this.#onHangUp)
    }
  }

  close(): void { process.off('SIGHUP', this.#onHangUp) }
}
