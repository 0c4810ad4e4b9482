/**
 * The I/O thread: runs all receivers of the process, so that neither the prompt nor an executor ever waits for a socket, and
 * an executor that dies takes no input with it. Started by receivers.ts; talks io-protocol.ts.
 */
import { parentPort } from 'node:worker_threads'
import type { FromIoThread, SocketSettings, ToIoThread } from './io-protocol.js'
import { lineBufferPool } from './line-blocks.js'
import { SocketReceiver } from './socket-receiver.js'

// Several batches of most streams.
const TRIM_MS = 5000

const port = parentPort!
const receivers = new Map<number, SocketReceiver>()
const pool = lineBufferPool()
setInterval(() => pool.trim(), TRIM_MS).unref()
const say = (message: FromIoThread): void => port.postMessage(message)

port.on('message', (message: ToIoThread) => {
  if (message.kind === 'free') return pool.giveBack(message.number)
  const receiver = receivers.get(message.receiver)
  switch (message.kind) {
    case 'start':
      if (!receiver) receivers.set(message.receiver, open(message))
      return
    case 'release':
      receiver?.release(message.bytes)
      return
    case 'allow':
      receiver?.allow(message.taken, message.allowance)
      return
    case 'cut':
      receiver?.cut()
      return say({ kind: 'done', request: message.request })
    case 'stop':
      receiver?.stop()
      receivers.delete(message.receiver)
      return say({ kind: 'done', request: message.request })
    default:
      return message satisfies never
  }
})

function open({ receiver, settings, allowance }: Extract<ToIoThread, { kind: 'start' }>): SocketReceiver {
  return new SocketReceiver(settings as SocketSettings, allowance, {
    block: block => say({ kind: 'block', receiver, block }),
    fact: fact => say({ kind: 'fact', receiver, fact }),
  }, pool)
}
