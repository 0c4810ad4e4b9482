/**
 * The prompt: lines become inputs, inputs are run one after another, and the prompt comes back.
 *
 * It shows the prompt before anything heavy is loaded; an input entered before the checker is ready waits, showing
 * `checking…`. It decides what a line is (a command, the beginning of something, an input) and leaves checking and running to the
 * session, looks to render.ts, the screen to the terminal.
 */
import { escapeControls } from '../core/escape.js'
import { commandOf, type CommandHost } from './commands.js'
import { completions } from './completion.js'
import { Entered } from './entered.js'
import { errorCard } from './error-card.js'
import { Offer } from './foreign/offer.js'
import { lookAtLesson } from './lessons/lesson-command.js'
import type { OpenLesson } from './lessons/lessons.js'
import { continuesChain, stripPrompts } from './paste.js'
import { cleanPaste, echoed, MORE, pastedLines, PROMPT } from './pasted.js'
import { ServedLines } from './served-lines.js'
import { Watches } from './watches.js'
import type { OpenedShell, ShellOptions } from './shell-parts.js'

export class Shell {
  readonly #options: ShellOptions
  #waiting: string[] = []
  #lines: string[] = []
  #busy = false
  #ended = false
  #previous = ''
  readonly #entered: Entered
  readonly #served: ServedLines
  readonly #watches: Watches
  #held = 0
  #current = new AbortController()
  #searching = false
  readonly #offer = new Offer()
  /** What the next prompt begins with. */
  #prefilled = ''
  /** Lines of .editor so far. */
  #editing: string[] | undefined

  constructor(options: ShellOptions) {
    this.#options = options
    this.#served = new ServedLines(options.openLineServer, text => options.terminal.print(text, 'stderr'))
    this.#watches = new Watches(options.terminal, options.look)
    this.#entered = new Entered(options.history, options.editor, problem => options.terminal.print(problem, 'stderr'))
  }

  /** Shows the first prompt, after `first` (files given with -i) has run. */
  async start(first?: () => Promise<unknown>): Promise<void> {
    this.#busy = true
    this.#options.keys.hold()
    if (first) await this.#ready().then(first).catch(error => this.#complain(error))
    this.#next()
  }

