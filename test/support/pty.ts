/**
 * A real pseudo-terminal without a package that must be compiled: `script` runs the program on one, a headless xterm reads
 * what it draws. Keys go in by a pipe, which `script` hands on as typed.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import xterm from '@xterm/headless'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export interface PtyOptions { readonly columns?: number; readonly rows?: number; readonly env?: Record<string, string> }

export class Pty {
  readonly #child: ChildProcess
  readonly #screen: InstanceType<typeof xterm.Terminal>
  readonly #wake = new Set<() => void>()
  /** Everything that was written to the terminal. */
  raw = ''
  exitCode: number | undefined

  constructor(command: string, { columns = 80, rows = 24, env = {} }: PtyOptions = {}) {
    this.#screen = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 10_000 })
    const script = `stty rows ${rows} cols ${columns}; exec ${command}`
    const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(NO_COLOR|FORCE_COLOR|VITEST|CI)/.test(name)))
    this.#child = spawn('script', ['-qfec', script, '/dev/null'], { cwd: ROOT, env: { ...clean, TERM: 'xterm-256color', TSPARK_HISTORY: '', ...env } })
    this.#child.stdout!.on('data', (chunk: Buffer) => { this.raw += chunk.toString('utf8'); this.#screen.write(chunk, () => this.#notify()) })
    this.#child.on('exit', code => { this.exitCode = code ?? -1; this.#notify() })
  }

  get pid(): number { return this.#child.pid! }

  write(keys: string): void { this.#child.stdin!.write(keys) }

  /** One key each `everyMs`. */
  async type(text: string, everyMs = 0): Promise<void> {
    for (const char of text) {
      this.write(char)
      if (everyMs) await new Promise(resolve => setTimeout(resolve, everyMs))
    }
  }

  /** Rows of scrollback and screen, without blanks at their ends. */
  get rows(): string[] {
    const buffer = this.#screen.buffer.active
    return Array.from({ length: buffer.length }, (_, i) => buffer.getLine(i)?.translateToString(true) ?? '')
  }
  get text(): string { return this.rows.join('\n').trimEnd() }
  /** The row the cursor is on, and its column. */
  get cursor(): { row: string; column: number } {
    const { cursorX, cursorY, baseY } = this.#screen.buffer.active
    return { row: this.rows[baseY + cursorY] ?? '', column: cursorX }
  }

  async until(what: string | RegExp | (() => boolean), limitMs = 15_000): Promise<void> {
    const holds = typeof what === 'function' ? what : typeof what === 'string' ? () => this.text.includes(what) : () => what.test(this.text)
    if (holds()) return
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => { this.#wake.delete(check); reject(new Error(`not seen in ${limitMs} ms: ${what}\n${this.text}`)) }, limitMs)
      const check = (): void => { if (holds()) { clearTimeout(timer); this.#wake.delete(check); resolve() } }
      this.#wake.add(check)
    })
  }

  /** The program has ended; its exit code. */
  async ended(limitMs = 15_000): Promise<number> {
    await this.until(() => this.exitCode !== undefined, limitMs)
    return this.exitCode!
  }

  kill(): void { if (this.exitCode === undefined) this.#child.kill('SIGKILL') }

  #notify(): void { for (const check of [...this.#wake]) check() }
}

/** The shell with a session of plain JavaScript: see fake-shell.mjs. */
export const FAKE_SHELL = `${process.execPath} ${ROOT}test/support/fake-shell.mjs`

/** The built shell. */
export const SHELL = `${process.execPath} ${ROOT}bin/tspark-shell.cjs`
