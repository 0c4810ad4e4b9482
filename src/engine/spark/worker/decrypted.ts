/**
 * Broadcasts of a Spark that encrypts what it writes: its files are of no use to a worker, so the JVM reads them out on a socket of their own,
 * and does nothing else until they have been taken.
 *
 * A worker reads by plain calls, which Node has for its own file 0 only. So a thread does it, and the worker sleeps until that thread is done. What
 * came stays in memory: nothing of it touches a disk.
 */
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads'
import type { Asked, Taken } from './decrypting-thread.js'

/** The texts, in the order in which Spark named them. */
export function decrypted(server: Asked['server'], count: number): string[] {
  if (count === 0) return []
  const { port1, port2 } = new MessageChannel()
  const done = new Int32Array(new SharedArrayBuffer(4))
  const thread = new Worker(new URL('./decrypting-thread.js', import.meta.url), { workerData: { server, count, done, answer: port2 } satisfies Asked, transferList: [port2], execArgv: [] })
  Atomics.wait(done, 0, 0)
  const { texts, error } = receiveMessageOnPort(port1)!.message as Taken
  port1.close()
  void thread.terminate()
  if (error !== undefined) throw new Error(`an encrypted broadcast could not be read: ${error}`)
  return texts.map(bytes => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'))
}
