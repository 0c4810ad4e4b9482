/**
 * The same programs on the same stock Spark, local[2], by Node workers, by Python's and in Scala: from the command to the answer of a first small job,
 * a word count of a file when it is warm (wall, and processor time of all processes: driver, JVM, workers), and how long after its end a batch of a second has
 * been counted. Beside them the same on our own threads, without Spark.
 *
 * Each round is a new process: a start cannot be had twice.
 */
import { performance } from 'node:perf_hooks'
import { Milliseconds, SparkConf, SparkContext, StreamingContext } from 'tspark'
import { median } from '../findings.mjs'
import { openSender } from '../input/sender-process.mjs'
import { linesFile } from '../input/words.mjs'
import { spark } from '../rivals/install.mjs'
import { open } from '../rivals/kinds.mjs'
import { counted } from './file-words.mjs'

const PARTITIONS = 4

export const shape = {
  what: 'on Spark: start-up, word count, batches from a socket',
  minutes: 15,
  rounds: 3,
  warmUps: 0,
  sizes: {
    full: { lines: 1e6, cold: 2, warm: 5, linesPerSecond: 5000, intervalMs: 1000, batches: 5, measured: 20 },
    small: { lines: 2e5, cold: 1, warm: 3, linesPerSecond: 2000, intervalMs: 1000, batches: 3, measured: 15 },
    tiny: { lines: 2000, cold: 1, warm: 1, linesPerSecond: 1000, intervalMs: 100, batches: 1, measured: 3 },
  },
  prepare: ({ lines }, { cache }) => ({ path: linesFile(cache, lines) }),
  figures: {
    ms: { title: 'word count, warm', unit: 'ms', work: 'words' },
    cpuMs: { title: 'CPU', unit: 'ms' },
    lag: { title: 'a batch after its end', unit: 'ms' },
    worstLag: { title: 'the worst', unit: 'ms' },
    startMs: { title: 'start to first job', unit: 'ms' },
  },
  contenders: {
    'Spark (tspark)': { program: 'onSpark' },
    'PySpark': { python: 'on-spark' },
    'Spark (Scala)': { scala: 'on-spark' },
    'tspark, own threads': { program: 'onThreads' },
  },
  rivals: ['PySpark', 'Spark (Scala)'],
  bars: [
    { of: 'Spark (tspark)', beside: 'PySpark', figure: 'cpuMs', atLeast: 2 },
    { of: 'Spark (tspark)', beside: 'PySpark', figure: 'ms', atLeast: 1 / 0.6 },
    { of: 'Spark (tspark)', beside: 'PySpark', figure: 'lag', atLeast: 1 },
    { of: 'Spark (tspark)', beside: 'PySpark', figure: 'worstLag', atLeast: 1 },
  ],
  reads: true,
  equipment: openSender,
  open: (contender, context) => {
    const size = contender.program === 'onSpark' ? { ...context.size, home: spark(context.cache).home } : context.size
    return { begin: () => open(contender, { ...context, size }), close() {} }
  },
  round,
}

async function round({ begin }, { size, equipment: sender }) {
  const startedMs = performance.now()
  const session = begin()
  try {
    await session.ask({ what: 'first' })
    const startMs = performance.now() - startedMs
    const counts = await repeated(size.cold + size.warm, () => session.ask({ what: 'words' }))
    const warm = counts.slice(size.cold)
    sender.pace(size.linesPerSecond)
    const { lags } = await session.ask({ what: 'batches', port: sender.port })
    const { amount, result } = counts[0]
    return { startMs, ms: median(warm.map(({ ms }) => ms)), cpuMs: median(warm.map(({ cpuMs }) => cpuMs)), lag: median(lags), worstLag: Math.max(...lags), amount, result }
  } finally { await session.close() }
}

async function repeated(times, work) {
  const found = []
  for (let i = 0; i < times; i++) found.push(await work())
  return found
}

export const programs = {
  onSpark: size => session(size, new SparkConf().set('spark.tspark.engine', 'spark').set('spark.tspark.sparkHome', size.home).set('spark.driver.memory', '4g')),
  onThreads: size => session(size, new SparkConf()),
}

function session(size, conf) {
  const sc = new SparkContext(conf.setMaster('local[2]').setAppName('bench'))
  const plays = {
    first: async () => ({ result: await sc.parallelize([1, 2], 2).count() }),
    words: async () => counted(new Map(await countsOf(sc.textFile(size.path, PARTITIONS)).collect())),
    batches: ({ port }) => lagsOf(sc, size, port),
  }
  // Not of this process alone: whoever asks knows them all.
  return { play: async ({ what, ...rest }) => ({ ...await plays[what](rest), cpuMs: undefined }), close: () => sc.stop() }
}

const countsOf = lines => lines.flatMap(line => line.split(' ')).map(word => [word, 1]).reduceByKey((a, b) => a + b, PARTITIONS)

/** Of batches that had lines, the first ones left out. */
async function lagsOf(sc, { intervalMs, batches, measured }, port) {
  const ssc = new StreamingContext(sc, Milliseconds(intervalMs))
  const lags = []
  await new Promise(done => {
    countsOf(ssc.socketTextStream('127.0.0.1', port)).foreachRDD(async (rdd, time) => {
      const counts = await rdd.collect()
      if (counts.length > 0) lags.push(Date.now() - time)
      if (lags.length === batches + measured) done()
    })
    ssc.start()
  })
  await ssc.stop(false)
  return { lags: lags.slice(batches, batches + measured) }
}
