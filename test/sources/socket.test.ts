/** socketTextStream as a source: batches take what has come; a batch that is done lets the sender go on. */
import { afterEach, expect, test } from 'vitest'
import { SparkConf } from '#src/core/conf.js'
import { Seconds, Time } from '#src/core/time.js'
import { socketSource } from '#src/sources/socket.js'
import { LineFeeder } from '../support/line-feeder.js'
import { sourceContext } from '../support/source-context.js'

const open: (() => Promise<unknown>)[] = []
afterEach(async () => { for (const close of open.splice(0).reverse()) await close() })

async function setup(conf: Record<string, string> = {}) {
  const feeder = await LineFeeder.open()
  const context = sourceContext(0, Seconds(1), new SparkConf(Object.entries({ 'spark.streaming.blockInterval': '5ms', ...conf })))
  const source = socketSource('localhost', feeder.port)
  open.push(() => feeder.close(), () => context.receivers.stop())
  await source.start(context)
  await feeder.connected()
  const received = (records: number) => new Promise<void>(resolve => { context.events.on('received', event => { if (event.records >= records) resolve() }) })
  return { feeder, context, source, received }
}

test('socket-text', async () => {
  const { feeder, source, received } = await setup()
  let records = 0
  for (const [i, line] of ['1', '2', '3', '4', '5'].entries()) {
    const arrived = received(i + 1)
    await feeder.send(`${line}\n`)
    await arrived
    records += (await source.batch(new Time((i + 1) * 1000)))!.records
    source.completed!(new Time((i + 1) * 1000))
  }
  expect(records).toBe(5)
})

test('a batch that is not done holds the sender back; when it is done, all before it are let go, too', async () => {
  const { feeder, source, received, context } = await setup({ 'spark.streaming.receiver.maxBufferedBytes': '64k' })
  let total = 0
  context.events.on('received', ({ records }) => { total = records })
  const full = received(64)
  const sending = feeder.send(`${'x'.repeat(1023)}\n`.repeat(30_000)).catch(() => {})
  await full
  await source.batch(new Time(1000))
  await source.batch(new Time(2000))
  const before = total
  expect((await source.batch(new Time(3000)))!.records).toBe(0)
  const more = received(before + 1)
  source.completed!(new Time(2000))
  await more
  await feeder.close()
  await sending
})

test('after stop() what has come is still given', async () => {
  const { feeder, source, received } = await setup({ 'spark.streaming.blockInterval': '1h' })
  const full = received(8 * 1024)
  await feeder.send(`${'x'.repeat(1023)}\n`.repeat(9 * 1024)) // more than two blocks hold
  await full
  await source.stop()
  expect((await source.batch(new Time(1000)))!.records).toBeGreaterThanOrEqual(8 * 1024)
  expect((await source.batch(new Time(2000)))!.records).toBe(0)
})

test('before start() there is no RDD', async () => {
  expect(await socketSource('localhost', 9999).batch(new Time(0))).toBeNull()
})

test.each([0, -1, 65_536, 1.5, NaN])('port %s is refused at once', port => {
  expect(() => socketSource('localhost', port)).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID', message: `socketTextStream: ${port} is no port` }))
})

test('names of peers', () => {
  expect([socketSource('localhost', 9999).name, socketSource('::1', 9999).name]).toEqual(['localhost:9999', '[::1]:9999'])
})
