/** queueStream and given batches: what each batch gets. */
import { expect, test } from 'vitest'
import { Time } from '#src/core/time.js'
import { batchesSource } from '#src/sources/batches.js'
import { queueSource } from '#src/sources/queue.js'
import { collectionOf } from '#src/sources/rows.js'
import type { CollectionNode, RddNode } from '#src/plan/rdd-plan.js'
import { rowsOf, sourceContext } from '../support/source-context.js'

const toNode = (rows: readonly unknown[]): RddNode => collectionOf('parallelize', rows, 2)

interface Row { id: string; oneAtATime: boolean; enqueue: unknown[][][]; expected: unknown[][] }
const rows: Row[] = [
  { id: 'queue-oneAtATime-true', oneAtATime: true, enqueue: [[['1'], ['2']], [['3'], ['4']], [['5']], [], []], expected: [['1'], ['2'], ['3'], ['4'], ['5']] },
  { id: 'queue-oneAtATime-false', oneAtATime: false, enqueue: [[['1'], ['2'], ['3']], [['4'], ['5']]], expected: [['1', '2', '3'], ['4', '5']] },
]

test.each(rows)('$id', async ({ oneAtATime, enqueue, expected }) => {
  const queue: unknown[][] = []
  const source = queueSource({ queue, toNode, oneAtATime })
  const got: unknown[][] = []
  for (const [i, items] of enqueue.entries()) {
    queue.push(...items)
    const batch = (await source.batch(new Time((i + 1) * 1000)))!
    expect(batch.records).toBe(rowsOf(batch.rdd).length)
    if (batch.records > 0) got.push(rowsOf(batch.rdd))
  }
  expect(got).toEqual(expected)
  expect(queue).toEqual([])
})

test('an empty queue gives the default RDD, else one without partitions', async () => {
  const defaultRdd = toNode(['nothing new'])
  expect((await queueSource({ queue: [], toNode, defaultRdd }).batch(new Time(1)))!.rdd).toBe(defaultRdd)
  expect((await queueSource({ queue: [], toNode }).batch(new Time(1)))!.rdd).toMatchObject({ kind: 'collection', numPartitions: 0 })
})

test('given batches: contiguous slices, null for no RDD, empty when exhausted, anew after a start', async () => {
  const source = batchesSource({ batches: [[1, 2, 3, 4, 5], null, []], numPartitions: 3 })
  for (let round = 0; round < 2; round++) {
    await source.start(sourceContext(0))
    const got = [1, 2, 3, 4, 5].map(i => source.batch(new Time(i)) as { rdd: CollectionNode } | null)
    expect(got.map(batch => batch && batch.rdd.slices)).toEqual([[[1], [2, 3], [4, 5]], null, [[], [], []], [[], [], []], [[], [], []]])
  }
})

test('the table names every source', async () => {
  const { SOURCES } = await import('#src/sources/source.js')
  expect(Object.keys(SOURCES)).toEqual(['socketTextStream', 'textFileStream', 'receiverStream', 'queueStream', 'batches'])
})
