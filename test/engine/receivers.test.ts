/** Receivers on real sockets: every line arrives once, in order, whatever the cuts; outages are survived and said once. */
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { SparkConf } from '#src/core/conf.js'
import { EventBus, type Events } from '#src/core/events.js'
import { openIoThread, Receivers } from '#src/engine/embedded/receivers.js'
import type { BlocksNode } from '#src/plan/rdd-plan.js'
import { LineFeeder, seeded } from '../support/line-feeder.js'

const QUICK = { 'spark.streaming.blockInterval': '5ms', 'spark.streaming.receiverRestartDelay': '10ms' }
const open: (() => Promise<unknown>)[] = []
afterEach(async () => { for (const close of open.splice(0).reverse()) await close() })

interface Setup { readonly conf?: Record<string, string>; readonly silentAfterMs?: number; readonly listening?: boolean; readonly openThread?: typeof openIoThread }

async function setup({ conf = {}, listening = true, ...options }: Setup = {}) {
  const feeder = await LineFeeder.open()
  if (!listening) await feeder.goAway()
  const events = new EventBus()
  const messages: string[] = []
  events.on('message', ({ text }) => messages.push(text))
  const receivers = new Receivers({ conf: new SparkConf(Object.entries({ ...QUICK, ...conf })), events, ...options })
  const receiver = receivers.start({ kind: 'socketText', stream: 0, name: `localhost:${feeder.port}`, host: 'localhost', port: feeder.port })
  open.push(() => feeder.close(), () => receivers.stop())
  if (listening) await feeder.connected()
  return { feeder, events, messages, receivers, receiver, name: `localhost:${feeder.port}` }
}

/** Resolves at the first event of that kind that `enough` accepts. */
const until = <K extends keyof Events>(events: EventBus, kind: K, enough: (event: Events[K]) => boolean = () => true): Promise<Events[K]> =>
  new Promise(resolve => {
    const off = events.on(kind, event => {
      if (!enough(event)) return
      off()
      resolve(event)
    })
  })

const bytesOf = (rdd: unknown): Buffer => Buffer.concat((rdd as BlocksNode).blocks.map(block => {
  const { buffer, byteLength } = block.data as { buffer: SharedArrayBuffer; byteLength: number }
  return Buffer.from(Uint8Array.from(new Uint8Array(buffer, 0, byteLength)))
}))
/** Lines of each block by itself: a block may begin with the \n of an empty line after one that ended in \r. */
const blockLines = (rdd: unknown): string[] => (rdd as BlocksNode).blocks.flatMap(block => linesOf(bytesOf({ blocks: [block] })))
const linesOf = (bytes: Buffer): string[] => bytes.length === 0 ? [] : bytes.toString('latin1').replace(/(\r\n|\n|\r)$/, '').split(/\r\n|\n|\r/)

const HOSTILE = ['__proto__ constructor', '', 'toString', '👩‍👩‍👧 naïve 漢字', '\u0000\u001b[2J', '\ufeffbom', 'a  b ']

