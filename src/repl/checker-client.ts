/**
 * The prompt's end of the checker's thread: requests in order, answers by number. If the thread dies, every request that waits, and
 * every later one, fails with its reason; nothing then runs unchecked.
 */
import { Worker } from 'node:worker_threads'
import { READY } from './compiler/protocol.js'
import type { Answer, CheckerOptions, RequestName, Requests } from './compiler/protocol.js'

interface Waiting { readonly resolve: (result: never) => void; readonly reject: (reason: Error) => void }

export class CheckerClient {
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  readonly ready: Promise<void>
  #next = READY + 1
  #dead: Error | undefined

  /** Starts the thread; close() ends it. */
  constructor(options: CheckerOptions) {
    this.#worker = new Worker(new URL('./compiler/worker.js', import.meta.url), { workerData: options, name: 'tspark checker', execArgv: [] })
    this.ready = new Promise((resolve, reject) => { this.#waiting.set(READY, { resolve: resolve as Waiting['resolve'], reject }) })
    this.ready.catch(() => {}) // whoever asks next hears the reason
    this.#worker.on('message', (answer: Answer) => this.#settle(answer))
    this.#worker.on('error', error => this.#die(error as Error))
    this.#worker.on('exit', () => this.#die(new Error('the checker has ended')))
  }

  ask<N extends RequestName>(name: N, ...args: Parameters<Requests[N]>): Promise<ReturnType<Requests[N]>> {
    if (this.#dead) return Promise.reject(this.#dead)
    const id = this.#next++
    this.#worker.ref() // a program that only waits for an answer must not end here
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as Waiting['resolve'], reject })
      this.#worker.postMessage({ id, name, args })
    })
  }

  async close(): Promise<void> {
    this.#die(new Error('the session is closed'))
    await this.#worker.terminate()
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if ('error' in answer) waiting?.reject(new Error(`the checker failed: ${answer.error}`))
    else waiting?.resolve(answer.result as never)
    if (this.#waiting.size === 0) this.#worker.unref()
  }

  #die(reason: Error): void {
    this.#dead ??= reason
    for (const { reject } of this.#waiting.values()) reject(this.#dead)
    this.#waiting.clear()
  }
}
