/**
 * Keyed state on tables beside the plain way: the same rows in the same order, batch by batch, whatever the states are, and also when
 * executors die, batches fail, or memory is small. TSPARK_SEED sets the batches; more of them in test/ci.
 */
import { afterAll, describe, expect, test } from 'vitest'
import { StorageLevel } from '#src/core/storage-level.js'
import { Time } from '#src/core/time.js'
import type { EmbeddedEngine } from '#src/engine/embedded/embedded-engine.js'
import type { RowBlock } from '#src/engine/task/task.js'
import { updateState } from '#src/operators/state.js'
import { hashPartitioner } from '#src/plan/partitioner.js'
import type { FnRef } from '#src/plan/fn-ref.js'
import { makeNode, type BlocksNode, type PersistNode, type RddNode } from '#src/plan/rdd-plan.js'
import * as p from '../support/plans.ts'
import { OPERATORS, play, type Way } from '../support/state-plans.ts'
// @ts-expect-error plain JavaScript
import { whichThread } from '../engine/fixtures/threads.mjs'

const SEED = Number(process.env['TSPARK_SEED'] ?? Date.now() % 1_000_000)
const BATCHES = 7

const plain = p.embedded('local[2]', { 'spark.tspark.stateTables': 'false' })
const WAYS: Record<string, { engine: EmbeddedEngine; way?: Way }> = {
  'as it is': { engine: p.embedded() },
  'with little memory': { engine: p.embedded('local[2]', { 'spark.driver.memory': '30k', 'spark.memory.storageFraction': '0.05' }) },
  'with executors that die and batches that fail': { engine: p.embedded(), way: { kill: true, fail: true } },
}
afterAll(async () => { for (const engine of [plain, ...Object.values(WAYS).map(({ engine }) => engine)]) await engine.stop() })

describe.each(Object.entries(WAYS))(`%s, from seed ${SEED}`, (_, { engine, way }) => {
  test.each(Object.entries(OPERATORS))('%s', async (_, make) => {
    expect(await play(engine, make, SEED, BATCHES, way)).toEqual(await play(plain, make, SEED, BATCHES, way && { ...way, kill: false }))
  })
})

async function next(engine: EmbeddedEngine, update: FnRef, previous: RddNode | undefined, rows: [unknown, number][], numPartitions = 1): Promise<RddNode> {
  const parent = updateState(update, 'plain', hashPartitioner(numPartitions))(previous, p.rows(rows, 2), new Time(0))!
  const kept = makeNode<PersistNode>({ kind: 'persist', parent, level: StorageLevel.MEMORY_AND_DISK_SER, numPartitions, partitioner: parent.partitioner, operator: parent.operator, site: undefined })
  await p.run(engine, kept, { kind: 'count' })
  return engine.settled(kept)!
}

test('a partition is updated where its table is', async () => {
  const { engine } = WAYS['as it is']!
  const threads = p.ref('updateStateByKey', whichThread as () => number)
  const rows = Array.from({ length: 20 }, (_, i): [unknown, number] => [i, 1])
  let state = await next(engine, threads, undefined, rows, 2)
  const owners = await p.collect(engine, state)
  for (let i = 0; i < 8; i++) state = await next(engine, threads, state, rows, 2)
  expect(await p.collect(engine, state)).toEqual(owners)
})

describe('what a batch writes', () => {
  const sums = p.ref('updateStateByKey', (values: number[], state?: number) => values.reduce((a, b) => a + b, state ?? 0))
  const block = (leaf: RddNode): RowBlock => ((leaf as BlocksNode).blocks[0]!.data as { block: RowBlock }).block
  const runsOf = (leaf: RddNode): string[] => block(leaf).state!.runs.map(({ role, records }) => `${role} ${records}`)

  const { engine } = WAYS['as it is']!
  const first = Array.from({ length: 100 }, (_, i): [string, number] => [`k${i}`, i])

  test('is what has changed; the rest is shared with the batch before', async () => {
    const one = await next(engine, sums, undefined, first)
    const two = await next(engine, sums, one, [['k7', 1], ['new', 5], ['k9', 0]])
    expect(runsOf(one)).toEqual(['keys 100', 'values 100', 'order 100'])
    expect(runsOf(two)).toEqual(['keys 100', 'keys 1', 'values 100', 'slots 2', 'changed 2', 'order 100', 'front 3'])
    expect(block(two).state!.freshBytes).toBeLessThan(block(one).state!.freshBytes / 2)
    expect(await p.collect(engine, two)).toEqual([['k7', 8], ['new', 5], ['k9', 9], ...first.filter(([key]) => key !== 'k7' && key !== 'k9')])
    expect(await p.collect(engine, one)).toEqual(first)
  })

  test('is written as one once it outgrows half of the rest, or is in many pieces', async () => {
    let state = await next(engine, sums, undefined, first)
    for (let i = 0; i < 80; i++) state = await next(engine, sums, state, [['k1', 1]])
    expect(block(state).state!.runs.length).toBeLessThan(60)
    state = await next(engine, sums, state, first.slice(0, 60))
    expect(runsOf(state)).toEqual(['keys 100', 'values 100', 'order 100'])
  })

  test('two batches may be made of the same one', async () => {
    const one = await next(engine, sums, undefined, first)
    const [left, right] = [await next(engine, sums, one, [['k1', 10]]), await next(engine, sums, one, [['k2', 10]])]
    expect([(await p.collect(engine, left))[0], (await p.collect(engine, right))[0]]).toEqual([['k1', 11], ['k2', 12]])
    expect((await p.collect(engine, await next(engine, sums, left, [['k1', 1]])))[0]).toEqual(['k1', 12])
  })

  test('goes to files whole, where memory has no room', async () => {
    const small = p.embedded('local[2]', { 'spark.memory.storageFraction': '0.000000001' })
    const one = await next(small, sums, undefined, first)
    const two = await next(small, sums, one, [['k7', 1]])
    expect(runsOf(two)).toEqual(['keys 100', 'values 100', 'order 100'])
    expect(new Set(block(two).parts.map(part => typeof part.in))).toEqual(new Set(['string']))
    expect((await p.collect(small, two)).slice(0, 2)).toEqual([['k7', 8], ['k0', 0]])
    await small.stop()
  })
})
