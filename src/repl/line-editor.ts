/**
 * The line being typed: Node's own REPL as line editor (keys, Ctrl-R search, history), with its evaluation, completion by
 * running code, previews and Ctrl-C taken out. Ctrl-R's search prompt and the history array are the reasons for it.
 */
import { EventEmitter } from 'node:events'
import { createInterface } from 'node:readline'
import { start, type REPLServer } from 'node:repl'
import type { KeyStream } from './keyboard.js'
import type { LineView } from './terminal.js'

export interface EditorHandlers {
  line(text: string): void
  interrupt(): void
  /** Ctrl-D on an empty line, or the end of the terminal. */
  end(): void
  /** Never rejects. */
  complete(line: string): Promise<[string[], string]>
}

export interface Editor extends LineView {
  show(prompt: string): void
  /** Changes the prompt of the line being typed. */
  relabel(prompt: string): void
  /** Nothing of readline's on the screen, until the next show. */
  hide(): void
  insert(text: string): void
  clear(): void
  /** Leaves the line on the screen, given up, and begins on the next row. */
  giveUp(): void
  readonly text: string
  /** Up to the cursor. */
  readonly textBefore: string
  history: string[]
  close(): void
}

export function lineEditor(keys: KeyStream, draw: (text: string) => void, handlers: EditorHandlers): Editor {
  const screen = drawnScreen(keys, draw)
  const server = bareRepl(keys, screen, handlers)
  return {
    show(prompt) { server.setPrompt(prompt); server.prompt() },
    relabel(prompt) { server.setPrompt(prompt); server.prompt(true) },
    hide() { server.setPrompt('') },
    insert(text) { server.write(text) },
    clear() { server.write('', { ctrl: true, name: 'e' }); server.write('', { ctrl: true, name: 'u' }) },
    giveUp() { inner(server).clearLine() },
    get text() { return server.line },
    get textBefore() { return server.line.slice(0, server.cursor) },
    get history() { return inner(server).history },
    set history(lines) { inner(server).history.splice(0, Infinity, ...lines); inner(server).historyIndex = -1 },
    cursorRows: () => server.getCursorPos().rows,
    redraw() { inner(server).prevRows = 0; server.prompt(true) },
    close() { server.close() },
  }
}

interface Inner { history: string[]; historyIndex: number; prevRows: number; clearLine(): void }
const inner = (server: REPLServer): Inner => server as unknown as Inner

/** historySize 0: readline must not add lines of its own; a whole input is one entry, and ours. */
function bareRepl(keys: KeyStream, screen: NodeJS.WritableStream, handlers: EditorHandlers): REPLServer {
  const server = start({
    input: keys as unknown as NodeJS.ReadableStream, output: screen, terminal: true, useGlobal: true, preview: false, prompt: '', historySize: 0,
    eval: (_code: string, _context: unknown, _file: string, done: (error: null, value: undefined) => void) => done(null, undefined),
    completer: (line: string, done: (error: Error | null, result: [string[], string]) => void) => {
      void handlers.complete(line).then(result => done(null, result))
    },
  } as never)
  for (const event of ['line', 'SIGINT', 'close']) server.removeAllListeners(event)
  server.on('line', (text: string) => handlers.line(text))
  server.on('SIGINT', () => handlers.interrupt())
  server.on('close', () => handlers.end())
  return server
}

/** Where nothing is redrawn the terminal itself edits the line; readline only cuts it. */
export function plainEditor(input: NodeJS.ReadableStream, write: (text: string) => void, handlers: Pick<EditorHandlers, 'line' | 'end'>): Editor {
  const lines = createInterface({ input, terminal: false, crlfDelay: Infinity })
  lines.on('line', text => handlers.line(text))
  lines.on('close', () => handlers.end())
  let prompt = ''
  return {
    show(text) { prompt = text; write(prompt) },
    relabel(text) { prompt = text },
    hide() {}, insert() {}, clear() {},
    giveUp() { write('\n') },
    text: '', textBefore: '', history: [],
    cursorRows: () => 0,
    redraw() { write(prompt) },
    close() { lines.close() },
  }
}

/** The terminal as readline sees it: its size, and a write that the printer can put into a frame. */
function drawnScreen(keys: KeyStream, draw: (text: string) => void): NodeJS.WritableStream {
  const real = process.stdout
  const screen = Object.assign(new EventEmitter(), {
    isTTY: true,
    write(text: string, done?: unknown): boolean { draw(text); if (typeof done === 'function') done(); return true },
  })
  Object.defineProperties(screen, { columns: { get: () => real.columns || 80 }, rows: { get: () => real.rows || 24 } })
  const resized = (): void => { screen.emit('resize') }
  real.on('resize', resized)
  keys.once('end', () => { real.off('resize', resized) })
  return screen as unknown as NodeJS.WritableStream
}
