/**
 * A StreamingContext of the JVM that does nothing but receive: Spark's own receivers on executors, their write-ahead log, their
 * rate limit. Of each of its batches it hands over the input as an RDD, which is kept as a part; all that follows is ours.
 *
 * The callback is answered as soon as the part is known. Blocks stay where they are (spark.streaming.unpersist is off) until
 * the driver says `forget`, so that neither a slow batch nor a window keeps a thread of the JVM waiting.
 */
import { SparkError } from '../../core/errors.js'
import type { Fact } from '../driver/receiver-notes.js'
import type { CallbackServer } from './callback-server.js'
import type { Jvm } from './jvm.js'
import { listen } from './jvm-listener.js'
import { Long, type JavaRef } from './py4j-text.js'
import type { FromReceivers, ReceivingSpec } from './receiver-messages.js'

const STREAMING = 'org.apache.spark.streaming.'
const PYTHON_DSTREAM = `${STREAMING}api.python.PythonDStream`
// With a log, executors drop what is older than this: no batch should have to wait longer.
const LOGGED_MS = 10 * 60_000
// Receivers give back their blocks and go; Spark itself waits for ten seconds.
const STOP_MS = 12_000

interface Receiver {
  readonly number: number
  /** Spark's number of the stream. */
  readonly stream: number
  upToMs: number
}

interface Started { readonly context: JavaRef; readonly tracker: JavaRef }

export interface JvmStreamingOptions {
  readonly jvm: Jvm
  readonly callbacks: CallbackServer
  readonly spec: ReceivingSpec
  /** Of each block that they store. */
  readonly copies: number
  readonly say: (message: FromReceivers) => void
  /** Keeps an RDD under a number of its own. */
  readonly keep: (rdd: JavaRef) => number
}

export class JvmStreaming {
  readonly #receivers = new Map<number, Receiver>()
  readonly #rates = new Map<number, number>()
  #scheduler: JavaRef | undefined
  #started: Started | undefined
  #arrived: () => void = () => {}

  constructor(readonly options: JvmStreamingOptions) {}

