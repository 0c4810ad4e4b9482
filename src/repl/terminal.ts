/**
 * The one printer. Whatever is shown goes through here (batches, messages, errors, console.log, process.stdout.write), so that
 * nothing ever lands in the middle of the line being typed.
 *
 * While a line is being typed, output is collected for a moment and written above it in one piece: up to the first row of the
 * prompt, clear downwards, the text, prompt and line again with the cursor where it was. The terminal shows it as one frame.
 * In the middle of a multi-line input, output waits (the rows above cannot be redrawn) and its count stands in the prompt.
 * Without a terminal that can be redrawn (pipe, TERM=dumb, NO_COLOR, --plain) text is written as it comes.
 *
 * The recipe uses readline's public parts only; prompt_toolkit's patch_stdout taught that stderr belongs in it too.
 */
import { cutToWidth, wrapWords } from './width.js'

export type Stream = 'stdout' | 'stderr'
/**
 * redraw: a terminal we draw on. plain: a terminal that is only written to. script: no terminal, no prompts, values only.
 * transcript: what one would see at the prompt, without prompts: for tests and documents.
 */
export type Mode = 'redraw' | 'plain' | 'script' | 'transcript'

/** The line being typed, as the printer sees it. */
export interface LineView {
  /** Rows between the first row of the prompt and the cursor. */
  cursorRows(): number
  /** Writes prompt and line again, from the start of a row, cursor where it was. */
  redraw(): void
}

export interface TerminalOptions {
  readonly mode: Mode
  readonly columns: () => number
  /** Of the screen. Default: 24. */
  readonly rows?: () => number
  readonly write: (text: string, stream: Stream) => void
  /** Called when more output is being held, with the number of lines so far. */
  readonly onHeld?: (lines: number) => void
}

// 16 ms: what a person sees as at once; 33 ms between frames: 30 a second are enough for the eye and spare a slow terminal.
const FIRST_MS = 16
const FRAME_MS = 33
// Output held during a multi-line input: more than anyone reads afterwards.
const HELD_LINES = 2000
// Of the screen: the prompt's, the rest of a line of three, the status, and one to see what comes.
const SPARE_ROWS = 5
const [BEGIN, END] = ['\x1b[?2026h', '\x1b[?2026l'] // synchronized update

export class Terminal {
  readonly mode: Mode
  readonly #options: TerminalOptions
  #view: LineView | undefined
  #prompting = false
  #holding = false
  #pending: string[] = []
  #pendingLines = 0
  #dropped = 0
  #timer: NodeJS.Timeout | undefined
  #lastFrameMs = 0
  #status: string | undefined
  #ownStatus: string | undefined
  #progress: string | undefined
  /** The status as it stands on the screen: above the prompt, or on the cursor's row where there is none. */
  #shown: string | undefined
  /** Rows that stand right above the prompt and are drawn again in place. */
  #panel: readonly string[] = []
  #panelRows = 0
  #frame: string[] | undefined
  #atLineStart = true

  /** A status has become an ordinary line, since the line below it was entered. */
  onStatusKept: () => void = () => {}

  constructor(options: TerminalOptions) {
    this.mode = options.mode
    this.#options = options
  }

  get screen(): { readonly columns: number; readonly rows: number } {
    const { columns, rows = () => 24 } = this.#options
    return { columns: columns(), rows: rows() }
  }

