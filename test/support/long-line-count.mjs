/**
 * The word count over a socket, in a process of its own: argv is the port. Prints each batch's counts and each message as a line of JSON,
 * and when stdin ends the most resident memory there was, in bytes.
 */
import { EventBus } from '#src/core/events.js'
import { Milliseconds, SparkContext, StreamingContext } from '#src/index.js'

const events = new EventBus()
const sc = new SparkContext('local[2]', 'long lines', events)
const ssc = new StreamingContext(sc, Milliseconds(200))
const say = value => console.log(JSON.stringify(value))
events.on('batchCompleted', ({ error }) => { if (error !== undefined) say({ error: String(error) }) })
// A word of many megabytes is told by its length.
ssc.socketTextStream('localhost', Number(process.argv[2]))
  .flatMap(line => line.split(' '))
  .map(word => [word.length > 100 ? `${word.length} characters` : word, 1])
  .reduceByKey((a, b) => a + b)
  .foreachRDD(async rdd => { for (const [word, count] of await rdd.collect()) say({ word, count }) })
ssc.start()
events.on('message', ({ text }) => say({ text }))
process.stdin.resume().on('end', async () => {
  say({ mostBytes: process.resourceUsage().maxRSS * 1024 })
  await ssc.stop(true)
})
