/**
 * The prompt's end of the checker's thread: requests in order, answers by number.
 *
 * A thread that dies (a type too large for its memory), or that is given up because one line keeps it for ever, is started again
 * with what the lines before had declared: the session goes on, and only the requests that waited fail. A thread that cannot even
 * start stays dead, and everything asked of it fails with its reason; nothing ever runs unchecked.
 */
import { Worker } from 'node:worker_threads'
import { READY } from './compiler/protocol.js'
import type { Answer, CheckerOptions, Committed, RequestName, Requests } from './compiler/protocol.js'

interface Waiting { readonly sinceMs: number; readonly resolve: (result: never) => void; readonly reject: (reason: Error) => void }

/** A request that found no answer, since its thread ended. */
export class CheckerLost extends Error {}

// Checking a line takes well under this, also on a busy machine.
const TOO_LONG_MS = 1000

export class CheckerClient {
  readonly #options: CheckerOptions
  readonly #committed: Committed[] = []
  readonly #waiting = new Map<number, Waiting>()
  readonly ready: Promise<void>
  #worker: Worker
  #isReady = false
  #next = READY + 1
  #dead: Error | undefined

  /** Starts the thread; close() ends it. */
  constructor(options: CheckerOptions) {
    this.#options = options
    this.#worker = this.#start()
    this.ready = this.#expect(READY)
    this.ready.catch(() => {}) // whoever asks next hears the reason
  }

  ask<N extends RequestName>(name: N, ...args: Parameters<Requests[N]>): Promise<ReturnType<Requests[N]>> {
    if (this.#dead) return Promise.reject(this.#dead)
    const id = this.#next++
    this.#worker.ref() // a program that only waits for an answer must not end here
    this.#worker.postMessage({ id, name, args })
    return this.#expect(id)
  }

  /** The line ran: its names are known from now on, in this thread and in any that takes its place. */
  /** `aside`: a command that looked at something; it is no part of what the session has come to. */
  async commit(line: number, aside = false): Promise<void> {
    const committed = await this.ask('commit', line)
    this.#committed.push(aside ? { ...committed, statements: [] } : committed)
  }

  /** What the lines that ran have left, in their order. */
  get committed(): readonly Committed[] { return this.#committed }

  /** No lines have run but these: neither for this thread nor for one that takes its place. Gives those that had. */
  async exchange(committed: readonly Committed[] = []): Promise<readonly Committed[]> {
    const former = this.#committed.splice(0, Infinity, ...committed)
    await this.ask('reset', committed)
    return former
  }

  /** Ctrl-C: a thread that has been at one request for long is replaced. True when it was. */
  giveUp(): boolean {
    const [oldest] = this.#waiting.values()
    if (!this.#isReady || !oldest || performance.now() - oldest.sinceMs < TOO_LONG_MS) return false
    this.#lost(this.#worker, 'was given up')
    return true
  }

  async close(): Promise<void> {
    this.#fail(this.#dead ??= new Error('the session is closed'))
    await this.#worker.terminate()
  }

  #start(): Worker {
    const workerData: CheckerOptions = { ...this.#options, committed: this.#committed }
    const worker = new Worker(new URL('./compiler/worker.js', import.meta.url), { workerData, name: 'tspark checker', execArgv: [] })
    worker.on('message', (answer: Answer) => { if (worker === this.#worker) this.#settle(answer) })
    worker.on('error', error => this.#lost(worker, `failed: ${String(error)}`))
    worker.on('exit', () => this.#lost(worker, 'ended'))
    return worker
  }

  #lost(worker: Worker, how: string): void {
    if (worker !== this.#worker || this.#dead) return
    void worker.terminate()
    if (!this.#isReady) return this.#fail(this.#dead = new Error(`the checker could not start: it ${how}`))
    this.#isReady = false
    this.#worker = this.#start()
    this.#fail(new CheckerLost(`the checker ${how} and was started again; the session goes on, but not with this line`))
  }

  #expect<T>(id: number): Promise<T> {
    return new Promise((resolve, reject) => { this.#waiting.set(id, { sinceMs: performance.now(), resolve, reject }) })
  }

  #settle(answer: Answer): void {
    if (answer.id === READY) this.#isReady = true
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if ('error' in answer) waiting?.reject(new Error(`the checker failed: ${answer.error}`))
    else waiting?.resolve(answer.result as never)
    if (this.#waiting.size === 0) this.#worker.unref()
  }

  #fail(reason: Error): void {
    const all = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const { reject } of all) reject(reason)
  }
}
