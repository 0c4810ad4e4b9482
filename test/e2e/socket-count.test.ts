/**
 * The word count of the README on real sockets, through receiver, engine and streaming: totals over all batches equal an
 * independent count (`sort | uniq -c`) of the same bytes, however the writes are cut and whatever the server does.
 */
import { execFileSync } from 'node:child_process'
import { afterEach, expect, test } from 'vitest'
import { EventBus } from '#src/core/events.js'
import { Milliseconds, SparkConf, SparkContext, StreamingContext } from '#src/index.js'
import { LineFeeder, seeded } from '../support/line-feeder.js'

const open: (() => Promise<unknown>)[] = []
afterEach(async () => { for (const close of open.splice(0).reverse()) await close() })

const VOCABULARY = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', 'the', 'cat', 'naïve', '漢字', '👩‍👩‍👧', '\ufeff', '\u0000', 'NaN', '1', '01'].map(word => Buffer.from(word))
const BROKEN = [Buffer.from([0xff, 0xfe]), Buffer.from([0xe2, 0x82]), Buffer.from([0xc0, 0x80]), Buffer.from([0xed, 0xa0, 0x80])]
const WORDS = [...VOCABULARY, ...BROKEN]

function lines(count: number, ending: string, random: () => number): Buffer {
  const line = (): Buffer[] => {
    const words = Array.from({ length: Math.floor(random() * 6) }, () => WORDS[Math.floor(random() * WORDS.length)]!)
    return [...words.flatMap((word, i) => i ? [Buffer.from(' '), word] : [word]), Buffer.from(ending)]
  }
  return Buffer.concat(Array.from({ length: count }, line).flat())
}

/** Words of the bytes by the rules of text (lines, blanks), counted by sort and uniq. */
function independentCount(bytes: Buffer): Map<string, number> {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  const words = text.split(/\r\n|\n|\r/).slice(0, -1).flatMap(line => line.split(' '))
  const input = words.map(word => `${Buffer.from(word).toString('hex')}\n`).join('')
  const counted = execFileSync('sh', ['-c', 'LC_ALL=C sort | uniq -c'], { input, encoding: 'utf8' })
  return new Map([...counted.matchAll(/^ *(\d+) (.*)$/gm)].map(([, count, hex]) => [Buffer.from(hex!, 'hex').toString(), Number(count)]))
}

async function counting() {
  const events = new EventBus()
  const failures: unknown[] = []
  events.on('batchCompleted', ({ error }) => { if (error !== undefined) failures.push(error) })
  const feeder = await LineFeeder.open()
  const conf = new SparkConf([['spark.master', 'local[2]'], ['spark.streaming.blockInterval', '20ms'], ['spark.streaming.receiverRestartDelay', '20ms']])
  const sc = new SparkContext(conf, 'socket count', events)
  const ssc = new StreamingContext(sc, Milliseconds(100))
  const totals = new Map<string, number>()
  let counted = 0
  let heard = (): void => {}
  const words = ssc.socketTextStream('localhost', feeder.port).flatMap(line => line.split(' '))
  words.map(word => [word, 1]).reduceByKey((a, b) => a + b).foreachRDD(async rdd => {
    for (const [word, count] of await rdd.collect()) {
      totals.set(word, (totals.get(word) ?? 0) + count)
      counted += count
    }
    heard()
  })
  open.push(() => feeder.close(), () => sc.stop(), () => ssc.stop())
  ssc.start()
  await feeder.connected()
  const untilWords = async (count: number): Promise<void> => {
    while (counted < count && failures.length === 0) await new Promise<void>(resolve => { heard = resolve })
    expect(failures).toEqual([])
  }
  return { feeder, ssc, events, totals, untilWords }
}

const sum = (counts: Map<string, number>): number => [...counts.values()].reduce((a, b) => a + b, 0)

test.each([['LF', '\n'], ['CRLF', '\r\n']])('10,000 lines cut at random bytes, %s: the totals are those of sort | uniq -c', async (_, ending) => {
  const random = seeded(ending.length)
  const bytes = lines(10_000, ending, random)
  const expected = independentCount(bytes)
  const { feeder, totals, untilWords } = await counting()
  await feeder.send(bytes, random, 512)
  await untilWords(sum(expected))
  expect(new Map([...totals].sort())).toEqual(new Map([...expected].sort()))
})

test('a server that goes away ten times: counting goes on, nothing is lost or counted twice', async () => {
  const random = seeded(10)
  const { feeder, totals, untilWords } = await counting()
  const sent: Buffer[] = []
  for (let life = 1; life <= 10; life++) {
    await feeder.connected(life)
    sent.push(lines(50, '\n', random))
    await feeder.send(sent.at(-1)!, random, 64)
    await untilWords(sum(independentCount(Buffer.concat(sent))))
    if (life % 2) feeder.reset()
    else await feeder.goAway().then(() => feeder.listen())
  }
  expect(new Map([...totals].sort())).toEqual(new Map([...independentCount(Buffer.concat(sent))].sort()))
})

test('a graceful stop counts all that was received', async () => {
  const bytes = lines(2000, '\n', seeded(3))
  const { feeder, ssc, events, totals } = await counting()
  const received = new Promise<void>(resolve => { events.on('received', ({ records }) => { if (records >= 2000) resolve() }) })
  await feeder.send(bytes)
  await received
  await ssc.stop(false, true)
  expect(new Map([...totals].sort())).toEqual(new Map([...independentCount(bytes)].sort()))
})