describe('lines', () => {
  const rows = [['LF', '\n'], ['CRLF', '\r\n'], ['a lone CR', '\r']] as const
  test.each(rows)('10,000 lines ended by %s, cut at random bytes', async (_, ending) => {
    const { feeder, events, receiver } = await setup()
    const lines = Array.from({ length: 10_000 }, (__, i) => `${i} ${HOSTILE[i % HOSTILE.length]}`)
    const bad = Buffer.from([0xff, 0xc3, 0x28, 0x80])
    const sent = Buffer.concat(lines.flatMap((line, i) => [Buffer.from(line), i % 5 ? Buffer.alloc(0) : bad, Buffer.from(ending)]))
    const all = until(events, 'received', ({ records }) => records >= 10_000)
    await feeder.send(sent, seeded(7), 4096)
    expect((await all).records).toBe(10_000)
    const taken = await receiver.take()
    expect(taken.records).toBe(10_000)
    expect(blockLines(taken.rdd)).toEqual(linesOf(sent))
  })

  test('a block per block interval is a partition; nothing received is an RDD without partitions', async () => {
    const { feeder, events, receiver } = await setup()
    expect((await receiver.take()).rdd.numPartitions).toBe(0)
    for (const [i, text] of ['a\nb\n', 'c\n'].entries()) {
      const arrived = until(events, 'received', ({ records }) => records === [2, 3][i])
      await feeder.send(text)
      await arrived
    }
    const { rdd, records, bytes } = await receiver.take()
    expect({ partitions: rdd.numPartitions, records, bytes }).toEqual({ partitions: 2, records: 3, bytes: 6 })
    expect((rdd as BlocksNode).blocks.map(block => block.records)).toEqual([2, 1])
  })

  test('an unfinished line waits for its rest, and ends with the stream', async () => {
    const { feeder, events, receiver } = await setup()
    await feeder.send('one\ntw')
    await until(events, 'received')
    expect(bytesOf((await receiver.take()).rdd).toString()).toBe('one\n')
    const ended = until(events, 'received', ({ records }) => records === 2)
    await feeder.send('o')
    feeder.end()
    await ended
    expect(bytesOf((await receiver.take()).rdd).toString()).toBe('two\n')
  })

  test('what came before stop() can still be taken', async () => {
    const { feeder, events, receiver } = await setup({ conf: { 'spark.streaming.blockInterval': '1h' } })
    const full = until(events, 'received')
    const stopped = until(events, 'receiverStopped')
    await feeder.send(`${'x'.repeat(1023)}\n`.repeat(9 * 1024)) // more than a block holds
    const { records } = await full
    await receiver.stop()
    await stopped
    expect((await receiver.take()).records).toBeGreaterThanOrEqual(records)
    expect((await receiver.take()).records).toBe(0)
  })
})

describe('outages', () => {
  test('nobody listens: said once, then quietly tried again until somebody does', async () => {
    const { feeder, events, messages, receiver, name } = await setup({ listening: false })
    let tries = 0
    await until(events, 'receiverError', ({ code }) => code === 'ECONNREFUSED' && ++tries === 5)
    expect(messages).toEqual([`nobody listens on ${name}: run nc -lk ${feeder.port}, or type .nc ${feeder.port}; trying again every 0.01 s`])
    await feeder.listen()
    await feeder.connected()
    const arrived = until(events, 'received')
    await feeder.send('here\n')
    await arrived
    expect((await receiver.take()).records).toBe(1)
    expect(messages.slice(1)).toEqual([`connected to ${name}`])
  })

  test('ten restarts and ten resets: every line sent is counted, two lines said for each, no descriptor left', async () => {
    const { feeder, events, messages, receiver, name } = await setup()
    const descriptors: number[] = []
    for (let life = 1; life <= 20; life++) {
      const arrived = until(events, 'received', ({ records }) => records >= life * 3)
      await feeder.connected(life)
      await feeder.send('a b\r\nc\rd\n', seeded(life), 3)
      await arrived
      descriptors.push(readdirSync('/proc/self/fd').length)
      const noticed = until(events, 'receiverError')
      if (life % 2) feeder.reset()
      else await feeder.goAway().then(() => feeder.listen())
      await noticed
    }
    expect((await receiver.take()).records).toBe(60)
    expect(messages.filter(text => text === `${name} closed the connection; trying again every 0.01 s`)).toHaveLength(20)
    expect(messages.filter(text => text === `connected to ${name}`)).toHaveLength(19)
    expect(messages).toHaveLength(39)
    expect(descriptors[19]! - descriptors[1]!).toBeLessThanOrEqual(1)
  })

  test('a server that hangs up at once is said once', async () => {
    const { feeder, events, messages, name } = await setup()
    let closed = 0
    const often = until(events, 'receiverError', () => ++closed === 10)
    for (let life = 1; closed < 10; life++) {
      await feeder.connected(life)
      feeder.end()
      await until(events, 'receiverError')
    }
    await often
    expect(messages).toEqual([`${name} closed the connection; trying again every 0.01 s`])
  })

  test('a reset drops the unfinished line and says so', async () => {
    const { feeder, events, messages, receiver, name } = await setup()
    await feeder.send('whole\nhal')
    await until(events, 'received')
    const noticed = until(events, 'message')
    feeder.reset()
    await noticed
    expect(messages).toEqual([`${name} closed the connection in the middle of a line (3 bytes of it are dropped); trying again every 0.01 s`])
    expect(bytesOf((await receiver.take()).rdd).toString()).toBe('whole\n')
  })

  test('an unknown host suggests localhost', async () => {
    const { receivers, events } = await setup()
    const said = until(events, 'message')
    receivers.start({ kind: 'socketText', stream: 1, name: 'no-such-host.invalid:9', host: 'no-such-host.invalid', port: 9 })
    expect((await said).text).toMatch(/^the host "no-such-host.invalid" is unknown \(\w+\): use localhost for this machine; trying again every 0.01 s$/)
  })

  test('connected but silent is said once, with the reason', async () => {
    const { feeder, events, messages, name } = await setup({ silentAfterMs: 20 })
    expect((await until(events, 'message')).text)
      .toBe(`connected to ${name}, but nothing has come for 0.02 s: a real nc -lk feeds only its first client, so an earlier one may be getting the lines; .nc ${feeder.port} feeds every client`)
    const arrived = until(events, 'received')
    await feeder.send('at last\n')
    await arrived
    expect(messages).toHaveLength(1)
  })

  test('a half-open peer disturbs nobody', async () => {
    const { events, receivers, messages, receiver } = await setup()
    const other = await LineFeeder.open()
    open.push(() => other.close())
    const second = receivers.start({ kind: 'socketText', stream: 1, name: 'other', host: '127.0.0.1', port: other.port })
    await other.connected()
    const arrived = until(events, 'received', ({ stream }) => stream === 1)
    await other.send('x\n')
    await arrived
    expect((await second.take()).records).toBe(1)
    expect((await receiver.take()).records).toBe(0)
    expect(messages).toEqual([])
  })
})

