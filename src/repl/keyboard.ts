/**
 * The keys, between the terminal and readline.
 *
 * Three things readline does not do: while a line runs, keys wait (so that typing ahead is neither lost nor echoed into the
 * output) except Ctrl-C, which acts at once; a bracketed paste arrives as one piece of text, whatever it holds; and text that
 * comes in pieces of several characters (a fast typist, an input method) is inserted as one, which readline of Node 20 puts
 * at the end of the line instead of at the cursor.
 */
import { EventEmitter } from 'node:events'
import { StringDecoder } from 'node:string_decoder'

export interface KeyHandlers {
  /** Printable text, to be inserted at the cursor. */
  insert(text: string): void
  /** The text of a bracketed paste, line ends as \n. */
  paste(text: string): void
  /** Ctrl-C while keys wait. */
  interrupt(): void
  /** Ctrl-D; whether it meant the end of a text and not of the shell. */
  endText(): boolean
  /** Ctrl-R has begun to search, or the search has ended. */
  search(on: boolean): void
}

/** What readline reads from: a stream that emits only what we hand it. */
export class KeyStream extends EventEmitter {
  readonly isTTY = true
  constructor(readonly terminal: NodeJS.ReadStream) { super() }
  setRawMode(on: boolean): this { this.terminal.setRawMode(on); return this }
  pause(): this { return this }
  resume(): this { return this }
  get readable(): boolean { return true }
}

const PASTE_START = '\x1b[200~'
const PASTE_END = '\x1b[201~'
const CTRL_C = '\x03'
const CTRL_D = '\x04'
const CTRL_R = '\x12'
const SEARCH_KEYS = [CTRL_R, '\x13', '\b']
// A line end, an escape sequence, another control character, or a run of text.
const TOKEN = /\r\n|[\r\n]|\x1b(?:\[[0-?]*[ -/]*[@-~]|O[ -~]|[^\x1b\r\n])?|[\x00-\x1f\x7f]|[^\x00-\x1f\x7f]+/gu
const UNFINISHED = /\x1b\[[0-9;]*$/ // the rest of the sequence comes with the next chunk

export class Keyboard {
  readonly stream: KeyStream
  readonly #handlers: KeyHandlers
  readonly #decoder = new StringDecoder('utf8')
  #queue: string[] = []
  #paste: string | undefined
  #rest = ''
  #held = false
  #searching = false
  #onData = (chunk: Buffer): void => this.#take(this.#decoder.write(chunk))

  constructor(readonly terminal: NodeJS.ReadStream, handlers: KeyHandlers) {
    this.#handlers = handlers
    this.stream = new KeyStream(terminal)
    terminal.on('data', this.#onData)
    for (const gone of ['end', 'error']) terminal.once(gone, () => this.stream.emit('end'))
  }

  /** Keys wait from now on … */
  hold(): void { this.#held = true }
  /** … until now. */
  release(): void {
    this.#held = false
    this.#deliver()
  }

  /** The next whole line of what waits, when nothing but text is before its end: a paste that came without brackets. */
  get nextLine(): string | undefined {
    const end = this.#queue.findIndex(isLineEnd)
    return end >= 0 && end <= 1 && this.#queue.slice(0, end).every(isText) ? this.#queue.slice(0, end).join('') : undefined
  }
  skipLine(): void { this.#queue.splice(0, this.#queue.findIndex(isLineEnd) + 1) }

  close(): void {
    this.terminal.off('data', this.#onData)
    this.terminal.pause()
  }

  #take(chunk: string): void {
    const text = this.#rest + chunk
    const cut = UNFINISHED.exec(text)
    this.#rest = cut?.[0] ?? ''
    this.#split(cut ? text.slice(0, cut.index) : text)
    this.#deliver()
  }

  #split(text: string): void {
    const end = this.#paste === undefined ? -1 : text.indexOf(PASTE_END)
    if (this.#paste !== undefined && end < 0) { this.#paste += text; return }
    if (this.#paste !== undefined) {
      this.#queue.push(PASTE_START + (this.#paste + text.slice(0, end)).replace(/\r\n?/g, '\n'))
      this.#paste = undefined
      return this.#split(text.slice(end + PASTE_END.length))
    }
    const start = text.indexOf(PASTE_START)
    this.#queue.push(...(start < 0 ? text : text.slice(0, start)).match(TOKEN) ?? [])
    if (start >= 0) { this.#paste = ''; this.#split(text.slice(start + PASTE_START.length)) }
  }

  #deliver(): void {
    while (this.#queue.length && !this.#held) this.#handle(this.#queue.shift()!)
    const given = this.#queue.lastIndexOf(CTRL_C)
    if (given < 0) return
    this.#queue.splice(0, given + 1) // what was typed ahead was meant for after the line that is given up
    this.#handlers.interrupt()
  }

  #handle(key: string): void {
    if (key === CTRL_D && this.#handlers.endText()) return
    const ends = this.#searching && /^[\x00-\x1f]/.test(key) && !SEARCH_KEYS.includes(key)
    if (key === CTRL_R && !this.#searching) this.#search(true)
    if (key.startsWith(PASTE_START)) this.#handlers.paste(key.slice(PASTE_START.length))
    else if (isLineEnd(key)) this.stream.emit('data', '\r')
    else if (isText(key) && [...key].length > 1) this.#handlers.insert(key)
    else this.stream.emit('data', key)
    if (ends) this.#search(false)
  }

  #search(on: boolean): void {
    this.#searching = on
    this.#handlers.search(on)
  }
}

const isLineEnd = (key: string): boolean => key === '\r' || key === '\n' || key === '\r\n'
const isText = (key: string): boolean => key >= ' ' && key !== '\x7f'
