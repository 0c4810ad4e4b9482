/** Asks the compiler thread: one thread per question, ended by its answer, so that TypeScript's memory is given back. */
import { Worker } from 'node:worker_threads'
import { SparkError } from '../core/errors.js'
import type { ErrorCode } from '../core/errors.js'
import type { Findings } from './check.js'

export interface PrepareTask { readonly task: 'prepare'; readonly file: string }
export interface CheckTask { readonly task: 'check'; readonly file: string; readonly locale: string | undefined; readonly colour: boolean }

export type Answer =
  | { readonly ok: true; readonly findings?: Findings }
  | { readonly ok: false; readonly code: ErrorCode | undefined; readonly params: Record<string, string>; readonly message: string }

export async function askCompiler(question: PrepareTask | CheckTask): Promise<Findings | undefined> {
  const answer = await answerOf(new Worker(new URL('./compiler-thread.js', import.meta.url), { workerData: question, execArgv: [] }))
  if (answer.ok) return answer.findings
  throw answer.code ? new SparkError(answer.code, answer.params) : new Error(answer.message)
}

function answerOf(worker: Worker): Promise<Answer> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', code => { reject(new Error(`the compiler thread ended with code ${code} before it answered`)) })
  })
}
