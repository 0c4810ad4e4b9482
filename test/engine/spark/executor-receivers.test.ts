/** The driver's side of receivers on executors, with a bridge that is a list: what is waited for, how much a batch takes, what is given back. */
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { SparkConf } from '#src/core/conf.js'
import { EventBus } from '#src/core/events.js'
import type { RunningReceiver } from '#src/engine/engine.js'
import { ExecutorReceivers, type SocketSpec } from '#src/engine/spark/executor-receivers.js'
import type { FromReceivers, ToReceivers } from '#src/engine/spark/receiver-messages.js'

const LINES: SocketSpec = { kind: 'socketText', stream: 3, name: 'logs:9999', host: 'logs', port: 9999, batchMs: 1000, allowance: { waiting: 1100, block: 100 } }
let posted: ToReceivers[]
let receivers: ExecutorReceivers
let events: EventBus
let said: string[]
const none = (): RunningReceiver => { throw new Error('the driver was asked to receive') }

beforeEach(() => {
  posted = []
  said = []
  events = new EventBus()
  events.on('message', ({ text }) => { said.push(text) })
  receivers = new ExecutorReceivers({ conf: new SparkConf(), events, post: message => { posted.push(message) } })
})

const kinds = (): string[] => posted.map(({ kind }) => kind)
const turn = (): Promise<void> => new Promise(resolve => { setImmediate(resolve) })

/** Started, with a JVM whose batches come after 1000. Group 1, receiver 2. */
async function running(spec: SocketSpec = LINES): Promise<RunningReceiver> {
  const receiver = receivers.start(spec, none)!
  await turn()
  receivers.hear({ kind: 'receiving', spec: 1, fromMs: 1000 })
  return receiver
}

function brings(timeMs: number, ...parts: readonly (readonly [number, number])[]): void {
  if (parts.length === 0) receivers.hear({ kind: 'received', spec: 1, receiver: 2, timeMs, part: undefined })
  for (const [number, records] of parts) receivers.hear({ kind: 'received', spec: 1, receiver: 2, timeMs, part: { number, partitions: 2, records } })
}

describe('a context of the JVM', () => {
  test('has the inputs that start in one moment, each with its rate', async () => {
    receivers.start(LINES, none)
    receivers.start({ ...LINES, port: 7, allowance: { waiting: Infinity, block: Infinity } }, none)
    expect(posted).toEqual([])
    await turn()
    expect(posted).toEqual([{ kind: 'receive', spec: { number: 1, batchMs: 1000, log: undefined, receivers: [{ number: 2, host: 'logs', port: 9999, rate: 1000 }, { number: 3, host: 'logs', port: 7, rate: Infinity }] } }])
  })

  test('takes no more inputs, nor those of batches of another length', async () => {
    receivers.start(LINES, none)
    expect(receivers.start({ ...LINES, batchMs: 500 }, none)).toBeUndefined()
    await turn()
    expect(receivers.start(LINES, none)).toBeUndefined()
  })

  test('has a log beside the checkpoints where one is wanted', async () => {
    receivers = new ExecutorReceivers({ conf: new SparkConf([['spark.streaming.receiver.writeAheadLog.enable', 'true']]), events, post: message => { posted.push(message) } })
    receivers.start({ ...LINES, checkpointDirectory: '/shared' }, none)
    await turn()
    expect(posted).toMatchObject([{ spec: { log: expect.stringMatching(/^\/shared\/receivers-\d+$/) as string } }])
  })

  test('is never asked for when its inputs stop at once', async () => {
    await receivers.start(LINES, none)!.stop()
    expect(posted).toEqual([])
  })
})

describe('a batch', () => {
  test('before the JVM receives is empty, and waits for nothing', async () => {
    const receiver = receivers.start(LINES, none)!
    expect(await receiver.take(10, 5000)).toMatchObject({ records: 0, rdd: { numPartitions: 0 } })
  })

  test('waits for the JVM\'s batch of its time', async () => {
    const receiver = await running()
    const taken = receiver.take(Infinity, 2000)
    brings(1500, [1, 5])
    brings(2000, [2, 6])
    expect(await taken).toMatchObject({ records: 11, rdd: { kind: 'blocks', numPartitions: 4 } })
  })

  test('does not wait for ever', async () => {
    vi.useFakeTimers()
    try {
      const receiver = receivers.start(LINES, none)!
      await vi.advanceTimersByTimeAsync(0)
      receivers.hear({ kind: 'receiving', spec: 1, fromMs: 1000 })
      const taken = receiver.take(Infinity, 2000)
      await vi.advanceTimersByTimeAsync(2000)
      expect(await taken).toMatchObject({ records: 0 })
    } finally { vi.useRealTimers() }
  })

  const LIMITS: [number, number[]][] = [[Infinity, [60]], [25, [20, 10, 30]], [10, [10, 10, 10, 30]], [5, [10, 10, 10, 30]], [0, [0, 0]]]
  test.each(LIMITS)('takes whole parts of at most %s records, but one at least', async (most, expected) => {
    const receiver = await running()
    brings(2000, [1, 10], [2, 10], [3, 10], [4, 30])
    const records: number[] = []
    for (let i = 0; i < expected.length; i++) records.push((await receiver.take(most, 2000)).records)
    expect(records).toEqual(expected)
  })

  test('gives its blocks back when nobody reads them any more, once', async () => {
    const receiver = await running()
    brings(2000, [7, 1], [8, 1])
    const { rdd } = await receiver.take(Infinity, 2000)
    receivers.release(rdd.id + 1000)
    expect(kinds()).not.toContain('forget')
    receivers.release(rdd.id)
    receivers.release(rdd.id)
    expect(posted.filter(({ kind }) => kind === 'forget')).toEqual([{ kind: 'forget', parts: [7, 8] }])
  })

  test('of a JVM that is gone says so', async () => {
    const receiver = await running()
    const taken = receiver.take(Infinity, 2000)
    receivers.lost(new Error('it has ended'))
    await expect(taken).rejects.toThrow('it has ended')
  })
})

