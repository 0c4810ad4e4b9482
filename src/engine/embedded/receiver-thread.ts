/**
 * The thread of receivers that users write: apart from the I/O thread, so that a loop in one of them stops no socket. It makes each
 * receiver live again as an executor makes functions. Started by receivers.ts; talks io-protocol.ts.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { SparkError } from '../../core/errors.js'
import type { Receiver } from '../../core/receiver.js'
import { rebuildValue } from '../../closure/rebuild.js'
import type { Portable } from '../../closure/portable.js'
import { load, loadedModule, nameKnownClass } from '../task/guest.js'
import { CustomReceiver } from './custom-receiver.js'
import type { CustomSettings, FromIoThread, ToIoThread } from './io-protocol.js'

const port = parentPort!
const { imports } = workerData as { readonly imports: readonly string[] }
const say = (message: FromIoThread): void => port.postMessage(message)
const receivers = new Map<number, Promise<CustomReceiver | undefined>>()
const broadcasts = new Map<number, unknown>()

for (const stream of ['stdout', 'stderr'] as const) redirect(stream)
// A promise or timer of one receiver that fails must not end the others.
for (const event of ['unhandledRejection', 'uncaughtException'] as const) process.on(event, error => { console.error('left behind by a receiver:', error) })
for (const url of imports) await import(url)

port.on('message', (message: ToIoThread) => {
  if (message.kind === 'free') return // it lends nothing
  const receiver = receivers.get(message.receiver)
  switch (message.kind) {
    case 'start':
      if (!receiver) receivers.set(message.receiver, open(message))
      return
    case 'release': return void receiver?.then(found => found?.release(message.bytes))
    case 'allow': return void receiver?.then(found => found?.allow(message.taken, message.allowance))
    case 'cut': return void answer(message.request, async () => (await receiver)?.cut())
    case 'stop': return void answer(message.request, async () => {
      await (await receiver)?.terminate()
      receivers.delete(message.receiver)
    })
    default: return message satisfies never
  }
})

async function answer(request: number, work: () => Promise<void>): Promise<void> {
  await work()
  say({ kind: 'done', request })
}

async function open({ receiver, settings: given, allowance }: Extract<ToIoThread, { kind: 'start' }>): Promise<CustomReceiver | undefined> {
  const settings = given as CustomSettings
  const fact = (fact: Extract<FromIoThread, { kind: 'fact' }>['fact']): void => say({ kind: 'fact', receiver, fact })
  try {
    const made = await rebuilt(settings) as Receiver<unknown>
    return new CustomReceiver(made, { ...settings, allowance }, { block: block => say({ kind: 'block', receiver, block }), fact }, nameKnownClass)
  } catch (error) {
    fact({ kind: 'ended', message: `it could not be made: ${error instanceof Error ? error.message : String(error)}`, failed: true })
    return undefined
  }
}

async function rebuilt({ portable, broadcasts: shipped }: CustomSettings): Promise<unknown> {
  await load([portable, ...shipped.map(([, value]) => value)])
  for (const [id, value] of shipped) broadcasts.set(id, live(value))
  return live(portable)
}

const live = (portable: Portable): unknown => rebuildValue(portable, {
  module: loadedModule,
  broadcast: id => broadcasts.get(id),
  accumulator: () => { throw new SparkError('ARGUMENT_INVALID', { operator: 'receiverStream', problem: 'a receiver cannot add to an accumulator', fix: 'count what it stores in a transformation or in foreachRDD' }) },
})

/** What a receiver prints goes to the driver, which alone owns the terminal. */
function redirect(stream: 'stdout' | 'stderr'): void {
  process[stream].write = ((chunk: string | Uint8Array, encoding?: unknown, done?: unknown): boolean => {
    say({ kind: 'console', stream, text: typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8') })
    const finished = [encoding, done].find(argument => typeof argument === 'function') as (() => void) | undefined
    if (finished) queueMicrotask(finished)
    return true
  }) as typeof process.stdout.write
}
