/** Takes broadcasts from the JVM's socket while the worker's own thread sleeps, and wakes it, whatever happens. See decrypted.ts. */
import { connect } from 'node:net'
import { workerData, type MessagePort } from 'node:worker_threads'
import { utf } from '../wire-format.js'

export interface Asked {
  /** Where the JVM serves them. */
  readonly server: { readonly port: number; readonly secret: string }
  readonly count: number
  readonly done: Int32Array
  readonly answer: MessagePort
}

export interface Taken { readonly texts: readonly Uint8Array[]; readonly error?: string }

const { server: { port, secret }, count, done, answer } = workerData as Asked
const OK = utf('ok')
// Spark's number of a broadcast, which is known already, and the length of its text.
const HEAD_BYTES = 12

let finished = false
let pieces: Buffer[] = []
let size = 0
let needed = OK.length + HEAD_BYTES

const socket = connect(port, '127.0.0.1', () => { socket.write(utf(secret)) })
socket.on('data', data => {
  pieces.push(data)
  size += data.length
  if (size >= needed) look(Buffer.concat(pieces))
})
socket.on('error', error => wake({ texts: [], error: error.message }))
socket.on('close', () => wake({ texts: [], error: 'its socket was closed' }))

/** Joined only when what was waited for is there. */
function look(bytes: Buffer): void {
  pieces = [bytes]
  const texts: Uint8Array[] = []
  let at = OK.length
  while (texts.length < count) {
    needed = at + HEAD_BYTES
    if (bytes.length >= needed) needed += bytes.readInt32BE(needed - 4)
    if (bytes.length < needed) return
    texts.push(bytes.subarray(at + HEAD_BYTES, needed))
    at = needed
  }
  socket.end('1') // the JVM waits for this byte
  wake({ texts })
}

function wake(taken: Taken): void {
  if (finished) return
  finished = true
  answer.postMessage(taken)
  Atomics.store(done, 0, 1)
  Atomics.notify(done, 0)
}
