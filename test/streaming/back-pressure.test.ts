/** Back-pressure from end to end: real sockets and receivers, a manual clock. What is sent comes out to the last record, but no batch takes more than it may. */
import { afterEach, describe, expect, test } from 'vitest'
import { EventBus } from '#src/core/events.js'
import { ManualClock, Receiver, Seconds, SparkConf, SparkContext, StreamingContext, type DStream } from '#src/index.js'
import { LineFeeder } from '../support/line-feeder.js'

const open: (() => Promise<unknown>)[] = []
afterEach(async () => { for (const close of open.splice(0).reverse()) await close() })

const LINES = 20_000
const LINE = `${'x'.repeat(99)}\n`

async function counting(conf: Record<string, string>, stream: (ssc: StreamingContext, port: number) => DStream<unknown>) {
  const [clock, events, feeder] = [new ManualClock(), new EventBus(), await LineFeeder.open()]
  const sc = new SparkContext(new SparkConf(Object.entries({ 'spark.streaming.blockInterval': '5ms', ...conf })).setMaster('local[2]').setAppName('held back'), undefined, events)
  const ssc = new StreamingContext(sc, Seconds(1), { clock })
  const counts: number[] = []
  stream(ssc, feeder.port).foreachRDD(async rdd => { counts.push(await rdd.count()) })
  open.push(() => ssc.stop(true), () => feeder.close())
  const step = async (): Promise<void> => {
    clock.advance(1000)
    await ssc.idle()
    await new Promise(setImmediate) // the socket has its turn
  }
  return { ssc, events, feeder, counts, step, total: () => counts.reduce((a, b) => a + b, 0) }
}

const received = (events: EventBus, least: number): Promise<void> =>
  new Promise(resolve => { const off = events.on('received', ({ records }) => { if (records >= least) { off(); resolve() } }) })

describe('a socket', () => {
  const socket = (ssc: StreamingContext, port: number): DStream<unknown> => ssc.socketTextStream('127.0.0.1', port)

  test('a small first batch, then larger ones, until all has come', async () => {
    const { ssc, events, feeder, counts, step, total } = await counting({}, socket)
    ssc.start()
    await feeder.connected()
    const some = received(events, 1000)
    const sending = feeder.send(LINE.repeat(LINES), undefined, 1 << 20)
    await some
    while (total() < LINES) await step()
    await sending
    expect(counts[0]).toBeGreaterThan(800)
    expect(counts[0]).toBeLessThanOrEqual(1000)
    expect(Math.max(...counts)).toBeGreaterThan(1000)
    expect(total()).toBe(LINES)
  })

  test('maxRate is never passed', async () => {
    const { ssc, feeder, counts, step, total } = await counting({ 'spark.streaming.receiver.maxRate': '3000' }, socket)
    ssc.start()
    await feeder.connected()
    const sending = feeder.send(LINE.repeat(LINES), undefined, 1 << 20)
    while (total() < LINES) await step()
    await sending
    expect(Math.max(...counts)).toBeLessThanOrEqual(3000)
  })

  test('the last batch of a graceful stop takes all that has come', async () => {
    const { ssc, events, feeder, counts, total } = await counting({ 'spark.streaming.backpressure.initialRate': '10' }, socket)
    ssc.start()
    await feeder.connected()
    const all = received(events, 500)
    await feeder.send('x\n'.repeat(500), undefined, 1 << 20)
    await all
    await ssc.stop(false, true)
    expect({ batches: counts.length, total: total() }).toEqual({ batches: 1, total: 500 })
  })

  test('switched off, a batch takes what there is', async () => {
    const { ssc, events, feeder, counts, step } = await counting({ 'spark.streaming.backpressure.enabled': 'false' }, socket)
    ssc.start()
    await feeder.connected()
    const all = received(events, LINES)
    const sending = feeder.send(LINE.repeat(LINES), undefined, 1 << 20)
    await all
    await step()
    await sending
    expect(counts).toEqual([LINES])
  })
})

test('a receiver of one\'s own that awaits store() is held back, too', async () => {
  class Eager extends Receiver<number> {
    async onStart(): Promise<void> { for (let i = 0; i < 5000 && !this.isStopped(); i++) await this.store(i) }
    onStop(): void {}
  }
  const { ssc, events, counts, step, total } = await counting({}, ssc => ssc.receiverStream(new Eager()))
  const some = received(events, 1000)
  ssc.start()
  await some
  while (total() < 5000) await step()
  expect(counts[0]).toBeLessThanOrEqual(1000)
  expect(total()).toBe(5000)
})
