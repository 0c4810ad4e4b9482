/** The thread in which TypeScript runs: compiles a program into the cache, or checks its types. Answers once and ends. */
import { parentPort, workerData } from 'node:worker_threads'
import { SparkError } from '../core/errors.js'
import { prune } from './cache.js'
import { check } from './check.js'
import type { Answer, CheckTask, PrepareTask } from './compiler.js'
import { prepare } from './prepare.js'

function answer(question: PrepareTask | CheckTask): Answer {
  try {
    const findings = question.task === 'check' ? check(question) : undefined
    if (!findings?.errors) prepare(question.file, { compile: true })
    prune()
    return { ok: true, ...findings && { findings } }
  } catch (error) { return refusal(error) }
}

const refusal = (error: unknown): Answer => error instanceof SparkError
  ? { ok: false, code: error.code, params: error.params as Record<string, string>, message: error.message }
  : { ok: false, code: undefined, params: {}, message: String((error as Error)?.stack ?? error) }

parentPort!.postMessage(answer(workerData as PrepareTask | CheckTask))
