/** File streams over a restart: each batch has the files that it had, files of the time between are read, none twice. */
import { appendFileSync, cpSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { ManualClock, Seconds, SparkConf, StreamingContext, Time, type DStream } from '#src/index.js'
import { fileSource } from '#src/sources/files.js'
import { messagesOf, openSpark } from '../support/context.js'
import { program } from '../support/programs.js'
import { sourceContext } from '../support/source-context.js'

const sc = openSpark()
afterAll(async () => { await StreamingContext.getActive()?.stop(); await sc.stop() })

class Place {
  readonly root = program({})
  readonly in = join(this.root, 'in')
  readonly checkpoints = join(this.root, 'checkpoints')
  constructor() { mkdirSync(this.in) }

  /** A file that was finished at `atMs`. */
  put(name: string, text: string, atMs: number): void {
    writeFileSync(join(this.in, name), text)
    utimesSync(join(this.in, name), atMs / 1000, atMs / 1000)
  }
}

type Seen = (time: number, rows: unknown[]) => void

function open(directory: string, clock: ManualClock, make: (ssc: StreamingContext) => DStream<any>, seen: Seen): StreamingContext {
  return StreamingContext.getOrCreate(directory, () => {
    const ssc = new StreamingContext(sc, Seconds(2), { clock })
    make(ssc).foreachRDD(async (rdd, time) => { seen(+time, await rdd.collect()) })
    return ssc
  })
}

async function step(ssc: StreamingContext, clock: ManualClock): Promise<void> {
  clock.advance(2000)
  await ssc.idle()
}

test('cp-file-input: the sums of a window go on, with the batch that was not finished and the files of the time between', async () => {
  const place = new Place()
  const copy = join(place.root, 'killed')
  const sums = (ssc: StreamingContext): DStream<number> => ssc.textFileStream(place.in).map(Number).reduceByWindow((a, b) => a + b, Seconds(60), Seconds(2))
  const outputs: number[] = []
  const clock = new ManualClock(0)
  const first = open(place.checkpoints, clock, sums, (time, rows) => {
    if (time === 6000) cpSync(place.checkpoints, copy, { recursive: true }) // killed here
    else outputs.push(...rows as number[])
  })
  first.start()
  await first.idle()
  for (const i of [1, 2, 3]) { place.put(`${i}`, `${i}\n`, 2000 * i - 1000); await step(first, clock) }
  await first.stop()
  expect(outputs).toEqual([1, 3])

  for (const i of [4, 5, 6]) place.put(`${i}`, `${i}\n`, 2000 * i - 1000)
  const later = new ManualClock(14_000)
  const times: number[] = []
  const second = open(copy, later, sums, (time, rows) => { times.push(time); outputs.push(...rows as number[]) })
  second.start()
  await second.idle()
  expect(times).toEqual([6000, 8000, 10_000, 12_000, 14_000])
  for (const i of [8, 9, 10]) { place.put(`${i - 1}`, `${i - 1}\n`, 2000 * i - 1000); await step(second, later) }
  await second.stop()
  expect([...new Set(outputs)]).toEqual([1, 3, 6, 10, 15, 21, 28, 36, 45])
})

test('a batch that runs again has the files it had, whatever has come since; what was taken is not taken again, nor told to be late', async () => {
  const place = new Place()
  const said = messagesOf(sc)
  const copy = join(place.root, 'killed')
  const lines = (ssc: StreamingContext): DStream<string> => ssc.textFileStream(place.in)
  const outputs: [number, unknown[]][] = []
  const clock = new ManualClock(100_000)
  const first = open(place.checkpoints, clock, lines, (time, rows) => { outputs.push([time, rows]); if (time === 104_000) cpSync(place.checkpoints, copy, { recursive: true }) })
  place.put('before', 'before', 99_000)
  first.start()
  await first.idle()
  place.put('a', 'a\n', 101_000)
  await step(first, clock)
  place.put('b', 'b\n', 103_000)
  await step(first, clock)
  await first.stop()
  place.put('moved in late', 'late\n', 103_500)
  appendFileSync(join(place.in, 'a'), 'more\n')
  utimesSync(join(place.in, 'a'), 101, 101)
  const later = new ManualClock(200_000)
  const second = open(copy, later, lines, (time, rows) => { if (rows.length > 0) outputs.push([time, rows]) })
  second.start()
  await second.idle()
  await second.stop()
  expect(outputs).toEqual([[102_000, ['a']], [104_000, ['b']], [104_000, ['b']], [106_000, ['late']]])
  expect(said.filter(text => text.includes('older than'))).toEqual([])
})

test('a file that is gone when its batch runs again is told, and the stream goes on', async () => {
  const place = new Place()
  const copy = join(place.root, 'killed')
  const clock = new ManualClock(0)
  const first = open(place.checkpoints, clock, ssc => ssc.textFileStream(place.in), () => { cpSync(place.checkpoints, copy, { recursive: true }) })
  first.start()
  await first.idle()
  place.put('a', 'a\n', 1000)
  await step(first, clock)
  await first.stop()
  rmSync(join(place.in, 'a'))
  const seen: number[] = []
  const later = new ManualClock(4000)
  const second = open(copy, later, ssc => ssc.textFileStream(place.in), time => { seen.push(time) })
  second.start()
  await second.idle()
  expect(seen).toEqual([4000])
  await expect(second.awaitTermination()).rejects.toThrow(/cannot read .*ENOENT/)
  await second.stop()
})

test('with once, each run reads the files that no run before has read', async () => {
  const place = new Place()
  const outputs: unknown[] = []
  for (const [nowMs, file] of [[2000, 'a'], [10_000, 'b'], [20_000, undefined]] as const) {
    if (file) place.put(file, 'x\nx\n', 1000)
    const clock = new ManualClock(nowMs)
    const ssc = open(place.checkpoints, clock, made => made.textFileStream(place.in, { once: true }).map(x => [x, 1]).updateStateByKey((values, sum) => values.length + (sum ?? 0)), (_time, rows) => { outputs.push(...rows) })
    ssc.start()
    const ended = ssc.awaitTermination()
    for (let i = 0; i < 3; i++) await step(ssc, clock)
    await ended
  }
  expect(outputs).toEqual([['x', 2], ['x', 4], ['x', 4]])
})

test('a checkpoint names files of the stream\'s own directory only', async () => {
  const place = new Place()
  const secret = join(place.root, 'secret')
  writeFileSync(secret, 'secret\n')
  const given = [[secret, 1000, 7], [join(place.in, '..', 'secret'), 1000, 7], [join(place.in, 'mine'), 1000, 5]]
  const taken = async (recovered: unknown): Promise<unknown> => {
    const source = fileSource(place.in, new SparkConf())
    await source.start({ ...sourceContext(5000), recovered })
    const { rdd } = (await source.batch(new Time(2000)))!
    return rdd.kind === 'files' && rdd.splits.map(({ path }) => path)
  }
  expect(await taken({ startMs: 0, untilMs: 2000, batches: [[2000, given]] })).toEqual([join(place.in, 'mine')])
  for (const nonsense of [null, 5, { startMs: 'x' }, { startMs: 0, untilMs: 2000, batches: [[2000, [['p']]]] }, { startMs: 0, untilMs: 2000, batches: {} }]) expect(await taken(nonsense)).toEqual([])
})