describe('bounds', () => {
  test('a full buffer holds the sender back until the batch is done', async () => {
    const { feeder, events, receiver } = await setup({ conf: { 'spark.streaming.receiver.maxBufferedBytes': '64k' } })
    const text = `${'x'.repeat(1023)}\n`
    const total = 20_000
    let received = 0
    events.on('received', ({ records }) => { received = records })
    const sending = feeder.send(text.repeat(total))
    let taken = 0
    let mostAtOnce = 0
    while (taken < total) {
      const batch = await receiver.take()
      taken += batch.records
      mostAtOnce = Math.max(mostAtOnce, batch.bytes)
      expect(received - taken).toBeLessThan(1024)
      batch.release?.()
      await new Promise(resolve => setImmediate(resolve))
    }
    await sending
    expect(taken).toBe(total)
    expect(mostAtOnce).toBeLessThan(1024 * 1024)
  })

  test('without release the receiver stops reading', async () => {
    const { feeder, events, receiver } = await setup({ conf: { 'spark.streaming.receiver.maxBufferedBytes': '64k' } })
    let last = 0
    events.on('received', ({ bytes }) => { last = bytes })
    const full = until(events, 'received', ({ bytes }) => bytes >= 64 * 1024)
    let taken = false
    const sending = feeder.send(`${'x'.repeat(1023)}\n`.repeat(30_000)).then(() => { taken = true })
    await full
    const first = await receiver.take()
    for (let i = 0; i < 20; i++) expect((await receiver.take()).bytes).toBe(0)
    expect({ taken, last }).toEqual({ taken: false, last: first.bytes })
    const more = until(events, 'received', ({ bytes }) => bytes > first.bytes)
    first.release?.()
    await more
    await feeder.close()
    await sending
  })

  test('a 100 MB line without newline is cut at maxLineBytes, in bounded memory; the next line is right', async () => {
    const { feeder, events, messages, receiver, name } = await setup({ conf: { 'spark.tspark.maxLineBytes': '16m' } })
    const before = process.memoryUsage.rss()
    let most = 0
    const piece = Buffer.alloc(1024 * 1024, 'é')
    for (let i = 0; i < 100; i++) {
      await feeder.send(piece, undefined, 1024 * 1024)
      most = Math.max(most, process.memoryUsage.rss())
    }
    const arrived = until(events, 'received', ({ records }) => records >= 2)
    await feeder.send('\nnext\n')
    await arrived
    const text = bytesOf((await receiver.take()).rdd)
    expect(text.length).toBe(16 * 1024 * 1024 + '\nnext\n'.length)
    expect(text.subarray(-8).toString()).toBe('é\nnext\n')
    expect((most - before) / 1024 ** 2).toBeLessThan(120)
    expect(messages).toEqual([`${name} sent a line of more than 16777216 bytes; such lines are cut there (spark.tspark.maxLineBytes)`])
  })
})

