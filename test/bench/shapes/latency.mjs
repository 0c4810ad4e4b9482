/**
 * From the end of a batch's interval to its printed block, at a light load. The clock is that of whoever reads the program's output, so it
 * counts what a user sees, on both sides alike. Beside batches of 100 ms, ours also has some of 10 ms, and some that are empty.
 */
import { SparkContext } from 'tspark'
import { openSender } from '../input/sender-process.mjs'
import { batches } from './batches.mjs'

export const shape = {
  what: 'from the end of a batch to its printed output, batches of 100 ms',
  minutes: 6,
  rounds: 3,
  warmUps: 0,
  sizes: {
    full: { intervalMs: 100, linesPerSecond: 1000, warmUps: 50, measured: 300 },
    small: { intervalMs: 100, linesPerSecond: 1000, warmUps: 30, measured: 100 },
    tiny: { intervalMs: 100, linesPerSecond: 1000, warmUps: 2, measured: 5 },
  },
  figures: { p50: { title: 'p50', unit: 'ms' }, p99: { title: 'p99', unit: 'ms' }, first: { title: 'first batch', unit: 'ms', ratio: false } },
  contenders: {
    'tspark': { program: 'tspark' },
    'tspark, 10 ms': { program: 'tspark', ask: { intervalMs: 10 } },
    'tspark, no lines': { program: 'tspark', ask: { linesPerSecond: 0 } },
    'Spark (Scala)': { scala: 'latency' },
  },
  rivals: ['Spark (Scala)'],
  bars: [{ of: 'tspark', figure: 'p50', atMost: 10 }, { of: 'tspark', figure: 'p99', atMost: 30 }],
  reads: true,
  equipment: openSender,
  round,
}

async function round(session, { size, argument, equipment: sender }) {
  const { intervalMs, linesPerSecond, warmUps, measured } = { ...size, ...argument }
  const blocks = new Blocks()
  session.onLine = (line, atMs) => blocks.hear(line, atMs)
  sender.pace(linesPerSecond)
  await session.ask({ port: sender.port, intervalMs })
  const delays = blocks.delays.slice(warmUps, warmUps + measured).sort((a, b) => a - b)
  const at = share => delays[Math.min(delays.length - 1, Math.floor(share * delays.length))]
  return { p50: at(0.5), p99: at(0.99), first: blocks.delays[0] }
}

/** A block ends with an empty line; its head says which batch it is. */
class Blocks {
  delays = []
  #timeMs

  hear(line, atMs) {
    const [, timeMs] = /^Time: (\d+) ms$/.exec(line) ?? []
    if (timeMs) this.#timeMs = Number(timeMs)
    if (line !== '' || this.#timeMs === undefined) return
    this.delays.push(atMs - this.#timeMs)
    this.#timeMs = undefined
  }
}

export const programs = {
  tspark: ({ warmUps, measured }) => {
    const sc = new SparkContext('local[2]', 'bench')
    return {
      async play({ port, intervalMs }) {
        await batches(sc, { intervalMs, count: warmUps + measured }, ssc => {
          ssc.socketTextStream('127.0.0.1', port).flatMap(line => line.split(' ')).map(word => [word, 1]).reduceByKey((a, b) => a + b).print()
        })
        return {}
      },
      close: () => sc.stop(),
    }
  },
}
