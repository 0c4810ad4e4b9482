/**
 * The thread that talks to the JVM, so that a busy line at the prompt keeps neither Spark's scheduler nor a running job waiting. It opens
 * the JVM at once; what the driver asks meanwhile waits for it, in order.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { SparkError } from '../../core/errors.js'
import { isOnCluster } from './joined-gateway.js'
import { JvmReceivers } from './jvm-receivers.js'
import { Jvm } from './jvm.js'
import { preflight } from './preflight/preflight.js'
import { JavaError } from './py4j-client.js'
import type { JavaRef } from './py4j-text.js'
import { RddMaker } from './rdd-maker.js'
import { shipment } from './shipping/shipment.js'
import { served } from './served.js'
import type { FromBridge, Opening, Told, ToBridge } from './spark-job.js'

const port = parentPort!
const opening = workerData as Opening
const say = (message: FromBridge, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer)
const PYTHON_RDD = 'org.apache.spark.api.python.PythonRDD'

let stopping = false
const unwanted = new AbortController()
const opened = open()
let queue = Promise.resolve()

// One after another: an RDD is dropped after the jobs over it have begun.
port.on('message', (message: ToBridge) => {
  if (message.kind === 'stop') unwanted.abort(new SparkError('CONTEXT_STOPPED')) // a start may take a minute
  queue = queue.then(() => hear(message)).catch(error => say({ kind: 'closed', error: told(error) }))
})

interface Open { readonly jvm: Jvm; readonly maker: RddMaker; readonly receivers: JvmReceivers }

async function open(): Promise<Open | undefined> {
  try {
    const home = isOnCluster() ? undefined : await preflight(opening, error => unwanted.abort(error))
    const { worker, conf } = await shipment(opening)
    const jvm = await Jvm.open({ ...opening, worker, conf }, home, { take: update => say({ kind: 'update', bytes: new Uint8Array(update) }), say: message => say({ kind: 'said', ...message }), signal: unwanted.signal })
    void jvm.gateway.ended.then(() => { if (!stopping) say({ kind: 'closed', error: told(new SparkError('SPARK_LOST', { reason: lastWords(jvm) })) }) })
    say({ kind: 'open', sparkVersion: jvm.version })
    const maker = new RddMaker(jvm, worker, opening.version)
    return { jvm, maker, receivers: new JvmReceivers({ jvm, master: opening.master, say, parts: maker.parts }) }
  } catch (error) {
    say({ kind: 'closed', error: told(error) })
    return undefined
  }
}

async function hear(message: ToBridge): Promise<void> {
  const spark = await opened
  if (message.kind === 'stop') return stop(spark)
  if (!spark) return // it was said why
  const { jvm, maker, receivers } = spark
  switch (message.kind) {
    case 'make': for (const rdd of message.rdds) maker.make(rdd); return
    case 'run': return begin(jvm, maker, message)
    case 'cancel': return void jvm.client.call(jvm.sc, 'cancelJobGroup', group(message.job)).catch(() => {})
    case 'drop': for (const rdd of message.rdds) maker.drop(rdd); return
    case 'unpersist': return void maker.unpersist(message.rdd)
    case 'broadcast': return maker.setBroadcast(message.id, message.text)
    case 'unbroadcast': return maker.dropBroadcast(message.id)
    case 'bundle': return maker.setBundle(message.number, message.text)
    case 'receive': case 'rate': case 'stopReceiving': case 'forget': return receivers.hear(message)
    default: return message satisfies never
  }
}

const group = (job: number): string => `tspark-${job}`

/** The JVM's RDD is found at once; the job takes its time, beside others. */
function begin(jvm: Jvm, maker: RddMaker, message: ToBridge & { readonly kind: 'run' }): void {
  const rdd = maker.rdd(message.rdd)
  run(jvm, rdd, message).then(
    frames => say({ kind: 'done', job: message.job, frames }),
    error => say({ kind: 'failed', job: message.job, error: told(error) }))
}

async function run(jvm: Jvm, made: Promise<JavaRef>, { job, description, partitions }: ToBridge & { readonly kind: 'run' }): Promise<Uint8Array[]> {
  const rdd = await made
  return jvm.client.session(session => session.scoped(async calls => {
    await calls.call(jvm.jsc, 'setJobGroup', group(job), description, true)
    const result = partitions
      ? await calls.staticObject(PYTHON_RDD, 'runJob', jvm.sc, rdd, await calls.list(partitions))
      : await calls.staticObject(PYTHON_RDD, 'collectAndServe', await calls.object(rdd, 'rdd'))
    const [port, secret] = [await calls.element(result, 0), await calls.element(result, 1)]
    return served(Number(port), String(secret))
  }))
}

async function stop(spark: Open | undefined): Promise<void> {
  stopping = true
  await spark?.receivers.end()
  await spark?.jvm.stop()
  say({ kind: 'stopped' })
}

function told(error: unknown): Told {
  if (error instanceof SparkError) return { code: error.code, params: error.params }
  return { java: error instanceof JavaError ? error.message : error instanceof Error ? error.stack ?? error.message : String(error) }
}

const lastWords = ({ gateway }: Jvm): string => gateway.lastWords.split('\n').filter(line => /Error|Exception|signal|memory/.test(line)).at(-1) ?? 'its process has ended'