  attach(view: LineView): void { this.#view = view }

  /** One or more whole lines. Messages and errors go to stderr, which matters only where the two are apart. */
  /** Broken between words, where rows are ours to draw. */
  wrapped(text: string): string { return this.mode === 'redraw' ? wrapWords(text, this.#options.columns()) : text }

  print(text: string, stream: Stream = 'stdout'): void { this.write(text.endsWith('\n') ? text : `${text}\n`, stream) }

  /** Text as a program writes it, perhaps without an end of line. */
  write(text: string, stream: Stream = 'stdout'): void {
    if (text === '') return
    if (this.#prompting || this.#holding) this.#collect(text)
    else this.#direct(text, stream)
  }

  /** What readline itself writes: the line being typed. */
  draw(text: string): void { if (this.#frame) this.#frame.push(text); else this.#options.write(text, 'stdout') }

  /** The terminal has shown `^C` on an empty row by itself: it goes. */
  eraseEcho(): void { if (this.mode === 'redraw' && this.#atLineStart && this.#shown === undefined) this.draw('\r\x1b[K') }

  /** One row above the prompt that may change: the next status, or undefined, takes its place. */
  status(text: string | undefined): void {
    this.#ownStatus = text
    if (this.#progress === undefined) this.#setStatus(text)
  }

  /** How far the line that runs is: stands in the place of any status until it is undefined. */
  progress(text: string | undefined): void {
    this.#progress = text
    this.#setStatus(text ?? this.#ownStatus)
  }

  /** Rows right above the prompt, in the place of those before. Whether this terminal can. */
  panel(rows: readonly string[]): boolean {
    if (this.mode !== 'redraw') return false
    this.#panel = rows
    if (this.#prompting && !this.#holding) this.#drawFrame('')
    return true
  }

  #setStatus(text: string | undefined): void {
    if (this.mode !== 'redraw' || text === this.#status) return
    this.#status = text === undefined ? undefined : cutToWidth(text, this.#options.columns() - 1)
    if (!this.#prompting) this.#statusHere()
    else if (!this.#holding) this.#drawFrame('')
  }

  /** From now on a prompt stands below all output: `show` draws it. */
  promptShown(show: () => void): void {
    this.#freshLine()
    if (this.#shown !== undefined) this.#options.write('\n', 'stdout')
    this.#prompting = this.#hasPrompt
    show()
  }

  /** The line was entered: output follows it directly. */
  promptHidden(): void {
    if (!this.#prompting) return
    this.#prompting = false
    this.#panelRows = 0 // they stay where they are, as ordinary lines
    this.#atLineStart = true
    if (this.#shown !== undefined) { this.#shown = this.#status = this.#ownStatus = undefined; this.onStatusKept() }
    if (!this.#holding) this.#release()
  }

  /** While held, output waits: the rows of the input above the prompt must stay where they are. */
  hold(on: boolean): void {
    this.#holding = on
    if (on || !this.#pending.length) return
    if (this.#prompting) this.#schedule()
    else this.#release()
  }

  /** Writes at once whatever still waits. */
  flush(): void {
    this.#holding = false
    if (!this.#pending.length) return
    if (this.#prompting) this.#drawFrame(this.#takePending())
    else this.#release()
  }

  get #hasPrompt(): boolean { return this.mode === 'redraw' || this.mode === 'plain' }

  #collect(text: string): void {
    this.#pending.push(text)
    this.#pendingLines += countLines(text)
    while (this.#holding && this.#pendingLines > HELD_LINES && this.#pending.length > 1) this.#drop()
    this.#schedule()
  }

  #drop(): void {
    const lines = countLines(this.#pending.shift()!)
    this.#pendingLines -= lines
    this.#dropped += lines
  }

  #schedule(): void {
    const sinceMs = Date.now() - this.#lastFrameMs
    this.#timer ??= setTimeout(() => { this.#timer = undefined; this.#tick() }, Math.max(FIRST_MS, FRAME_MS - sinceMs))
  }

  #tick(): void {
    if (!this.#prompting || !this.#pending.length) return
    if (this.#holding) this.#options.onHeld?.(this.#dropped + this.#pendingLines)
    else this.#drawFrame(this.#takePending())
  }

  #release(): void {
    const text = this.#takePending()
    if (text) this.#direct(text, 'stdout')
  }

  #takePending(): string {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const dropped = this.#dropped ? `… ${this.#dropped} earlier lines were not kept\n` : ''
    const text = dropped + this.#pending.join('')
    this.#pending = []
    this.#pendingLines = this.#dropped = 0
    return text === '' || text.endsWith('\n') ? text : `${text}\n`
  }

  #drawFrame(text: string): void {
    this.#lastFrameMs = Date.now()
    if (this.mode !== 'redraw') return this.#belowPrompt(text)
    const up = this.#view!.cursorRows() + this.#panelRows + (this.#shown === undefined ? 0 : 1)
    this.#shown = this.#status
    const panel = this.#panelToDraw()
    this.#panelRows = panel.length
    this.#frame = [BEGIN, '\r', up ? `\x1b[${up}A` : '', '\x1b[0J', text, this.#shown === undefined ? '' : `${this.#shown}\n`, ...panel.map(row => `${row}\n`)]
    this.#view!.redraw()
    const frame = [...this.#frame, END].join('')
    this.#frame = undefined
    this.#options.write(frame, 'stdout')
  }

  /** As much of it as leaves room for the line being typed and a few rows above: what has left the screen cannot be drawn again. */
  #panelToDraw(): string[] {
    const { rows, columns } = this.screen
    const most = Math.max(0, rows - this.#view!.cursorRows() - SPARE_ROWS)
    const fits = this.#panel.length <= most ? this.#panel : [...this.#panel.slice(0, Math.max(0, most - 1)), `… ${this.#panel.length - most + 1} more rows`].slice(0, most)
    return fits.map(row => cutToWidth(row, columns - 1))
  }

  /** A terminal that is never redrawn: output begins on its own line, and the prompt is shown again below it. */
  #belowPrompt(text: string): void {
    this.#options.write(`\n${text}`, 'stdout')
    this.#view!.redraw()
  }

  #direct(text: string, stream: Stream): void {
    this.#options.write(this.#shown === undefined ? text : `\r\x1b[K${text}`, stream)
    this.#shown = undefined
    this.#atLineStart = text.endsWith('\n')
    this.#statusHere()
  }

  /** Where no prompt is, the status has the cursor's row. */
  #statusHere(): void {
    if (this.#shown === this.#status || !this.#atLineStart) return
    this.#options.write(`\r\x1b[K${this.#status ?? ''}`, 'stdout')
    this.#shown = this.#status
  }

  #freshLine(): void {
    if (!this.#hasPrompt || this.#atLineStart) return
    this.#options.write('\n', 'stdout')
    this.#atLineStart = true
  }
}

function countLines(text: string): number {
  let lines = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++
  return lines
}