  /** A line was entered. */
  line(text: string): void {
    this.#waiting.push(text)
    if (!this.#busy) this.#begin()
  }

  /** Ctrl-D in .editor: what was typed runs as one input. Whether it was that. */
  endText(): boolean {
    const { editor, terminal } = this.#options
    if (!this.#editing) return false
    const text = [...this.#editing, editor.text].join('\n')
    this.#editing = undefined
    editor.giveUp()
    editor.hide()
    terminal.promptHidden()
    this.line(text)
    return true
  }

  /** The end of input: what waits still runs. */
  end(): void {
    this.#ended = true
    if (this.#busy || this.endText()) return
    this.#options.terminal.draw('\n')
    this.#options.terminal.promptHidden()
    void this.#options.leave()
  }

  get isPrompting(): boolean { return !this.#busy }

  /** Ctrl-C at the prompt; while something runs, what runs is stopped instead. */
  interrupt(): void {
    if (this.#busy) return this.#stop()
    const { editor, terminal } = this.#options
    const nothing = editor.text === '' && this.#lines.length === 0 && !this.#editing
    editor.giveUp()
    editor.hide()
    terminal.promptHidden()
    this.#forget()
    this.#editing = undefined
    this.#offer.take()
    if (nothing) this.#say(this.#options.cancelBatch() ? 'cancelling the batch that runs; the stream goes on' : 'to leave: .exit or Ctrl-D')
    this.#prompt()
  }

  /** What runs is stopped; what is still being checked never runs. */
  #stop(): void {
    this.#waiting = []
    this.#editing = undefined
    if (this.#options.interrupt()) return
    this.#forget()
    this.#options.terminal.print('interrupted', 'stderr')
    this.#current.abort()
  }

  /** Text pasted in one piece: one input when it has several lines, and run at once when it ends with a line end. */
  paste(text: string): void {
    const { editor, terminal } = this.#options
    const clean = cleanPaste(text)
    if (!clean.includes('\n')) return editor.insert(clean)
    const { lines, rest } = pastedLines(editor.text + clean)
    editor.clear()
    editor.hide()
    terminal.promptHidden()
    if (terminal.mode === 'redraw') terminal.draw(`\r\x1b[0J${echoed(lines, this.#lines.length > 0)}`)
    if (rest === '') return this.line(lines.join('\n'))
    this.#lines.push(...lines)
    this.#prompt()
    editor.insert(rest)
  }

  /** Output is waiting for the end of a multi-line input. */
  held(lines: number): void {
    this.#held = lines
    this.relabel()
  }

  /** What the prompt tells has changed. */
  relabel(): void {
    if (this.#searching || this.#busy) return
    this.#options.editor.relabel(this.#label())
  }

  /** Ctrl-R draws below the line, where nothing may be put in between: output waits. */
  search(on: boolean): void {
    this.#searching = on
    this.#options.terminal.hold(on || this.#lines.length > 0)
  }

  complete(line: string): Promise<[string[], string]> {
    const { terminal, look } = this.#options
    return completions(async () => (await this.#options.opened).session, this.#lines, line, { tell: text => terminal.print(look.colors.dim(escapeControls(text))), ...terminal.screen })
  }

  #begin(): void {
    this.#busy = true
    this.#options.keys.hold()
    this.#options.editor.hide()
    this.#options.terminal.hold(true)
    this.#options.terminal.promptHidden()
    const { signal } = this.#current = new AbortController()
    const givenUp = new Promise<void>(resolve => { signal.addEventListener('abort', () => resolve()) })
    void Promise.race([this.#take(this.#waiting.shift()!, signal), givenUp]).catch(error => this.#complain(error)).then(() => this.#next())
  }

  #next(): void {
    this.#busy = false
    if (this.#waiting.length) return this.#begin()
    if (this.#ended) { void this.#options.leave(); return }
    this.#prompt()
    this.#options.keys.release()
  }

  #prompt(): void {
    this.#options.terminal.hold(this.#lines.length > 0 || this.#editing !== undefined)
    this.#options.terminal.promptShown(() => this.#options.editor.show(this.#label()))
    if (this.#prefilled) this.#options.editor.insert(this.#prefilled)
    this.#prefilled = ''
  }

  #label(): string {
    if (this.#lines.length === 0 && !this.#editing) return (this.#lesson ? `lesson ${this.#lesson.place} ` : this.#options.standing?.() ?? '') + PROMPT
    return this.#held ? `...(${this.#held} lines held) ` : MORE
  }

  async #take(line: string, signal: AbortSignal): Promise<void> {
    if (this.#editing) { this.#editing.push(line); return }
    if (this.#lines.length === 0 && await this.#isForShell(line)) return
    const entered = stripPrompts([...this.#lines, line].join('\n'))
    const text = entered.trim() === '' ? this.#offer.take() : entered
    if (text === undefined) return this.#forget()
    if (text === entered && this.#isForeign(text)) return
    const { session, evaluation } = await this.#ready()
    if (signal.aborted) return
    const first = this.#lines.length === 0 && this.#previous && continuesChain(text) ? `${this.#previous}\n${text}` : text
    const input = first + this.#chained()
    const isOpen = await session.completeness(input) === 'incomplete'
    if (signal.aborted) return
    if (isOpen) { this.#lines = input.split('\n'); return }
    this.#forget()
    this.#entered.add(input)
    const ran = await evaluation.enter(input)
    await lookAtLesson(this.#host())
    this.#previous = ran === true ? input : ''
    if (ran === 'incomplete') this.#lines = input.split('\n')
  }

  /** A program in Scala or Python gets its answer, and waits for Enter. */
  #isForeign(text: string): boolean {
    const { look, terminal } = this.#options
    const answer = this.#offer.answer(text, look)
    if (answer === undefined) return false
    this.#forget()
    terminal.print(answer, 'stderr')
    return true
  }

  /** Lines of a chain that have been pasted but not yet read belong to the input before them. */
  #chained(): string {
    const { keys, terminal } = this.#options
    let chain = ''
    for (;;) {
      const next = this.#waiting[0] ?? keys.nextLine
      if (next === undefined || !continuesChain(stripPrompts(next))) return chain
      if (this.#waiting.length) this.#waiting.shift()
      else keys.skipLine()
      if (terminal.mode === 'redraw') terminal.draw(echoed([stripPrompts(next)], true))
      chain += `\n${stripPrompts(next)}`
    }
  }

  /** Commands, and lines for the line server. */
  async #isForShell(line: string): Promise<boolean> {
    if (this.#served.take(line)) { this.#forget(); return true }
    const found = commandOf(stripPrompts(line), name => this.#isBound(name), () => this.#hasFailed())
    if (!found) return false
    this.#forget()
    this.#entered.add(line)
    await found.command.run(this.#host(), found.argument)
    await lookAtLesson(this.#host())
    return true
  }

  #ran: OpenedShell | undefined
  #lesson: OpenLesson | undefined
  #isBound(name: string): boolean { return this.#ran?.session.bindings().some(binding => binding.name === name) ?? false }
  #hasFailed(): boolean { return ((this.#lesson?.context ?? this.#ran?.running())?.failedBatches.length ?? 0) > 0 }

  async #ready(): Promise<OpenedShell> {
    const { terminal } = this.#options
    let said = false
    const timer = setTimeout(() => { said = true; terminal.status('checking…') }, 100)
    try {
      const opened = await this.#options.opened
      await opened.session.ready
      return this.#ran = opened
    } finally {
      clearTimeout(timer)
      if (said) terminal.status(undefined)
    }
  }

  #host(): CommandHost {
    const { look, terminal, leave } = this.#options
    return {
      look, leave, watches: this.#watches,
      history: this.#entered.inputs,
      session: async () => (await this.#ready()).session,
      context: async () => this.#lesson?.context ?? (await this.#ready()).context(),
      lesson: this.#lesson,
      study: lesson => { this.#lesson = lesson },
      print: text => terminal.print(text),
      wait: async job => (await this.#ready()).evaluation.wait(job),
      run: async (text, file) => (await this.#ready()).evaluation.run(text, file),
      clearScreen: () => terminal.draw('\x1b[H\x1b[2J\x1b[3J'),
      serveLines: port => this.#served.serve(port),
      served: this.#served,
      complain: error => terminal.print(errorCard(error, look), 'stderr'),
      flags: async () => (await this.#ready()).flags,
      closeStreams: async () => (await this.#ready()).closeStreams(),
      prefill: text => { this.#prefilled = text; return terminal.mode === 'redraw' },
      edit: () => { this.#editing = []; this.#say('type or paste your lines; Ctrl-D runs them, Ctrl-C leaves them') },
    }
  }

  #say(text: string): void { this.#options.terminal.print(this.#options.look.colors.dim(text), 'stderr') }

  #forget(): void {
    this.#lines = []
    this.#held = 0
    this.#options.terminal.hold(false)
  }

  #complain(error: unknown): void {
    this.#forget()
    this.#options.terminal.print(errorCard(error, this.#options.look), 'stderr')
  }
}