describe('an allowance, in records', () => {
  const text = `${'x'.repeat(59)}\n`

  test('a batch takes whole blocks within it; the sender is held back beyond it', async () => {
    const { feeder, events, receivers } = await setup({ conf: { 'spark.streaming.blockInterval': '1h' } })
    const limited = receivers.start({ kind: 'socketText', stream: 1, name: 'limited', host: '127.0.0.1', port: feeder.port, allowance: { waiting: 1000, block: 100 } })
    await feeder.connected(2)
    const enough = until(events, 'received', ({ stream, records }) => stream === 1 && records >= 1000)
    const sending = feeder.send(text.repeat(200_000)).catch(() => {})
    await enough
    const rows: [number | undefined, number][] = [[250, 200], [0, 0], [1, 100], [99, 100], [700, 700]]
    for (const [most, records] of rows) {
      const taken = await limited.take(most)
      expect([taken.records, (taken.rdd as BlocksNode).blocks.every(block => block.records <= 100)]).toEqual([records, true])
    }
    limited.allow({ waiting: 5000, block: 1000 })
    const more = until(events, 'received', ({ stream, records }) => stream === 1 && records >= 10_000)
    let taken = 1100
    while (taken < 9000) taken += (await limited.take(2000)).records
    await more
    await feeder.close()
    await sending
  })

  test('what comes slowly is taken at once, whatever the size of blocks', async () => {
    const { feeder, events, receivers } = await setup()
    const limited = receivers.start({ kind: 'socketText', stream: 1, name: 'limited', host: '127.0.0.1', port: feeder.port, allowance: { waiting: 1000, block: 100 } })
    await feeder.connected(2)
    const arrived = until(events, 'received', ({ stream }) => stream === 1)
    await feeder.send('a\nb\n')
    await arrived
    expect((await limited.take(1000)).records).toBe(2)
  })
})

test('an I/O thread that dies is replaced: what it had given is kept, its receivers connect again', async () => {
  const threads: ReturnType<typeof openIoThread>[] = []
  const { feeder, events, receiver } = await setup({ openThread: () => { threads.push(openIoThread()); return threads.at(-1)! } })
  const first = until(events, 'received')
  await feeder.send('before\n')
  await first
  await threads[0]!.terminate()
  await feeder.connected(2)
  const second = until(events, 'received', ({ records }) => records === 2)
  await feeder.send('after\n')
  await second
  expect(bytesOf((await receiver.take()).rdd).toString()).toBe('before\nafter\n')
  expect(threads).toHaveLength(2)
})

test('a thread without receivers does not keep the process alive; one with a receiver does', async () => {
  const feeder = await LineFeeder.open()
  open.push(() => feeder.close())
  const dist = (file: string): string => JSON.stringify(new URL(`../../dist/src/${file}`, import.meta.url).href)
  const program = `
    import { SparkConf } from ${dist('core/conf.js')}
    import { EventBus } from ${dist('core/events.js')}
    import { Receivers } from ${dist('engine/embedded/receivers.js')}
    const events = new EventBus()
    const receivers = new Receivers({ conf: new SparkConf(), events })
    const receiver = receivers.start({ kind: 'socketText', stream: 0, name: 'feeder', host: '127.0.0.1', port: ${feeder.port} })
    events.on('received', async ({ records }) => {
      await receiver.stop()
      console.log(records)
    })`
  const child = execFile(process.execPath, ['--input-type=module', '-e', program])
  let output = ''
  child.stdout!.on('data', text => { output += text })
  await feeder.connected()
  await feeder.send('a\n')
  expect(await once(child, 'close')).toEqual([0, null])
  expect(output).toBe('1\n')
})
