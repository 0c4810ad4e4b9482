/**
 * A sender as fast as it goes, for TSPARK_SECONDS, before a word count in batches of a second on local[2]: what the whole process takes of
 * memory at most, how late batches are, how soon the rate has settled, and whether every line that was sent is counted. The slow
 * word count needs ten times as long for each line, so that the sender is ten times too fast and more.
 */
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { EventBus } from '#src/core/events.js'
import { Seconds, SparkConf, SparkContext, StreamingContext } from '#src/index.js'

const SECONDS = Number(process.env.TSPARK_SECONDS ?? 60)
const SENDER = fileURLToPath(new URL('../support/fast-sender.mjs', import.meta.url))

export const bench = {
  what: `a sender as fast as it goes, ${SECONDS} s, batches of 1 s, local[2]`,
  once: true,

  async setup() {
    return {
      contenders: {
        'word count': () => overload(words),
        'the same, each line ten times as slow': () => overload(slowWords),
      },
      close: () => {},
    }
  },
}

const words = lines => lines.flatMap(line => line.split(' '))
const slowWords = lines => lines.flatMap(line => {
  let found = []
  for (let i = 0; i < 10; i++) found = line.split(' ').map(word => word.toLowerCase())
  return found
})

async function overload(operation) {
  const sender = await fastSender()
  const { events, sc, ssc } = context()
  const [batches, most] = [[], watch()]
  let counted = 0
  events.on('batchCompleted', info => batches.push(info))
  const lines = ssc.socketTextStream('127.0.0.1', sender.port)
  operation(lines).map(word => [word, 1]).reduceByKey((a, b) => a + b).count().print()
  lines.foreachRDD(async rdd => { counted += await rdd.count() })
  ssc.start()
  await new Promise(over => setTimeout(over, SECONDS * 1000))
  const sent = await sender.stop()
  await new Promise(all => events.on('batchCompleted', () => { if (counted >= sent) all() }))
  await ssc.stop()
  if (counted !== sent) throw new Error(`${counted} lines were counted, ${sent} sent`)
  return `${Math.round(most())} MiB at most, ${told(batches.filter(({ records }) => [...records.values()][0] > 0))}`
}

function context() {
  const events = new EventBus()
  events.on('printed', () => {})
  const sc = new SparkContext(new SparkConf().setMaster('local[2]').setAppName('overload'), undefined, events)
  return { events, sc, ssc: new StreamingContext(sc, Seconds(1)) }
}

function told(batches) {
  const records = batches.map(batch => [...batch.records.values()][0])
  const settled = records.slice(10, SECONDS)
  const middle = settled.toSorted((a, b) => a - b)[settled.length >> 1]
  const delay = Math.max(...batches.map(({ submissionMs, processingStartMs }) => processingStartMs - submissionMs))
  if (process.env.TSPARK_SHOW) for (const [i, { submissionMs, processingStartMs, processingEndMs }] of batches.entries()) console.log(i, records[i], processingStartMs - submissionMs, processingEndMs - processingStartMs)
  return `late by ${delay} ms at most, ${middle} lines a batch from the tenth on (the first ten: ${records.slice(0, 10).join(' ')})`
}

async function fastSender() {
  const child = fork(SENDER)
  const port = await new Promise(said => child.once('message', said))
  return { port, async stop() { const sent = new Promise(said => child.once('message', said)); child.send('stop'); return sent } }
}

function watch() {
  let most = 0
  setInterval(() => { most = Math.max(most, process.memoryUsage.rss()) }, 100).unref()
  return () => most / 2 ** 20
}
