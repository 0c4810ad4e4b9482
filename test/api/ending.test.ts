/** Sources that end, and with the last of them the context; and the sources of bytes. */
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { Interval, Receiver, Seconds, SparkConf, SparkContext, Time } from '#src/index.js'
import { EventBus } from '#src/core/events.js'
import { gathered, messagesOf, openContext, openSpark } from '../support/context.js'

const sc = openSpark()
const directory = mkdtempSync(join(tmpdir(), 'tspark-ending-'))
afterAll(async () => { await sc.stop(); rmSync(directory, { recursive: true }) })

test('a queue that ends when it is empty ends the context, gracefully', async () => {
  const stage = openContext({ sc })
  const out = gathered(stage.ssc.queueStream([['a'], ['b', 'c']], { endWhenEmpty: true, defaultRDD: sc.parallelize(['never']) }))
  stage.ssc.start()
  const ended = stage.ssc.awaitTermination()
  await stage.step(2)
  await ended
  expect([out, stage.ssc.getState()]).toEqual([[['a'], ['b', 'c']], 'STOPPED'])
})

test('it goes on while another input has not ended', async () => {
  const stage = openContext({ sc })
  const [first, second] = [stage.ssc.queueStream([['a']], { endWhenEmpty: true }), stage.ssc.queueStream([['x'], ['y'], ['z']], { endWhenEmpty: true })]
  const out = gathered(first.union(second))
  stage.ssc.start()
  const ended = stage.ssc.awaitTermination()
  await stage.step(3)
  await ended
  expect(out).toEqual([['a', 'x'], ['y'], ['z']])
})

test('textFileStream once: the files that are there, then the end', async () => {
  const old = mkdtempSync(join(directory, 'old-'))
  for (const [name, text] of [['a.txt', 'one\ntwo\n'], ['b.txt', 'three\n'], ['.hidden', 'no\n']] as const) {
    writeFileSync(join(old, name), text)
    utimesSync(join(old, name), 1, 1)
  }
  const stage = openContext({ sc })
  const out = gathered(stage.ssc.textFileStream(old, { once: true }))
  stage.ssc.start()
  const ended = stage.ssc.awaitTermination()
  await stage.step(1)
  await ended
  expect(out).toEqual([['one', 'two', 'three']])
})

test('textFileStream once of a directory that is not there says so and ends', async () => {
  const stage = openContext({ sc })
  const messages = messagesOf(sc)
  const out = gathered(stage.ssc.textFileStream(join(directory, 'none'), { once: true }))
  stage.ssc.start()
  const ended = stage.ssc.awaitTermination()
  await stage.step(1)
  await ended
  expect(out).toEqual([[]])
  expect(messages.join()).toContain('there is no directory')
})

test('binary-records: one-byte records of three files that appear one after another', async () => {
  const files = [[1, 2, 3, 4, 5], [2, 3, 4, 5, 6], [3, 4, 5, 6, 7]]
  const stage = openContext({ sc, batchMs: 2000 })
  const out = gathered(stage.ssc.binaryRecordsStream(directory, 1).map(([byte]) => byte))
  stage.ssc.start()
  for (const [i, bytes] of files.entries()) {
    const path = join(directory, `bytes-${i}`)
    writeFileSync(path, Uint8Array.from(bytes))
    utimesSync(path, 2 * i + 1, 2 * i + 1)
    await stage.step(1)
  }
  await stage.ssc.stop()
  expect(out).toEqual(files)
})

test('a file whose length does not fit fails its batch', async () => {
  const stage = openContext({ sc })
  stage.ssc.binaryRecordsStream(directory, 2, { once: true }).print()
  stage.ssc.start()
  const ended = expect(stage.ssc.awaitTermination()).rejects.toThrow('are no whole number of records of 2 bytes')
  await stage.step(1)
  await ended
})

