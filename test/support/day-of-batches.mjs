/**
 * Empty batches of the word count, on the embedded engine and a manual clock, in a process of its own: argv is their
 * number. Prints heap and resident memory in bytes after the first thousand and at the end, after forced collections.
 */
import { EventBus } from '#src/core/events.js'
import { ManualClock, Seconds, SparkContext, StreamingContext } from '#src/index.js'

const count = Number(process.argv[2])
const clock = new ManualClock()
const events = new EventBus()
const sc = new SparkContext('local[1]', 'a day', events)
const ssc = new StreamingContext(sc, Seconds(1), { clock })
const lines = ssc.queueStream([])
const counts = lines.flatMap(line => line.split(' ')).map(word => [word, 1]).reduceByKey((a, b) => a + b)
let done = 0
let failed = 0
events.on('batchCompleted', ({ error }) => { error === undefined ? done++ : failed++ })
counts.foreachRDD(async rdd => { await rdd.collect() })

async function advance(batches) {
  for (let left = batches; left > 0; left -= 100) {
    clock.advance(Math.min(100, left) * 1000)
    await ssc.idle()
  }
}
function memory() {
  for (let i = 0; i < 2; i++) globalThis.gc()
  return { heapBytes: process.memoryUsage().heapUsed, residentBytes: process.memoryUsage.rss() }
}

ssc.start()
await advance(1000)
const warm = memory()
await advance(count - 1000)
console.log(JSON.stringify({ done, failed, warm, end: memory() }))
await ssc.stop()
