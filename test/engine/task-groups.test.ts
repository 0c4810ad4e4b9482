/** Small blocks share a task, and nothing else: rows, order, indices, combining and reuse are as if each had its own. */
import { afterAll, expect, test } from 'vitest'
import { EventBus } from '#src/core/events.js'
import { taskGroups } from '#src/engine/driver/task-groups.js'
import { hashPartitioner } from '#src/plan/partitioner.js'
import { makeNode, type BlocksNode, type RddNode } from '#src/plan/rdd-plan.js'
import { aggregateByKey } from '../support/grouped-plans.ts'
import { chain, collect, embedded, map, mapPartitions, persist, reduceByKey, rows, run, union } from '../support/plans.ts'

const events = new EventBus()
const tasks: number[] = []
events.on('jobStart', job => { tasks.push(job.tasks) })
const engine = embedded('local[2]', {}, events)
afterAll(() => engine.stop())

const sized = (...bytes: number[]): RddNode => makeNode<BlocksNode>({
  kind: 'blocks', numPartitions: bytes.length, partitioner: undefined, operator: 'socketTextStream', site: undefined,
  blocks: bytes.map(size => ({ format: 'lines', records: 1, bytes: size, data: undefined })),
})
const MIB = 1024 * 1024
const around = { threads: 1, stored: () => undefined }
const lengths = (node: RddNode): number[] => taskGroups(node, around).map(group => group.length)

test.each([
  ['few stay', sized(1, 1, 1, 1), [1, 1, 1, 1]],
  ['many small ones: four for each thread', sized(...Array<number>(40).fill(10)), [10, 10, 10, 10]],
  ['a large one stays alone', sized(1, 1, 9 * MIB, 1, 1), [2, 1, 2]],
  ['none above 4 MiB', sized(...Array<number>(12).fill(2 * MIB)), [2, 2, 2, 2, 2, 2]],
  ['what the user has cut stays', rows([...Array(20).keys()], 20), Array<number>(20).fill(1)],
  ['through unions and what is fused', map((x: unknown) => x)(union(sized(...Array<number>(20).fill(10)), sized(...Array<number>(20).fill(10)))), [10, 10, 10, 10]],
  ['neighbours of unknown size part them', union(sized(1, 1, 1), rows([1, 2], 2), sized(1, 1)), [1, 1, 1, 1, 1, 1, 1]],
] as const)('%s', (_name, node, expected) => { expect(lengths(node)).toEqual(expected) })

/** Sixty batches of five stored blocks each, as a window has them. */
async function windowOf(): Promise<RddNode> {
  const batches = Array.from({ length: 60 }, (_, batch) => persist(map((x: unknown) => x)(rows(Array.from({ length: 10 }, (_, i) => [`k${(batch + i) % 13}`, 0.1 * i + batch]), 5))))
  for (const batch of batches) await run(engine, batch, { kind: 'count' })
  return union(...batches.map(batch => engine.settled(batch)!))
}

test('a window over 300 blocks takes eight map tasks, and gives what 300 would', async () => {
  const window = await windowOf()
  const plain = rows([], 0)
  const unstored = union(plain, rows((await run(engine, window)).flat(), 1))
  expect(window.numPartitions).toBe(300)
  tasks.length = 0
  const indexed = mapPartitions(function* (values: Iterable<[string, number]>, index: number) { for (const [key, value] of values) yield [key, index * value] })
  // A zero that is not neutral counts the partitions in which a key is.
  const counted = aggregateByKey(1000, (sum: number) => sum + 1, (a: number, b: number) => a + b, hashPartitioner(3))
  const found = await collect(engine, chain(indexed, counted)(window))
  expect(tasks.at(-1)).toBeLessThanOrEqual(8 + 2 + 3)
  const expected = new Map<string, number>()
  for (const part of await run(engine, window) as [string, number][][]) for (const key of new Set(part.map(([key]) => key))) expected.set(key, (expected.get(key) ?? 0) + 1000 + part.filter(row => row[0] === key).length)
  expect(new Map(found as [string, number][])).toEqual(expected)
  expect((await collect(engine, reduceByKey((a: number) => a, 1)(window))).map(row => (row as [string])[0])).toEqual([...new Set(((await collect(engine, unstored)) as [string][]).map(([key]) => key))])
})

test('functions begin anew in each partition', async () => {
  let seen = 0
  const numbered = map(([key]: [string]) => [key, ++seen])
  const found = await collect(engine, chain(numbered, reduceByKey(Math.max, 1))(await windowOf())) as [string, number][]
  expect(new Set(found.map(([, highest]) => highest))).toEqual(new Set([2])) // of two rows in each partition
})

test('a shuffle that was grouped is read again by the next job', async () => {
  const reduced = reduceByKey((a: number, b: number) => a + b, 2)(await windowOf())
  const first = await collect(engine, reduced)
  tasks.length = 0
  expect(await collect(engine, reduced)).toEqual(first)
  expect(tasks).toEqual([2])
})
