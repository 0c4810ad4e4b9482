/**
 * Puts the shell together: flags, terminal, session, signals, and the way out. bin/ gives it what other rooms provide.
 *
 * The order is what makes the prompt quick: flags, terminal and prompt first; contexts, engine and checker are loaded while the
 * user reads the banner.
 */
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import pc from 'picocolors'
import { events, type Events } from '../core/events.js'
import { SparkError } from '../core/errors.js'
import type { StreamingContext } from '../index.js'
import { surroundings } from '../core/wiring.js'
import { escapeControls } from '../core/escape.js'
import { banner } from './banner.js'
import { realOutput, type RealOutput } from './captured-output.js'
import { errorCard } from './error-card.js'
import { Evaluation } from './evaluation.js'
import { History, historyFile } from './history.js'
import { Interrupts } from './interrupt.js'
import { Keyboard } from './keyboard.js'
import { lineEditor, plainEditor, type Editor, type EditorHandlers } from './line-editor.js'
import type { openLineServer } from './line-server.js'
import { showLiveEvents } from './live-events.js'
import { offers } from './mend-commands.js'
import { helpText, parseOptions, type ShellOptions } from './options.js'
import type { Look } from './render.js'
import { runScript } from './script.js'
import type { Session } from './session.js'
import { Shell } from './shell.js'
import type { Keys, OpenedShell } from './shell-parts.js'
import { standingLabel, watchStanding } from './standing-clock.js'
import { patiently } from './tab.js'
import { Terminal, type Mode } from './terminal.js'

/** What a session runs on, made from the flags. */
export interface Opened {
  readonly session: Session
  /** Ends the stream and the engine. */
  stop(options: { gracefully: boolean }): Promise<void>
  /** The context that runs, else the ready-made one. */
  readonly context: () => StreamingContext
  /** Ends the stream that runs and forgets the ready-made one. */
  readonly closeStreams: () => Promise<void>
  readonly streaming: () => boolean
  /** Records that are there for the next batch. */
  readonly waiting: () => number
  /** Frees the executors from a batch that has run for long; whether there was one. */
  readonly cancelBatch: () => boolean
  /** Called once, when the prompt stands and nothing else is being loaded. */
  readonly warmUp: () => void
}

export interface ShellParts {
  readonly version: string
  readonly defaultMaster: string
  readonly open: (options: ShellOptions & { readonly master: string }) => Promise<Opened>
  readonly openLineServer: typeof openLineServer
  readonly printBlock: (event: Events['printed']) => string
}

/** Runs a shell with the process's own terminal until the user leaves; it then ends the process. */
export function openShell(argv: readonly string[], parts: ShellParts): void {
  const options = readOptions(argv, parts.version)
  if (options) new Running(options, parts).begin()
}

function readOptions(argv: readonly string[], version: string): ShellOptions | undefined {
  try {
    const options = parseOptions(argv)
    if (!options.help && !options.version) return options
    process.stdout.write(`${options.help ? helpText() : version}\n`)
  } catch (error) {
    process.stderr.write(error instanceof SparkError ? `${error.message}\n  ${error.fix}\n` : `${String(error)}\n`)
    process.exitCode = 1
  }
  return undefined
}

export function chooseMode({ plain, code }: Pick<ShellOptions, 'plain' | 'code'>, env = process.env, tty = { in: process.stdin.isTTY, out: process.stdout.isTTY }): Mode {
  if (code.length || !tty.in) return 'script'
  const plainly = plain || !tty.out || env.TERM === 'dumb' || !!env.NO_COLOR
  return plainly ? 'plain' : 'redraw'
}

/** console.log may show data; its own colours are harmless, every other command to the terminal is shown instead of sent. */
const escapeAllButColours = (text: string): string =>
  text.split(/(\x1b\[[0-9;]*m)/).map((piece, i) => i % 2 ? piece : escapeControls(piece)).join('')

function read(file: string): string {
  try { return readFileSync(file, 'utf8') } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new SparkError('FLAG_VALUE', { flag: '-i', problem: code === 'ENOENT' ? `finds no file "${file}"` : `cannot read "${file}": ${message}` })
  }
}

