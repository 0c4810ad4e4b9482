/** What outlives a task: persisted rows, broadcast values, accumulators, the classes of rows. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { LongAccumulator } from '#src/core/accumulator.js'
import { Broadcast } from '#src/core/broadcast.js'
import type { SparkError } from '#src/core/errors.js'
import { makeNode, type RddNode } from '#src/plan/rdd-plan.js'
import * as p from '../support/plans.ts'
// @ts-expect-error plain JavaScript
import * as fixture from './fixtures/counting.mjs'

const engine = p.embedded()
afterAll(() => engine.stop())

const numbers = p.rows([1, 2, 3, 4], 2)
let lastId = 0
function counted(parent: RddNode): { rdd: RddNode; calls: () => number } {
  const accumulator = Object.assign(new LongAccumulator(), { id: ++lastId })
  engine.registerAccumulator(accumulator as never)
  return { rdd: p.map(fixture.adding(accumulator))(parent), calls: () => accumulator.count }
}

test('a persisted RDD is computed once per partition, as far as it is needed', async () => {
  const { rdd, calls } = counted(numbers)
  const kept = p.persist(rdd)
  expect(engine.settled(kept)).toBe(undefined)
  expect(await p.run(engine, kept, { kind: 'collect' }, [0])).toEqual([[1, 2]])
  expect([calls(), engine.settled(kept)]).toEqual([2, undefined])
  expect(await p.collect(engine, p.union(kept, kept, p.map((x: number) => -x)(kept)))).toEqual([1, 2, 3, 4, 1, 2, 3, 4, -1, -2, -3, -4])
  expect(calls()).toBe(4)
})

test('two jobs that want it at once compute it once', async () => {
  const { rdd, calls } = counted(numbers)
  const kept = p.persist(rdd)
  await Promise.all([p.collect(engine, kept), p.collect(engine, kept), p.collect(engine, kept)])
  expect(calls()).toBe(4)
})

test('settled: a leaf without lineage, valid after unpersist', async () => {
  const { rdd, calls } = counted(p.partitionBy(2)(p.rows([['a', 1], ['b', 2]])))
  void rdd
  const kept = p.persist(p.reduceByKey((a: number, b: number) => a + b)(p.rows([['a', 1], ['b', 2], ['a', 3]])))
  const rows = await p.run(engine, kept)
  const leaf = engine.settled(kept)!
  expect(leaf).toMatchObject({ kind: 'blocks', numPartitions: 2, partitioner: kept.partitioner, operator: 'cache' })
  expect(leaf.blocks.reduce((sum, block) => sum + block.records, 0)).toBe(2)
  expect(engine.settled(kept)).toBe(leaf)
  engine.unpersist(kept.id)
  expect(engine.settled(kept)).toBe(undefined)
  expect(await p.run(engine, leaf)).toEqual(rows)
  expect(calls()).toBe(0)
})

test('unpersisted, it is computed again, and no longer kept', async () => {
  const { rdd, calls } = counted(numbers)
  const kept = p.persist(rdd)
  await p.collect(engine, kept)
  engine.unpersist(kept.id)
  await p.collect(engine, kept)
  await p.collect(engine, kept)
  expect([calls(), engine.settled(kept)]).toEqual([12, undefined])
})

test('an RDD without partitions is settled once it was asked for', async () => {
  const kept = p.persist(p.rows([], 0))
  expect(await p.run(engine, kept)).toEqual([])
  expect(engine.settled(kept)?.blocks).toEqual([])
})

test('a failed partition is not kept; the next job computes it', async () => {
  const kept = p.persist(p.map((x: number) => { if (x === 4) throw new Error('no'); return x })(numbers))
  await expect(p.collect(engine, kept)).rejects.toMatchObject({ code: 'TASK_FAILED' })
  expect(engine.settled(kept)).toBe(undefined)
  expect(await p.run(engine, kept, { kind: 'collect' }, [0])).toEqual([[1, 2]])
})

test('a second action does not run the map side again', async () => {
  const { rdd, calls } = counted(numbers)
  const counts = p.reduceByKey((a: number, b: number) => a + b)(p.map((x: number) => [x % 2, x])(rdd))
  const more = p.groupByKey(3)(p.map(([key, n]: [number, number]) => [n, key])(counts))
  const taken = [...await p.run(engine, counts, { kind: 'take', n: 2 }, [0]), ...await p.run(engine, counts, { kind: 'take', n: 2 }, [1])]
  expect(new Map(taken.flat() as [number, number][])).toEqual(new Map([[1, 4], [0, 6]]))
  expect(await p.run(engine, more, { kind: 'count' })).toEqual(await p.run(engine, more, { kind: 'count' }))
  expect(calls()).toBe(4)
})

test('… unless what it captures has changed, before this shuffle or an earlier one', async () => {
  const scale = { by: 1 }
  const scaled = p.map(fixture.scaling(scale))(p.rows([['a', 1], ['b', 2], ['a', 3]]))
  const counts = p.reduceByKey((a: number, b: number) => a + b)(scaled)
  const after = p.groupByKey(1)(p.map(([key, n]: [string, number]) => [n, key])(counts))
  expect(new Map(await p.collect(engine, counts) as [string, number][])).toEqual(new Map([['a', 4], ['b', 2]]))
  expect(await p.collect(engine, after)).toHaveLength(2)
  scale.by = 10
  expect(new Map(await p.collect(engine, counts) as [string, number][])).toEqual(new Map([['a', 40], ['b', 20]]))
  expect((await p.collect(engine, after) as [number, unknown][]).map(([n]) => n).sort()).toEqual([20, 40])
})

test('a broadcast value is read in every executor', async () => {
  const broadcast = new Broadcast(41, () => { throw new Error('not on the driver') })
  engine.broadcast(41, new Map([[1, 'one'], [2, 'two'], [3, 'three'], [4, 'four']]))
  expect(await p.collect(engine, p.map(fixture.reading(broadcast))(numbers))).toEqual(['one', 'two', 'three', 'four'])
  await Promise.all(engine.pool.workers.map(worker => worker.terminate()))
  expect(await p.collect(engine, p.map(fixture.reading(broadcast))(numbers))).toEqual(['one', 'two', 'three', 'four'])
  engine.unbroadcast(41)
  await expect(p.collect(engine, p.map(fixture.reading(broadcast))(numbers))).rejects.toMatchObject({ code: 'BROADCAST_DESTROYED' })
})

test('own accumulators', async () => {
  const longest = Object.assign(new fixture.Longest(), { id: ++lastId })
  engine.registerAccumulator(longest as never)
  await p.run(engine, p.map(fixture.adding(longest))(p.rows(['a', 'abc', 'ab'], 3)), { kind: 'count' })
  expect(longest.value).toBe('abc')
})

test('a task that fails adds nothing', async () => {
  const { rdd, calls } = counted(numbers)
  await expect(p.collect(engine, p.map(() => { throw new Error('no') })(rdd))).rejects.toThrow('no')
  expect(calls()).toBe(0)
})

test('rows keep their class, from the driver and back', async () => {
  const points = p.rows([new fixture.Point(3, 4), new fixture.Far(6, 8)])
  expect(await p.collect(engine, p.map(fixture.normOf())(points))).toEqual([5, 10])
  expect(await p.collect(engine, p.map(fixture.isFar())(points))).toEqual([false, true])
  const back = await p.collect(engine, p.groupByKey()(p.map((x: unknown) => ['k', x])(p.map(fixture.toFar())(numbers)))) as [string, { norm: number }[]][]
  expect(back[0]![1].every(point => point instanceof fixture.Far)).toBe(true)
})

test('kept rows keep their class in an executor that has never seen it', async () => {
  const kept = p.persist(p.map(fixture.toPoint())(numbers))
  await p.collect(engine, kept)
  await Promise.all(engine.pool.workers.map(worker => worker.terminate()))
  expect(await p.collect(engine, p.map((point: { norm: number }) => point.norm > 2)(kept))).toEqual([true, true, true, true])
})

test('a class that only an executor knows is refused by name', async () => {
  const error = await p.collect(engine, p.map(fixture.bornInside())(numbers)).catch(error => error as SparkError) as SparkError
  expect([error.code, error.message]).toEqual(['ROW_CLASS_UNKNOWN', expect.stringContaining('Inner')])
})

test('blocks of lines and of rows are read alike', async () => {
  const text = Buffer.from('to be\r\nor not\n')
  const buffer = new SharedArrayBuffer(text.length + 10)
  Buffer.from(buffer).set(text)
  const lines = makeNode<RddNode & { kind: 'blocks' }>({
    kind: 'blocks', numPartitions: 1, partitioner: undefined, operator: 'socketTextStream', site: undefined,
    blocks: [{ format: 'lines', records: 2, bytes: text.length, data: { buffer, byteLength: text.length } }],
  })
  expect(await p.collect(engine, p.flatMap((line: string) => line.split(' '))(lines))).toEqual(['to', 'be', 'or', 'not'])
})

test('files as lines and whole, and their errors', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'tspark-engine-'))
  const path = join(dir, 'words.txt')
  writeFileSync(path, 'to be\r\nor not\nto be')
  const files = (format: 'lines' | 'whole', ...splits: { path: string; start: number; end: number }[]) => makeNode<RddNode & { kind: 'files' }>({
    kind: 'files', format, splits, numPartitions: splits.length, partitioner: undefined, operator: 'textFile', site: undefined,
  })
  expect(await p.run(engine, files('lines', { path, start: 0, end: 7 }, { path, start: 7, end: 19 }))).toEqual([['to be'], ['or not', 'to be']])
  expect(await p.collect(engine, files('whole', { path, start: 0, end: 19 }))).toEqual([[path, 'to be\r\nor not\nto be']])
  rmSync(dir, { recursive: true })
  await expect(p.collect(engine, files('lines', { path, start: 0, end: 7 }))).rejects.toMatchObject({ code: 'FILE_UNREADABLE', message: expect.stringContaining(path) })
})
