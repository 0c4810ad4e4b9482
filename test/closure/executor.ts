/** One worker thread for the tests of closure/: sends it a portable, gives back its answer. */
import { Worker } from 'node:worker_threads'
import { once } from 'node:events'
import type { Portable } from '#src/closure/portable.js'

let worker: Worker | undefined

export async function inExecutor(portable: Portable, call: 'probe' | 'each'): Promise<unknown> {
  worker ??= new Worker(new URL('./fixtures/executor.mjs', import.meta.url))
  const answered = once(worker, 'message')
  worker.postMessage({ portable, call })
  const [{ value, error }] = await answered as [{ value?: unknown; error?: { name: string; message: string; stack: string } }]
  if (error) throw Object.assign(new Error(error.message), error)
  return value
}

export async function closeExecutor(): Promise<void> {
  await worker?.terminate()
  worker = undefined
}