class Running {
  readonly #options: ShellOptions & { master: string }
  readonly #parts: ShellParts
  readonly #output: RealOutput = realOutput()
  readonly #terminal: Terminal
  readonly #look: Look
  readonly #interrupts: Interrupts
  #cancelBatch = (): boolean => false
  #waiting = (): number => 0
  #opened: Promise<Opened & OpenedShell> | undefined
  #close: () => void = () => {}
  #leaving = false
  #failed = false
  #shell: Shell | undefined

  constructor(options: ShellOptions, parts: ShellParts) {
    this.#options = { ...options, master: options.master ?? parts.defaultMaster }
    this.#parts = parts
    const mode = chooseMode(options)
    surroundings.hasPrompt = mode !== 'script'
    const columns = (): number => process.stdout.columns || 80
    this.#terminal = new Terminal({ mode, columns, rows: () => process.stdout.rows || 24, write: this.#output.write, onHeld: lines => this.#shell?.held(lines) })
    this.#look = { colors: pc.createColors(mode === 'redraw'), columns }
    this.#interrupts = new Interrupts(mode === 'redraw' ? process.stdin : undefined, () => process.exit(129))
  }

  begin(): void {
    if (this.#options.plain) process.env.NO_COLOR = '1' // console.log asks it
    const shown = this.#terminal.mode === 'script' ? (text: string): string => text : escapeAllButColours
    this.#output.capture((text, stream) => this.#terminal.write(shown(text), stream))
    this.#guard()
    if (this.#terminal.mode === 'script') this.#script()
    else this.#interactive()
  }

  #interactive(): void {
    const terminal = this.#terminal
    terminal.print(banner({ version: this.#parts.version, master: this.#options.master, batchMs: this.#options.batchMs }, this.#look))
    const opened = new Promise<void>(resolve => setImmediate(resolve)).then(() => this.#open())
    opened.catch(error => this.#cannotOpen(error))
    void opened.then(async ({ session, warmUp }) => { await session.ready; warmUp() }).catch(() => {}) // whoever uses them hears the reason
    const { editor, keys } = this.#editor()
    terminal.attach(editor)
    this.#shell = new Shell({
      terminal, editor, keys, opened, look: this.#look, history: new History(historyFile()), openLineServer: this.#parts.openLineServer,
      interrupt: () => this.#interrupts.interrupt(), cancelBatch: () => this.#cancelBatch(), standing: () => this.#standing(), leave: () => this.#leave(),
    })
    const { preload } = this.#options
    void this.#shell.start(preload.length ? () => this.#preload() : undefined)
  }

  #editor(): { editor: Editor; keys: Keys } {
    const handlers: EditorHandlers = {
      line: text => this.#shell!.line(text), interrupt: () => this.#interrupted(), end: () => this.#shell!.end(),
      complete: line => this.#shell!.complete(line),
    }
    if (this.#terminal.mode === 'plain') {
      const editor = plainEditor(process.stdin, text => this.#terminal.draw(text), handlers)
      this.#close = () => editor.close()
      return { editor, keys: { hold() {}, release() {}, nextLine: undefined, skipLine() {} } }
    }
    const keyboard = new Keyboard(process.stdin, {
      insert: text => editor.insert(text), paste: text => this.#shell!.paste(text), interrupt: () => this.#interrupted(), endText: () => this.#shell!.endText(), search: on => this.#shell!.search(on),
    })
    const complete = patiently(handlers.complete, keyboard, () => editor.textBefore)
    const editor = lineEditor(keyboard.stream, text => this.#terminal.draw(text), { ...handlers, complete })
    this.#drawOnTerminal(editor, keyboard)
    return { editor, keys: keyboard }
  }

  /** Bracketed paste while the shell runs; after a stop (Ctrl-Z, SIGSTOP) the terminal is set up anew. */
  #drawOnTerminal(editor: Editor, keyboard: Keyboard): void {
    const setUp = (): void => { process.stdin.setRawMode(false); process.stdin.setRawMode(true); this.#terminal.draw('\x1b[?2004h') }
    const tearDown = (): void => { this.#terminal.draw('\x1b[?2004l') }
    const resume = (): void => { setUp(); if (this.#shell?.isPrompting) editor.redraw() }
    setUp()
    process.on('SIGCONT', resume)
    process.on('exit', tearDown)
    this.#close = () => { process.off('SIGCONT', resume); process.off('exit', tearDown); tearDown(); keyboard.close(); editor.close() }
  }

  #script(): void {
    const work = async (): Promise<void> => {
      const opened = await this.#open()
      if (!await this.#preload()) this.#failed = true
      if (!await runScript(this.#programLines(), opened)) this.#failed = true
      if (!this.#leaving) await this.#leave() // else a signal came first, with its own exit code
    }
    work().catch(error => this.#cannotOpen(error))
  }

  #programLines(): AsyncIterable<string> {
    const { code } = this.#options
    if (code.length) return Readable.from(code.flatMap(text => text.split('\n')))
    return createInterface({ input: process.stdin, terminal: false, crlfDelay: Infinity })
  }

  async #open(): Promise<Opened & OpenedShell> {
    const made = (async () => {
      const opened = await this.#parts.open(this.#options)
      const running = (): StreamingContext | undefined => opened.streaming() ? opened.context() : undefined
      const evaluation = new Evaluation({ session: opened.session, terminal: this.#terminal, interrupts: this.#interrupts, look: this.#look, liveFunctions: () => running()?.liveFunctions() ?? [] })
      const intervalMs = (): number | undefined => running()?.batchDuration.milliseconds
      showLiveEvents({ events, terminal: this.#terminal, look: this.#look, evaluation, intervalMs, offers: () => offers(running(), this.#look), printBlock: this.#parts.printBlock })
      this.#cancelBatch = opened.cancelBatch
      this.#waiting = opened.waiting
      if (this.#terminal.mode === 'script') events.on('expectation', ({ state }) => { if (state === 'failed') this.#failed = true })
      if (surroundings.clock) watchStanding(events, surroundings.clock, () => this.#shell?.relabel())
      const { master, batchMs, conf } = this.#options
      return { ...opened, running, evaluation, flags: { master, batchMs, conf } }
    })()
    this.#opened = made
    return made
  }

  #standing(): string { return surroundings.clock ? standingLabel({ clock: surroundings.clock, waiting: this.#waiting(), columns: this.#look.columns() }) : '' }

  async #preload(): Promise<boolean> {
    const { evaluation } = await this.#opened!
    let succeeded = true
    for (const file of this.#options.preload) if (!await this.#runFile(file, evaluation)) succeeded = false
    return succeeded
  }

  async #runFile(file: string, evaluation: Evaluation): Promise<boolean> {
    try { return await evaluation.run(read(file), file) } catch (error) {
      this.#terminal.print(errorCard(error, this.#look), 'stderr')
      return false
    }
  }

  /** Ctrl-D, .exit, the end of a script: what was received is still processed; Ctrl-C or a second signal cuts that short. */
  async #leave({ gracefully = true, code }: { gracefully?: boolean; code?: number } = {}): Promise<void> {
    if (this.#leaving) return this.#end(code)
    this.#leaving = true
    setInterval(() => {}, 1000) // threads that are ending do not keep the process alive until it has its exit code
    const opened = await Promise.race([this.#opened, undefined]).catch(() => undefined)
    if (opened?.streaming() && gracefully && this.#terminal.mode !== 'script') this.#terminal.print('stopping the stream; Ctrl-C leaves at once', 'stderr')
    await opened?.stop({ gracefully }).catch(error => this.#terminal.print(errorCard(error, this.#look), 'stderr'))
    await this.#end(code)
  }

  async #end(code = this.#failed ? 1 : 0): Promise<void> {
    this.#terminal.flush()
    this.#close()
    this.#interrupts.close()
    await this.#output.drained()
    process.exit(code)
  }

  /** What would otherwise end the process: errors nobody caught, and signals. */
  #guard(): void {
    const report = (error: unknown): void => { this.#failed = true; this.#terminal.print(errorCard(error, this.#look), 'stderr') }
    process.on('uncaughtException', report)
    process.on('unhandledRejection', report)
    process.on('SIGTERM', () => { void this.#leave({ code: 143 }) }) // 128 + the signal's number, as shells count
    process.on('SIGINT', () => this.#interrupted())
  }

  #interrupted(): void {
    if (this.#leaving) void this.#end(130)
    else if (this.#shell) this.#shell.interrupt()
    else void this.#leave({ gracefully: false, code: 130 })
  }

  #cannotOpen(error: unknown): void {
    if (this.#leaving) return // what still waited has been cut off by the leaving
    this.#terminal.print(errorCard(error, this.#look), 'stderr')
    this.#failed = true
    void this.#end(1)
  }
}
