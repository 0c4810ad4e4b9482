/** Every executable case again in hindsight: what `rewind` gives is what the live batches gave, or those of a fresh run where the case's operation is added late. */
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { EventBus } from '#src/core/events.js'
import { ManualClock, Milliseconds, Seconds, SparkConf, SparkContext, StreamingContext } from '#src/index.js'
import { rewindCase } from '../conformance/cases.mjs'
import { WAYS, type Case } from '../support/conformance-streams.js'
import { program } from '../support/programs.js'

const cases = JSON.parse(readFileSync(new URL('../conformance/cases.json', import.meta.url), 'utf8')) as Case[]
const executable = cases.filter(({ kind }) => ['data', 'partitions', 'eventually'].includes(kind))
const events = new EventBus()
events.on('printed', () => {})
const sc = new SparkContext(new SparkConf().setMaster('local[2]').set('spark.streaming.blockInterval', '5ms'), 'rewind', events)
afterAll(() => sc.stop())

test('there are many', () => { expect(executable.length).toBeGreaterThan(50) })

test.each(executable.flatMap(row => [false, true].map(late => ({ row, late, name: `${row.id}${late ? ', added late' : ''}` }))))('$name', async ({ row, late }) => {
  const { live, rewound, error } = await rewindCase(row, sc, { late })
  expect(error).toBeUndefined()
  expect(live.size).toBeGreaterThan(0)
  expect(rewound).toEqual(live)
})

/** Cases in which no stream gives batches; and one that is a test of its own below. */
const WITHOUT: Readonly<Record<string, string>> = {
  lifecycle: 'of starting, stopping and what is refused',
  unit: 'of a class by itself: State, Time, Duration',
  recovery: 'its batches are those of two runs',
}

test('every other kind is a row below, or has no batches', () => {
  expect(new Set(cases.map(({ kind }) => kind))).toEqual(new Set([...executable.map(({ kind }) => kind), ...Object.keys(WAYS), ...Object.keys(WITHOUT)]))
})

test.each(cases.filter(({ kind }) => WAYS[kind]))('$id, with an output', async row => {
  const { batchMs = 1000, numBatches = 5, clockStartMs = 0 } = row.params
  const clock = new ManualClock(clockStartMs)
  const ssc = new StreamingContext(sc, Milliseconds(batchMs), { clock })
  const { stream, feed, close } = await WAYS[row.kind]!(row, ssc)
  const live = new Map<number, unknown>()
  stream.foreachRDD(async (rdd, time) => { live.set(+time, await rdd.collect()) })
  const forget = events.on('outputCompleted', ({ timeMs, error }) => { if (error !== undefined) live.set(timeMs, 'failed') })
  try {
    ssc.start()
    for (let i = 0; i < numBatches; i++) {
      await feed?.(i)
      clock.advance(batchMs)
      await ssc.idle()
    }
    const batches = await ssc.rewind(numBatches, { rows: Infinity })
    expect(live.size).toBeGreaterThan(0)
    expect(new Map(batches.flatMap(({ time, outputs }) => outputs.map(({ rows, error }) => [+time, error === undefined ? rows : 'failed'])))).toEqual(live)
  } finally {
    forget()
    await ssc.stop(false)
    await close?.()
  }
})

test('cp-file-input, after the restart: a window that goes on from a checkpoint', async () => {
  const root = program({})
  const folder = join(root, 'in')
  mkdirSync(folder)
  const run = async (clock: ManualClock, files: readonly number[]): Promise<{ live: Map<number, unknown>; rewound: Map<number, unknown> }> => {
    const live = new Map<number, unknown>()
    const ssc = StreamingContext.getOrCreate(join(root, 'checkpoints'), () => {
      const made = new StreamingContext(sc, Seconds(2), { clock })
      made.textFileStream(folder).map(Number).reduceByWindow((a, b) => a + b, Seconds(60), Seconds(2)).foreachRDD(async (rdd, time) => { live.set(+time, await rdd.collect()) })
      return made
    })
    ssc.start()
    await ssc.idle()
    for (const file of files) {
      writeFileSync(join(folder, `${file}`), `${file}\n`)
      utimesSync(join(folder, `${file}`), (clock.now() + 1) / 1000, (clock.now() + 1) / 1000)
      clock.advance(2000)
      await ssc.idle()
    }
    const rewound = new Map((await ssc.rewind(60, { rows: Infinity })).flatMap(({ time, outputs }) => outputs.map(({ rows }) => [+time, rows])))
    await ssc.stop(false)
    return { live, rewound }
  }
  await run(new ManualClock(0), [1, 2, 3])
  const { live, rewound } = await run(new ManualClock(14_000), [7, 8, 9])
  expect([...live.values()].at(-1)).toEqual([1 + 2 + 3 + 7 + 8 + 9])
  expect(rewound).toEqual(live)
})
