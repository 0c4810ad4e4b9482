/** What outlives a task or travels beside its rows, on Spark's engine over a Spark without Java: the users' view of it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { TaskFailure } from '#src/core/events.js'
import { EventBus } from '#src/core/events.js'
import { Milliseconds, Seconds, SparkConf, SparkContext, StreamingContext } from '#src/index.js'
import { openContext } from '../../support/context.ts'
import { fakeSpark } from '../../support/fake-spark.ts'
import { LineFeeder } from '../../support/line-feeder.ts'

const fake = fakeSpark()
process.env.JAVA_HOME = fake.javaHome
const events = new EventBus()
const sc = new SparkContext(new SparkConf(Object.entries({ 'spark.master': 'local[2]', 'spark.tspark.engine': 'spark', 'spark.tspark.sparkHome': fake.home, 'spark.streaming.blockInterval': '20ms' })), 'sharing', events)
afterAll(async () => {
  await sc.stop()
  fake.remove()
})

test('a captured variable is read when the job starts', async () => {
  let factor = 2
  const scaled = sc.parallelize([1, 2, 3], 2).map(x => x * factor)
  expect(await scaled.collect()).toEqual([2, 4, 6])
  factor = 10
  expect(await scaled.collect()).toEqual([10, 20, 30])
})

test('accumulators count once, whatever kind', async () => {
  const rows = sc.longAccumulator()
  const words = sc.collectionAccumulator<string>()
  await sc.parallelize(['a', 'b', 'c'], 3).foreach(word => { rows.add(1); words.add(word) })
  expect([rows.value, [...words.value].sort()]).toEqual([3, ['a', 'b', 'c']])
})

test('broadcasts: read, changed on the driver without effect, destroyed', async () => {
  const names = sc.broadcast(new Map([['a', { name: 'Ann' }]]))
  const named = sc.parallelize(['a', 'b'], 2).map(key => names.value.get(key)?.name ?? key)
  expect(await named.collect()).toEqual(['Ann', 'b'])
  names.unpersist()
  expect(await named.collect()).toEqual(['Ann', 'b'])
  names.destroy()
  await expect((async () => named.collect())()).rejects.toMatchObject({ code: 'BROADCAST_DESTROYED' })
})

test('a large capture travels as well', async () => {
  const table = Array.from({ length: 60_000 }, (_, i) => `word ${i}`)
  expect(await sc.parallelize([0, 59_999], 2).map(i => table[i]).collect()).toEqual(['word 0', 'word 59999'])
})

test('classes of rows keep their methods on the way', async () => {
  class Point { constructor(readonly x: number, readonly y: number) {} norm(): number { return Math.hypot(this.x, this.y) } }
  const points = sc.parallelize([new Point(3, 4)], 1).map(point => [point.norm(), new Point(point.y, point.x)] as [number, Point])
  const [[norm, swapped]] = await points.repartition(2).collect() as [[number, Point]]
  expect([norm, swapped.x, swapped.norm()]).toEqual([5, 4, 5])
})

test('what functions print comes to the driver', async () => {
  const printed: string[] = []
  const off = events.on('console', ({ stream, text }) => { printed.push(`${stream}: ${text}`) })
  await sc.parallelize([7], 1).foreach(x => { console.log('saw', x); console.error('!') })
  off()
  expect(printed).toEqual(['stdout: saw 7\n', 'stderr: !\n'])
})

test('an error has the record and the place in the program', async () => {
  const failing = sc.parallelize([1, 2], 2).map(x => { if (x === 2) throw new RangeError('two'); return x })
  const error = await failing.collect().then(() => undefined, (reason: unknown) => reason) as { code: string; cause: TaskFailure }
  expect(error).toMatchObject({ code: 'TASK_FAILED', cause: { operator: 'map', record: '2', error: 'RangeError: two' } })
  expect(error.cause.thrownAt).toMatchObject({ file: expect.stringContaining('sharing.test.ts') as string })
})

test('what tspark refuses in a worker has its own code', async () => {
  await expect(sc.parallelize([1], 1).map(() => () => 1).collect()).rejects.toMatchObject({ code: 'ROW_UNSUPPORTED' })
  await expect(sc.parallelize([1], 1).map(async x => x).collect()).rejects.toMatchObject({ code: 'RETURNED_PROMISE' })
})

test('mapAsync', async () => {
  expect(await sc.parallelize([1, 2, 3], 1).mapAsync(async x => { await new Promise(resolve => { setTimeout(resolve, 3 - x) }); return x * 2 }, { concurrency: 3 }).collect()).toEqual([2, 4, 6])
})

test('a worker that dies is an error that says so', async () => {
  await expect(sc.parallelize([1], 1).map(() => process.exit(7)).collect()).rejects.toMatchObject({ code: 'SPARK_WORKER_LOST' })
  expect(await sc.parallelize([1], 1).count()).toBe(1)
})

test('a persisted RDD and an exchange are computed once', async () => {
  const calls = sc.longAccumulator()
  const kept = sc.parallelize([1, 2, 3, 4], 2).map(x => { calls.add(1); return x }).cache()
  expect([await kept.count(), await kept.reduce((a, b) => a + b), calls.value]).toEqual([4, 10, 4])
  kept.unpersist()
  expect([await kept.count(), calls.value]).toEqual([4, 8])

  const mapped = sc.longAccumulator()
  const counts = sc.parallelize(['a', 'b', 'a'], 2).map(word => { mapped.add(1); return [word, 1] }).reduceByKey((a, b) => a + b)
  expect([await counts.count(), (await counts.collect()).sort(), mapped.value]).toEqual([2, [['a', 2], ['b', 1]], 3])
})

test('a file that has changed is read again by another RDD', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'tspark-changed-')), 'words.txt')
  const counts = (): Promise<[string, number][]> => sc.textFile(path).flatMap(line => line.split(' ')).map(word => [word, 1]).reduceByKey((a, b) => a + b).collect() as Promise<[string, number][]>
  writeFileSync(path, 'a b a\n')
  expect((await counts()).sort()).toEqual([['a', 2], ['b', 1]])
  writeFileSync(path, 'b c b\n')
  expect((await counts()).sort()).toEqual([['b', 2], ['c', 1]])
  rmSync(dirname(path), { recursive: true })
})

describe('streams', () => {
  test('state, windows and an output that is added while they run', async () => {
    const { ssc, batches, step } = openContext({ sc })
    const words = batches([['a', 'b'], ['a'], [], ['b', 'b']])
    const state: unknown[] = []
    words.map(word => [word, 1]).updateStateByKey((values, sum?: number) => values.reduce((a, b) => a + b, sum ?? 0)).foreachRDD(async rdd => { state.push((await rdd.collect()).sort()) })
    const windows: number[] = []
    words.window(Seconds(2), Seconds(1)).count().foreachRDD(async rdd => { windows.push(...await rdd.collect()) })
    ssc.start()
    await step(2)
    const late: unknown[] = []
    words.map(word => word.toUpperCase()).foreachRDD(async rdd => { late.push(await rdd.collect()) })
    await step(2)
    expect(state).toEqual([[['a', 1], ['b', 1]], [['a', 2], ['b', 1]], [['a', 2], ['b', 1]], [['a', 2], ['b', 3]]])
    expect([windows, late]).toEqual([[2, 3, 1, 2], [[], ['B', 'B']]])
    await ssc.stop(false)
  })

  test('lines of a socket are counted', async () => {
    const feeder = await LineFeeder.open()
    const ssc = new StreamingContext(sc, Milliseconds(200))
    const totals = new Map<string, number>()
    let done = (): void => {}
    const all = new Promise<void>(resolve => { done = resolve })
    ssc.socketTextStream('localhost', feeder.port).flatMap(line => line.split(' ')).map(word => [word, 1]).reduceByKey((a, b) => a + b).foreachRDD(async rdd => {
      for (const [word, count] of await rdd.collect()) totals.set(word, (totals.get(word) ?? 0) + count)
      if ([...totals.values()].reduce((a, b) => a + b, 0) === 600) done()
    })
    ssc.start()
    await feeder.connected()
    await feeder.send('naïve to be\r\n'.repeat(200), () => 0.3)
    await all
    expect([...totals].sort()).toEqual([['be', 200], ['naïve', 200], ['to', 200]])
    await ssc.stop(false)
    await feeder.close()
  })
})