  /** Everything is registered, then it runs. What throws leaves no context behind. */
  async start(): Promise<void> {
    const { jvm: { client, jsc }, callbacks, spec, say } = this.options
    const duration = await client.make(`${STREAMING}Duration`, new Long(spec.batchMs))
    const context = await client.make(`${STREAMING}api.java.JavaStreamingContext`, jsc, duration)
    try {
      if (spec.log !== undefined) await this.#log(context, spec.log)
      for (const { number, host, port, rate } of spec.receivers) {
        this.#rates.set(number, rate)
        await this.#receive(context, number, host, port)
      }
      await listen({ client, callbacks, context, heard: (stream, fact) => this.#fact(stream, fact) })
      this.#scheduler = await client.scoped(async calls => calls.keep(await calls.object(await calls.object(context, 'ssc'), 'scheduler')))
      await client.session(session => session.call(context, 'start'))
      this.#started = { context, tracker: await client.object(this.#scheduler, 'receiverTracker') }
      say({ kind: 'receiving', spec: spec.number, fromMs: Date.now() })
    } catch (error) {
      await client.call(context, 'stop', false, false).catch(() => {})
      throw error
    }
  }

  limit(receiver: number, rate: number): void {
    this.#rates.set(receiver, rate)
    const found = this.#receivers.get(receiver)
    if (found) this.#sendRate(found)
  }

  /** Ends the connections, waits for the batch that has the rest, and ends the context. */
  async stop(): Promise<void> {
    const { jvm: { client }, spec, say } = this.options
    const started = this.#started
    if (!started) return
    await within(STOP_MS, client.session(session => session.call(started.tracker, 'stop', false)))
    const lastMs = await this.#lastMs(started)
    say({ kind: 'receiversStopped', spec: spec.number, lastMs })
    await within(spec.batchMs + STOP_MS, this.#all(lastMs))
    await this.end()
  }

  /** At once, whatever is still to come. */
  async end(): Promise<void> {
    const { client } = this.options.jvm
    const started = this.#started
    this.#started = undefined
    if (!started) return
    await within(STOP_MS, client.session(session => session.call(started.context, 'stop', false, false)))
    client.release([started.context, started.tracker, this.#scheduler!])
  }

  // — before the start —

  async #log(context: JavaRef, directory: string): Promise<void> {
    const { jvm: { client }, callbacks, spec } = this.options
    await client.call(context, 'checkpoint', directory)
    // Spark writes the graph down with each batch. It is not read again by us: an id is enough.
    const serializer = callbacks.object(`${STREAMING}api.python.PythonTransformFunctionSerializer`, {
      dumps: (id: string) => Buffer.from(id, 'utf8'),
      loads: () => { throw new SparkError('SPARK_JOB_FAILED', { reason: 'the JVM\'s own checkpoints of streams are not read' }) },
      getLastFailure: () => null,
    })
    await client.statically(PYTHON_DSTREAM, 'registerSerializer', serializer)
    await client.call(context, 'remember', await client.make(`${STREAMING}Duration`, new Long(Math.max(LOGGED_MS, 10 * spec.batchMs))))
  }

  async #receive(context: JavaRef, number: number, host: string, port: number): Promise<void> {
    const { jvm: { client }, callbacks, copies } = this.options
    await client.scoped(async calls => {
      const level = await calls.staticObject('org.apache.spark.api.java.StorageLevels', 'create', true, true, false, false, copies)
      const stream = await calls.object(context, 'socketTextStream', host, port, level)
      const id = Number(await calls.call(await calls.object(stream, 'dstream'), 'id'))
      const receiver: Receiver = { number, stream: id, upToMs: -Infinity }
      this.#receivers.set(number, receiver)
      await calls.statically(PYTHON_DSTREAM, 'callForeachRDD', stream, callbacks.object(`${STREAMING}api.python.PythonTransformFunction`, {
        call: async (timeMs: number, rdds: JavaRef) => { await this.#batch(receiver, Number(timeMs), rdds) },
        getLastFailure: () => null,
      }))
    })
  }

  // — what the JVM tells —

  async #batch(receiver: Receiver, timeMs: number, rdds: JavaRef): Promise<void> {
    const { jvm: { client }, spec, say, keep } = this.options
    try {
      const part = await client.scoped(async calls => {
        const rdd = await calls.object(rdds, 'get', 0)
        const partitions = Number(await calls.call(rdd, 'getNumPartitions'))
        if (partitions === 0) return undefined
        const records = await this.#recordsOf(receiver, timeMs)
        return { number: keep(calls.keep(rdd)), partitions, records }
      })
      say({ kind: 'received', spec: spec.number, receiver: receiver.number, timeMs, part })
    } finally { client.release([rdds]) }
    receiver.upToMs = timeMs
    this.#arrived()
    this.#sendRate(receiver)
  }

  #recordsOf({ stream }: Receiver, timeMs: number): Promise<number> {
    return this.options.jvm.client.scoped(async calls => {
      const time = await calls.make(`${STREAMING}Time`, new Long(timeMs))
      const infos = await calls.object(await calls.object(this.#scheduler!, 'inputInfoTracker'), 'getInfo', time)
      return Number(await calls.call(await calls.object(infos, 'apply', stream), 'numRecords'))
    })
  }

  #fact(stream: number, fact: Fact): void {
    const { say, spec } = this.options
    for (const receiver of this.#receivers.values()) if (receiver.stream === stream) say({ kind: 'receiverFact', spec: spec.number, receiver: receiver.number, fact })
  }

  // — on the way —

  /** Again with each batch: a receiver that has started anew begins with the rate of the beginning. */
  #sendRate({ number, stream }: Receiver): void {
    const rate = this.#rates.get(number) ?? Infinity
    const { client } = this.options.jvm
    if (this.#started && rate < Infinity) client.call(this.#started.tracker, 'sendRateUpdate', stream, new Long(Math.ceil(rate))).catch(() => {})
  }

  /** The time of the JVM's batch that has all the rest. */
  async #lastMs({ tracker }: Started): Promise<number> {
    const { jvm: { client }, spec: { batchMs } } = this.options
    const isLeft = await client.call(tracker, 'hasUnallocatedBlocks').catch(() => false)
    return (Math.floor(Date.now() / batchMs) + (isLeft === true ? 1 : 0)) * batchMs
  }

  async #all(timeMs: number): Promise<void> {
    while ([...this.#receivers.values()].some(({ upToMs }) => upToMs > -Infinity && upToMs < timeMs)) await new Promise<void>(resolve => { this.#arrived = resolve })
  }
}

/** Resolves when the work is done, well or badly, or the time has passed. */
export async function within(limitMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<void>(resolve => { timer = setTimeout(resolve, limitMs) })
  await Promise.race([work.catch(() => {}), limit])
  clearTimeout(timer)
}
