/**
 * From a batch's time to its printed output, at light load: the word count from a socket, in batches of 100 ms and of 10 ms, some
 * lines every 20 ms, and without any. What is printed are milliseconds past the batch's time: of the first batch, and the middle, the
 * 99th of 100 and the last of all others.
 */
import { createServer } from 'node:net'
import { EventBus } from '#src/core/events.js'
import { Milliseconds, SparkConf, SparkContext, StreamingContext } from '#src/index.js'

const BATCHES = Number(process.env.TSPARK_BATCHES ?? 300)

export const bench = {
  what: `ms from a batch's time to its printed block, ${BATCHES} batches`,
  once: true,

  async setup() {
    return {
      contenders: {
        'word count, 100 ms batches': () => latencies(100, 5),
        'word count, 10 ms batches': () => latencies(10, 5),
        'empty batches of 100 ms': () => latencies(100, 0),
      },
      close: () => {},
    }
  },
}

async function latencies(batchMs, lines) {
  const events = new EventBus()
  const sc = new SparkContext(new SparkConf().setMaster('local[2]').setAppName('latency'), undefined, events)
  const ssc = new StreamingContext(sc, Milliseconds(batchMs))
  const sender = await sending(lines)
  const late = []
  const enough = new Promise(resolve => events.on('printed', ({ timeMs }) => { if (late.push(Date.now() - timeMs) > BATCHES) resolve() }))
  ssc.socketTextStream('127.0.0.1', sender.address().port).flatMap(line => line.split(' ')).map(word => [word, 1]).reduceByKey((a, b) => a + b).print()
  ssc.start()
  await enough
  await ssc.stop()
  sender.stop()
  const [first, ...rest] = late
  rest.sort((a, b) => a - b)
  const at = share => rest[Math.min(rest.length - 1, Math.floor(share * rest.length))]
  return `first ${first} ms, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${rest.at(-1)} ms`
}

/** A server that says some lines every 20 ms. */
async function sending(lines) {
  const clients = new Set()
  const server = createServer(client => {
    clients.add(client)
    client.on('error', () => {}).on('close', () => clients.delete(client))
  })
  const text = 'to be or not to be that is the question\n'.repeat(lines)
  const timer = setInterval(() => { for (const client of clients) client.write(text) }, 20)
  await new Promise(listening => server.listen(0, '127.0.0.1', listening))
  return Object.assign(server, { stop() { clearInterval(timer); for (const client of clients) client.destroy(); server.close() } })
}
