/**
 * The checker's thread: it loads the TypeScript compiler so that the prompt's thread need not, and answers one request at a time.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { Checker } from './checker.js'
import { READY } from './protocol.js'
import type { Answer, CheckerOptions, Request, Requests } from './protocol.js'

const checker = new Checker(workerData as CheckerOptions)

const handlers: Requests = {
  completeness: text => checker.completeness(text),
  check: (text, line, file) => checker.check(text, line, file),
  commit: line => checker.commit(line),
  complete: (text, cursor) => checker.complete(text, cursor),
  typeOf: expression => checker.typeOf(expression),
  docOf: expression => checker.docOf(expression),
  signatures: (text, cursor) => checker.signatures(text, cursor),
  bindings: () => checker.bindings(),
  reset: committed => checker.reset(committed),
  parsedFiles: () => checker.parsedFiles,
}

parentPort!.on('message', ({ id, name, args }: Request) => {
  try {
    answer({ id, result: (handlers[name] as (...args: readonly unknown[]) => unknown)(...args) })
  } catch (error) {
    answer({ id, error: error instanceof Error ? error.stack ?? error.message : String(error) })
  }
})

// The first check costs a second: it reads the library's types. Better now than when the first line is entered.
checker.check('0', -1)
answer({ id: READY, result: undefined })

function answer(message: Answer): void { parentPort!.postMessage(message) }
