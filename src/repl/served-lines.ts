/** `.nc`: the one line server a shell may have, and the lines that go to it; also what `.send` has on its way, there or to a stream. */
import type { Feed } from '../core/feed.js'
import { escapeControls } from '../core/escape.js'
import type { LineServer, openLineServer } from './line-server.js'

export class ServedLines {
  readonly #open: typeof openLineServer
  readonly #print: (text: string) => void
  /** What is being sent. */
  readonly feeds = new Set<Feed>()
  #server: LineServer | undefined

  constructor(open: typeof openLineServer, print: (text: string) => void) {
    this.#open = open
    this.#print = print
  }

  get server(): LineServer | undefined { return this.#server }

  /** True when the line begins with `>` and a server is there to send it. */
  take(line: string): boolean {
    if (!this.#server || !line.startsWith('>')) return false
    this.#server.send(line.replace(/^> ?/, ''))
    return true
  }

  /** Serves on another port, or no longer. @throws PORT_BUSY */
  async serve(port: number | undefined): Promise<void> {
    if (this.#server) for (const feed of this.feeds) feed.stop()
    await this.#server?.close()
    if (this.#server && port === undefined) this.#print('the line server is closed')
    this.#server = undefined
    if (port === undefined) return
    this.#server = await this.#open({ port, onNote: note => this.#print(escapeControls(note)) })
    this.#print(`listening on localhost:${this.#server.port}: type > and a text, and every client gets the line`)
  }
}