describe('the rate', () => {
  const rates = (): unknown[] => posted.flatMap(message => message.kind === 'rate' ? [message.rate] : [])

  test('is sent when it changes, again with each batch, and is next to none while too much waits', async () => {
    const receiver = await running()
    receiver.allow({ waiting: 2100, block: 100 })
    brings(2000, [1, 500], [2, 5000])
    await receiver.take(500, 2000)
    brings(3000, [3, 1])
    await receiver.take(Infinity, 3000)
    brings(4000)
    expect(rates()).toEqual([2000, 2000, 2000, 1, 2000])
  })

  test('is not sent where there is none', async () => {
    await running({ ...LINES, allowance: { waiting: Infinity, block: Infinity } })
    brings(2000, [1, 500])
    expect(rates()).toEqual([])
  })
})

describe('the end', () => {
  test('what came before is still there to take; the last batch of the JVM is waited for', async () => {
    const receiver = await running()
    brings(2000, [1, 5])
    const stopped = receiver.stop()
    await turn()
    expect(kinds()).toEqual(['receive', 'rate', 'stopReceiving'])
    receivers.hear({ kind: 'receiversStopped', spec: 1, lastMs: 3000 })
    await stopped
    const taken = receiver.take(Infinity, 4000)
    brings(3000, [2, 6])
    expect((await taken).records).toBe(11)
    expect((await receiver.take(Infinity, 5000)).records).toBe(0)
  })

  test('one of two: the other goes on, and what it still brings is given back', async () => {
    const [one, other] = [receivers.start(LINES, none)!, receivers.start(LINES, none)!]
    await turn()
    receivers.hear({ kind: 'receiving', spec: 1, fromMs: 1000 })
    await one.stop()
    receivers.hear({ kind: 'received', spec: 1, receiver: 2, timeMs: 2000, part: { number: 5, partitions: 1, records: 1 } })
    receivers.hear({ kind: 'received', spec: 1, receiver: 3, timeMs: 2000, part: { number: 6, partitions: 1, records: 1 } })
    expect(kinds()).not.toContain('stopReceiving')
    expect(posted.filter(({ kind }) => kind === 'forget')).toEqual([{ kind: 'forget', parts: [5] }])
    expect((await other.take(Infinity, 2000)).records).toBe(1)
  })

  test('a context that follows gives back what the one before has left', async () => {
    const receiver = await running()
    brings(2000, [1, 5])
    await receiver.take(Infinity, 2000)
    brings(3000, [2, 5])
    const stopped = receiver.stop()
    await turn()
    receivers.hear({ kind: 'receiversStopped', spec: 1, lastMs: 3000 })
    await stopped
    expect(receivers.start(LINES, none)).toBeDefined()
    receivers.hear({ kind: 'received', spec: 1, receiver: 2, timeMs: 4000, part: { number: 3, partitions: 1, records: 1 } } satisfies FromReceivers)
    expect(posted.flatMap(message => message.kind === 'forget' ? message.parts : [])).toEqual([1, 2, 3])
  })
})

test('where the JVM cannot, the driver receives, with the newest allowance', async () => {
  const allowed: unknown[] = []
  const inner: RunningReceiver = { take: async () => ({ rdd: { kind: 'collection' } as never, records: 42, bytes: 0 }), allow: allowance => { allowed.push(allowance) }, stop: async () => { allowed.push('stopped') }, ended: () => true }
  const receiver = receivers.start(LINES, () => inner)!
  await turn()
  receiver.allow({ waiting: 5, block: 1 })
  receivers.hear({ kind: 'notReceiving', spec: 1, reason: 'no \u001b cores' })
  expect((await receiver.take(Infinity, 3000)).records).toBe(42)
  await receiver.stop()
  expect(allowed).toEqual([{ waiting: 5, block: 1 }, 'stopped'])
  expect(receiver.ended()).toBe(true)
  expect(said).toEqual([expect.stringMatching(/^logs:9999: received on the driver's machine: no .*cores$/)])
  expect(said[0]).not.toContain('\u001b')
})

test('an executor that is gone is said', async () => {
  await running()
  receivers.hear({ kind: 'receiverFact', spec: 1, receiver: 2, fact: { kind: 'moved' } })
  expect(said).toEqual(['the executor that received from logs:9999 is gone, with what it had not stored yet; another receives now'])
})
