/** Hears from the JVM what happens to its receivers: that one has begun, on which executor, and why one has ended. Batches are heard of otherwise. */
import type { Fact } from '../driver/receiver-notes.js'
import type { CallbackServer } from './callback-server.js'
import type { JavaCalls } from './py4j-client.js'
import { JavaRef, type JavaValue } from './py4j-text.js'
import { factOf } from './receiver-facts.js'

const API = 'org.apache.spark.streaming.api.java.'
const OF_BATCHES = ['onStreamingStarted', 'onBatchSubmitted', 'onBatchStarted', 'onBatchCompleted', 'onOutputOperationStarted', 'onOutputOperationCompleted']

export interface Listening {
  readonly client: JavaCalls
  readonly callbacks: CallbackServer
  /** A JavaStreamingContext that has not started. */
  readonly context: JavaRef
  /** `stream`: Spark's number. */
  readonly heard: (stream: number, fact: Fact) => void
}

interface Info { readonly stream: number; readonly of: (method: string) => Promise<string> }

export async function listen({ client, callbacks, context, heard }: Listening): Promise<void> {
  const executors = new Map<number, string>()
  const begun = async ({ stream, of }: Info): Promise<void> => {
    const [before, executor] = [executors.get(stream), await of('executorId')]
    executors.set(stream, executor)
    if (before !== undefined && before !== executor) heard(stream, { kind: 'moved' })
    heard(stream, { kind: 'connected' })
  }
  const ended = async ({ stream, of }: Info): Promise<void> => {
    executors.delete(stream) // it starts again, wherever it likes
    const fact = factOf(await of('lastErrorMessage'), await of('lastError'))
    if (fact) heard(stream, fact)
  }
  const listener = callbacks.object(`${API}PythonStreamingListener`, {
    onReceiverStarted: told(client, begun),
    onReceiverStopped: told(client, ended),
    onReceiverError: told(client, ended),
    ...Object.fromEntries(OF_BATCHES.map(name => [name, (event: JavaValue) => { if (event instanceof JavaRef) client.release([event]) }])),
  })
  await client.scoped(async calls => {
    const python = await calls.make(`${API}PythonStreamingListenerWrapper`, listener)
    await calls.call(context, 'addStreamingListener', await calls.make(`${API}JavaStreamingListenerWrapper`, python))
  })
}

/** The callback for an event that has a receiver's state with it. */
const told = (client: JavaCalls, tell: (info: Info) => Promise<void>) => async (event: JavaRef): Promise<void> => {
  try {
    await client.scoped(async calls => {
      const info = await calls.object(event, 'receiverInfo')
      await tell({ stream: Number(await calls.call(info, 'streamId')), of: async method => String(await calls.call(info, method)) })
    })
  } finally { client.release([event]) }
}
