/** A stream on the clock in one's hand: batches one by one, time stopped in the middle and let go again. */
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test } from 'vitest'
import { ManualClock, type Clock } from '#src/core/clock.js'
import { EventBus } from '#src/core/events.js'
import { Seconds, SparkContext, SteppableClock, StreamingContext } from '#src/index.js'
import { openLineServer } from '#src/repl/line-server.js'

const WALL_MS = 1_800_000_000_000
const sc = new SparkContext('local[2]', 'ticks', new EventBus())
const dir = mkdtempSync(join(tmpdir(), 'tspark-ticks-'))
afterEach(() => StreamingContext.getActive()?.stop(false))
afterAll(async () => { await sc.stop(); rmSync(dir, { recursive: true, force: true }) })

/** Time that only the test lets go by, and that is no ManualClock to the context. */
class Wall implements Clock {
  readonly #clock = new ManualClock(WALL_MS)
  now(): number { return this.#clock.now() }
  at(atMs: number, fire: () => void): () => void { return this.#clock.at(atMs, fire) }
  pass(ms: number): void { this.#clock.advance(ms) }
}

function started(queue: string[][] = [], clock: Clock = new SteppableClock()): { ssc: StreamingContext; seen: [number, number][] } {
  const ssc = new StreamingContext(sc, Seconds(1), { clock })
  const seen: [number, number][] = []
  ssc.queueStream(queue).foreachRDD(async (rdd, time) => { seen.push([time.milliseconds, await rdd.count()]) })
  return { ssc, seen }
}

test('stopped before the start, batches are at 1000, 2000, …, one a tick', async () => {
  const { ssc, seen } = started([['a', 'b'], ['c']])
  ssc.clock.manual()
  ssc.start()
  await ssc.tick()
  expect(seen).toEqual([[1000, 2]])
  await ssc.tick(3)
  expect(seen).toEqual([[1000, 2], [2000, 1], [3000, 0], [4000, 0]])
})

test('stopped in the middle, no batch is lost, and none comes twice', async () => {
  const wall = new Wall()
  const { ssc, seen } = started([['a'], ['b'], ['c'], ['d'], ['e']], wall)
  ssc.start()
  wall.pass(2500)
  await ssc.idle()
  ssc.clock.manual()
  wall.pass(60_000)
  await ssc.idle()
  expect(seen).toEqual([[WALL_MS + 1000, 1], [WALL_MS + 2000, 1]])
  await ssc.tick(2)
  expect(seen.slice(2)).toEqual([[WALL_MS + 3000, 1], [WALL_MS + 4000, 1]])
  ssc.clock.system()
  await ssc.idle()
  expect(seen.map(([timeMs]) => timeMs)).toEqual(Array.from({ length: 62 }, (_, i) => WALL_MS + 1000 * (i + 1)))
})

test('one that began at 0 is let go from its own time: no billions of batches', async () => {
  const wall = new Wall()
  const { ssc, seen } = started([], wall)
  ssc.clock.manual()
  ssc.start()
  await ssc.tick()
  ssc.clock.system()
  wall.pass(2000)
  await ssc.idle()
  expect(seen).toEqual([[1000, 0], [2000, 0], [3000, 0]])
})

test('what a checkpoint of times by hand holds is gone on from by the wall\'s pace', async () => {
  const checkpoints = join(dir, 'checkpoints')
  const wall = new Wall()
  const sums: unknown[] = []
  const create = (): StreamingContext => {
    const ssc = new StreamingContext(sc, Seconds(1), { clock: wall })
    ssc.checkpoint(checkpoints)
    ssc.textFileStream(dir).map(line => [line, 1]).updateStateByKey((values: number[], sum?: number) => (sum ?? 0) + values.length).foreachRDD(async (rdd, time) => { sums.push([time.milliseconds, await rdd.collect()]) })
    return ssc
  }
  const first = StreamingContext.getOrCreate(checkpoints, create)
  first.clock.manual()
  first.start()
  await first.tick(3)
  await first.stop(false)
  sums.length = 0
  const second = StreamingContext.getOrCreate(checkpoints, create)
  second.start()
  wall.pass(2000)
  await second.idle()
  expect(sums).toEqual([[4000, []], [5000, []]])
})

test('a tick takes what has come: lines of a socket, with back-pressure too', async () => {
  const ssc = new StreamingContext(sc, Seconds(1))
  ssc.clock.manual()
  sc.conf.set('spark.streaming.backpressure.enabled', 'true')
  const server = await openLineServer({ port: 20_000 + process.pid % 20_000 })
  const counts: number[] = []
  ssc.socketTextStream('localhost', server.port).foreachRDD(async rdd => { counts.push(await rdd.count()) })
  ssc.start()
  for (const lines of [1, 5000, 20, 5000]) {
    const arrived = new Promise<void>(resolve => { const end = sc.events.on('received', () => { if (ssc.waitingRecords >= lines) { end(); resolve() } }) })
    server.send(Array.from({ length: lines }, (_, i) => `line ${i}`).join('\n'))
    await arrived
    expect(ssc.waitingRecords).toBe(lines)
    await ssc.tick()
    expect(ssc.waitingRecords).toBe(0)
  }
  expect(counts).toEqual([1, 5000, 20, 5000])
  await ssc.stop(false)
  await server.close()
  sc.conf.set('spark.streaming.backpressure.enabled', 'false')
})

test('a tick takes the files that are there', async () => {
  const folder = mkdtempSync(join(dir, 'logs-'))
  const ssc = new StreamingContext(sc, Seconds(1))
  ssc.clock.manual()
  const lines: string[][] = []
  ssc.textFileStream(folder).foreachRDD(async rdd => { lines.push(await rdd.collect()) })
  ssc.start()
  await ssc.tick()
  writeFileSync(join(folder, 'a.txt'), 'to be\n')
  const nowS = Date.now() / 1000 // the file system's own times may lie a few ms back
  utimesSync(join(folder, 'a.txt'), nowS, nowS)
  while (Date.now() / 1000 <= nowS) await new Promise(setImmediate)
  await ssc.tick(2)
  expect(lines).toEqual([[], ['to be'], []])
})

test('a batch that fails, and one that hangs, end their tick', async () => {
  const ssc = new StreamingContext(sc, Seconds(1))
  ssc.clock.manual()
  const failed: unknown[] = []
  const unheard = sc.events.on('batchCompleted', ({ timeMs, error }) => { if (error) failed.push([timeMs, (error as Error).message]) })
  ssc.queueStream([['{'], ['for ever']]).foreachRDD(rdd => rdd.map(text => { for (;;) if (text !== 'for ever') return JSON.parse(text) as string }).count())
  ssc.start()
  await ssc.tick()
  expect(failed).toEqual([[1000, expect.stringMatching(/JSON/)]])
  const begun = new Promise<void>(resolve => { const end = sc.events.on('batchStarted', () => { end(); resolve() }) })
  const hanging = ssc.tick(5)
  await begun
  hanging.cancel('by Ctrl-C')
  await hanging
  expect(failed.slice(1)).toEqual([[2000, expect.stringMatching(/cancelled by Ctrl-C/)]])
  unheard()
})

test('stops gracefully, and starts again with times that were never used', async () => {
  const { ssc, seen } = started([['a'], ['b']])
  ssc.clock.manual()
  ssc.start()
  await ssc.tick()
  await ssc.stop(false, true)
  ssc.start()
  await ssc.tick()
  const times = seen.map(([timeMs]) => timeMs)
  expect(times).toEqual([...new Set(times)])
  expect(seen.reduce((sum, [, count]) => sum + count, 0)).toBe(2)
})

test.each([
  { name: 'while time goes by itself', code: 'CLOCK_RUNS', act: (ssc: StreamingContext) => { ssc.start(); return ssc.tick() } },
  { name: 'before the start', code: 'NOT_STARTED', act: (ssc: StreamingContext) => ssc.tick() },
  { name: 'for no batch', code: 'ARGUMENT_INVALID', act: (ssc: StreamingContext) => { ssc.clock.manual(); ssc.start(); return ssc.tick(0) } },
])('no tick $name', ({ code, act }) => {
  const { ssc } = started()
  expect(() => act(ssc)).toThrow(expect.objectContaining({ code }))
})
