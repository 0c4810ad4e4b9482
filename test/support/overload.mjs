/**
 * A word count in batches of a second on local[2] before a sender as fast as it goes, in a process of its own: argv is `words` or `slow-words`
 * (ten times the work for each line), and for how many seconds. Prints what was sent and counted, the highest resident memory
 * in bytes, and of each batch its lines and how long it waited.
 */
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { EventBus } from '#src/core/events.js'
import { Seconds, SparkConf, SparkContext, StreamingContext } from '#src/index.js'

const OPERATIONS = {
  words: lines => lines.flatMap(line => line.split(' ')),
  'slow-words': lines => lines.flatMap(line => {
    let found = []
    for (let i = 0; i < 10; i++) found = line.split(' ').map(word => word.toLowerCase())
    return found
  }),
}
const [operation, seconds] = [OPERATIONS[process.argv[2]], Number(process.argv[3])]

const sender = fork(fileURLToPath(new URL('./fast-sender.mjs', import.meta.url)))
const said = () => new Promise(told => sender.once('message', told))
const port = await said()

const events = new EventBus()
const sc = new SparkContext(new SparkConf().setMaster('local[2]').setAppName('overload'), undefined, events)
const ssc = new StreamingContext(sc, Seconds(1))
const batches = []
let [counted, mostBytes] = [0, 0]
setInterval(() => { mostBytes = Math.max(mostBytes, process.memoryUsage.rss()) }, 100).unref()
events.on('printed', () => {})
events.on('batchCompleted', ({ records, submissionMs, processingStartMs }) => {
  batches.push({ lines: [...records.values()][0], delayMs: processingStartMs - submissionMs })
})
const lines = ssc.socketTextStream('127.0.0.1', port)
operation(lines).map(word => [word, 1]).reduceByKey((a, b) => a + b).print()
lines.foreachRDD(async rdd => { counted += await rdd.count() })
ssc.start()

await new Promise(over => setTimeout(over, seconds * 1000))
const stopped = said()
sender.send('stop')
const sent = await stopped
while (counted < sent) await new Promise(done => { const off = events.on('batchCompleted', () => { off(); done() }) })
await ssc.stop()
console.log(JSON.stringify({ sent, counted, mostBytes, batches: batches.slice(0, seconds) }))
