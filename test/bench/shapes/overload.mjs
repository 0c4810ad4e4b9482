/**
 * A sender that is much faster than the program, for a minute: how much memory does the whole process take at most, how late do batches
 * get, and is every line counted? `offered` says how many times more the sender gives to a receiver that only throws away.
 */
import { once } from 'node:events'
import { connect } from 'node:net'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Seconds, SparkContext, StreamingContext } from 'tspark'
import { openSender } from '../input/sender-process.mjs'
import { WORDS_PER_LINE } from '../input/words.mjs'

export const shape = {
  what: 'word count from a socket under a sender that is much faster',
  minutes: 3,
  rounds: 1,
  warmUps: 0,
  sizes: { full: { seconds: 60, sinkSeconds: 2 }, small: { seconds: 10, sinkSeconds: 2 }, tiny: { seconds: 0.3, sinkSeconds: 0.3 } },
  figures: {
    peak: { title: 'most memory', unit: 'MB' },
    lost: { title: 'lines lost' },
    late: { title: 'longest scheduling delay', unit: 'ms' },
    lines: { title: 'lines received', unit: 'lines/s', better: 'more' },
    offered: { title: 'offered, as a multiple of that' },
  },
  contenders: { 'tspark': { program: 'tspark' } },
  bars: [
    { of: 'tspark', figure: 'peak', atMost: 512 },
    { of: 'tspark', figure: 'lost', atMost: 0 },
    { of: 'tspark', figure: 'late', atMost: 3000 },
    { of: 'tspark', figure: 'offered', atLeast: 10 },
  ],
  equipment: openSender,
  round,
}

// Nothing counted for so long: what is missing is lost.
const GIVE_UP_MS = 30_000

async function round(session, { size: { seconds, sinkSeconds }, equipment: sender }) {
  sender.pace(Infinity)
  const thrownAway = await swallow(sender, sinkSeconds)
  const startMs = performance.now()
  await session.ask({ start: sender.port })
  await sleep(seconds * 1000)
  sender.pace(0) // for whoever connects again once it has ended
  const { lines: sent, connections } = await sender.end()
  const lines = sent / (performance.now() - startMs) * 1000
  if (connections !== 2) throw new Error(`${connections - 1} connections instead of one: what was sent is not known`)
  const { counted, late } = await session.ask({ until: sent })
  return { peak: peakMb(session.pid), lost: sent - counted, sent, late, lines, offered: thrownAway / lines }
}

/** Lines per second that nobody looks at. */
async function swallow(sender, seconds) {
  const socket = connect(sender.port, '127.0.0.1')
  await once(socket, 'data')
  socket.resume()
  await sleep(seconds * 1000)
  const { lines } = await sender.end()
  socket.destroy()
  return lines / seconds
}

/** VmHWM: the kernel's own record of the highest resident size. */
function peakMb(pid) {
  const [, kib] = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(kib) * 1024 / 1e6
}

export const programs = {
  tspark: () => {
    const sc = new SparkContext('local[2]', 'bench')
    const found = { counted: 0, late: 0 }
    let progressMs = 0
    return { async play({ start, until }) {
      // Ready as soon as something was counted: then there is a connection that can be ended.
      if (start) await new Promise(begun => begin(sc, start, {
        words: words => {
          if (words > 0) begun(progressMs = Date.now())
          found.counted += words / WORDS_PER_LINE
        },
        delay: ms => { found.late = Math.max(found.late, ms) },
      }))
      else while (found.counted < until && Date.now() - progressMs < GIVE_UP_MS) await sleep(100)
      return found
    },
    async close() {
      await StreamingContext.getActive()?.stop()
      await sc.stop()
    } }
  },
}

function begin(sc, port, heard) {
  const ssc = new StreamingContext(sc, Seconds(1))
  const counts = ssc.socketTextStream('127.0.0.1', port).flatMap(line => line.split(' ')).map(word => [word, 1]).reduceByKey((a, b) => a + b)
  counts.foreachRDD(async rdd => heard.words(await rdd.map(pair => pair[1]).sum()))
  ssc.addStreamingListener({ onBatchCompleted: ({ batchInfo }) => heard.delay(batchInfo.schedulingDelay) })
  ssc.start()
}