test('socketStream: a converter over bytes; the connection is made again', async () => {
  const connections: string[] = []
  const server = createServer(socket => { connections.push('open'); socket.on('error', () => {}).end(Buffer.from([1, 2, 3, 4])) })
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as { port: number }
  const context = new SparkContext(new SparkConf().setMaster('local[2]').set('spark.streaming.receiverRestartDelay', '1ms').set('spark.streaming.blockInterval', '5ms'), 'bytes', new EventBus())
  const stage = openContext({ sc: context })
  const out = gathered(stage.ssc.socketStream('127.0.0.1', port, async function* (bytes) {
    for await (const chunk of bytes) for (const byte of chunk) yield [byte, byte * 2] as [number, number]
  }))
  const twice = new Promise<void>(resolve => { context.events.on('received', ({ records }) => { if (records >= 8) resolve() }) })
  stage.ssc.start()
  await twice
  await stage.step(1)
  await stage.ssc.stop(true, true)
  server.close()
  expect(out[0]!.slice(0, 8)).toEqual([1, 2, 3, 4, 1, 2, 3, 4].map(byte => [byte, byte * 2]))
  expect(connections.length).toBeGreaterThan(1)
})

test('once: a converter, and a receiver of one\'s own, end where they would start again without an error', async () => {
  const server = createServer(socket => { socket.on('error', () => {}).end(Buffer.from([1, 2, 3])) })
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as { port: number }
  const context = new SparkContext(new SparkConf().setMaster('local[2]').set('spark.tspark.once', 'true'), 'once', new EventBus())
  const stage = openContext({ sc: context })
  class Three extends Receiver<number> {
    async onStart(): Promise<void> {
      await this.storeAll([7, 8, 9])
      this.restart('all there is')
    }
    onStop(): void {}
  }
  const bytes = stage.ssc.socketStream('127.0.0.1', port, async function* (chunks) { for await (const chunk of chunks) yield* chunk })
  const out = gathered(bytes.union(stage.ssc.receiverStream(new Three())))
  let ends = 0
  const bothEnded = new Promise<void>(resolve => { context.events.on('message', ({ text }) => { if (/it receives no more$/.test(text) && ++ends === 2) resolve() }) })
  stage.ssc.start()
  const ended = stage.ssc.awaitTermination()
  await bothEnded
  await stage.step(1)
  await ended
  server.close()
  expect(out.flat().sort()).toEqual([1, 2, 3, 7, 8, 9])
  await context.stop()
})

test('saveAsObjectFiles writes what sc.objectFile reads', async () => {
  const stage = openContext({ sc })
  stage.batches([[['a', new Date(5)]], []]).saveAsObjectFiles(join(directory, 'objects'), 'bin')
  stage.ssc.start()
  await stage.step(2)
  await stage.ssc.stop()
  const read = [1000, 2000].map(timeMs => sc.objectFile(join(directory, `objects-${timeMs}.bin`)).collect())
  expect(await Promise.all(read)).toEqual([[['a', new Date(5)]], []])
})

test('slice takes an Interval; dependencies are the parents; a checkpoint interval must fit', async () => {
  const stage = openContext({ sc })
  const numbers = stage.batches([[1], [2], [3], [4]])
  const doubled = numbers.map(n => n * 2)
  stage.ssc.remember(Seconds(10))
  doubled.print()
  stage.ssc.start()
  await stage.step(4)
  const sliced = doubled.slice(new Interval(new Time(2000), new Time(3500)))
  expect(await Promise.all(sliced.map(rdd => rdd.collect()))).toEqual([[4], [6]])
  await stage.ssc.stop()
  expect(doubled.dependencies.map(({ node }) => node)).toEqual([numbers.node])
  expect(numbers.dependencies).toEqual([])
  expect(() => doubled.checkpoint(Seconds(1.5))).toThrow('The checkpoint interval for map has been set to 1500 ms which is not a multiple of its slide time (1000 ms)')
})

test.each([true, false])('updateStateByKey over whole partitions, partitioner remembered: %s', async remember => {
  const stage = openContext({ sc })
  const pairs = stage.batches([['a', 'b', 'a'], [], ['b']]).map(word => [word, 1])
  const state = pairs.updateStateByKey(function* (rows: IterableIterator<[string, number[], number | undefined]>): Iterable<[string, number]> {
    for (const [key, values, total = 0] of rows) yield [key, total + values.length]
  }, 2, remember, sc.parallelize([['c', 5]]))
  const out = gathered(state)
  const partitioners: boolean[] = []
  state.foreachRDD(rdd => { partitioners.push(rdd.node.partitioner !== undefined) })
  stage.ssc.start()
  await stage.step(3)
  await stage.ssc.stop()
  expect(out.map(rows => rows.sort())).toEqual([[['a', 2], ['b', 1], ['c', 5]], [['a', 2], ['b', 1], ['c', 5]], [['a', 2], ['b', 2], ['c', 5]]])
  expect(partitioners).toEqual([remember, remember, remember])
})
