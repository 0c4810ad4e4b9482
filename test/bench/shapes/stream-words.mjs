/**
 * The program that everybody types first, from a socket: how many words a second does it keep up with, in batches of a second? One and the
 * same sender, a process of its own, serves all contenders. See kept.mjs for how the rate is found.
 */
import { SparkContext } from 'tspark'
import { WORDS_PER_LINE } from '../input/words.mjs'
import { openSender } from '../input/sender-process.mjs'
import { highestKept, HUNG, judged } from '../kept.mjs'
import { batches } from './batches.mjs'

/**
 * Spark is never sent as much as TCP takes: it takes all. Some way above what it keeps up with, its receiver (3.5.7) was seen to stand still for ever, the
 * thread that stores its blocks gone: then the rates below count, and as that session is of no more use, it plays one round.
 */
export const SPARK = { ask: { probe: 100_000 }, rounds: 1 }
const HANGS_AFTER = 4 // times as long as its batches take

export const shape = {
  what: 'word count from a socket, the highest rate kept up with',
  minutes: 20,
  rounds: 3,
  warmUps: 0,
  sizes: {
    full: { intervalMs: 1000, warmUps: 12, measured: 8 }, // ours begins slowly, and has its rate in ten batches
    small: { intervalMs: 500, warmUps: 12, measured: 6 },
    tiny: { intervalMs: 100, warmUps: 2, measured: 3, pace: 1000 }, // proves that it runs, and looks for nothing
  },
  figures: { words: { title: 'words kept up with', unit: 'words/s', better: 'more' } },
  contenders: { 'tspark': { program: 'tspark' }, 'Spark (Scala)': { scala: 'stream-words', ...SPARK } },
  rivals: ['Spark (Scala)'],
  bars: [{ of: 'tspark', beside: 'Spark (Scala)', figure: 'words', atLeast: 5 }],
  equipment: openSender,
  round,
}

/** Sessions that were paced before go on from there. */
const paces = new WeakMap()

export async function round(session, { size: { intervalMs, warmUps, measured, pace: only }, argument, equipment: sender }) {
  const trial = async pace => {
    sender.pace(pace)
    const limitMs = HANGS_AFTER * (warmUps + measured) * intervalMs
    const answer = await Promise.race([session.ask({ port: sender.port }), new Promise(resolve => { setTimeout(resolve, limitMs).unref() })])
    return answer ? judged({ ...answer, batches: measured, intervalMs }, pace) : HUNG
  }
  if (only) return { words: (await trial(only)).records * WORDS_PER_LINE }
  const { records, free, pace } = await highestKept(trial, { from: paces.get(session), ...argument })
  if (!free) paces.set(session, pace)
  return { words: records * WORDS_PER_LINE }
}

export const programs = { tspark: size => counting(size, lines => lines.flatMap(line => line.split(' ')).map(word => [word, 1]).reduceByKey((a, b) => a + b)) }

/** A session that counts by `countsOf(lines)` and says what became of the batches after the first few. */
export function counting({ intervalMs, warmUps, measured }, countsOf) {
  const sc = new SparkContext('local[2]', 'bench')
  return {
    async play({ port }) {
      const done = await batches(sc, { intervalMs, count: warmUps + measured }, ssc => countsOf(ssc.socketTextStream('127.0.0.1', port)).print())
      return facts(done.slice(warmUps))
    },
    close: () => sc.stop(),
  }
}

function facts(done) {
  const busy = done.map(({ processingDelay }) => processingDelay).sort((a, b) => a - b)
  return {
    records: done.reduce((sum, { numRecords }) => sum + numRecords, 0),
    delayMs: Math.max(...done.map(({ schedulingDelay }) => schedulingDelay)),
    medianMs: busy[busy.length >> 1],
    busyMs: busy.reduce((a, b) => a + b, 0),
  }
}
