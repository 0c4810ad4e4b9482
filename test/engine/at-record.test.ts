/** A function that an operator calls inside a function of its own is named with what it was working on, as one that the engine calls. */
import { afterAll, expect, test } from 'vitest'
import { Seconds, StateSpec, type DStream, type RDD } from '#src/index.js'
import { openContext, openSpark } from '../support/context.ts'

type Pairs = DStream<[string, number]>

const sc = openSpark()
afterAll(() => sc.stop())

const STREAMS: readonly (readonly [name: string, make: (pairs: Pairs) => DStream<unknown>, record: string])[] = [
  ['updateStateByKey', pairs => pairs.updateStateByKey((values: number[], state?: number) => { if (values.includes(13)) throw new Error('bad'); return (state ?? 0) + values.length }), '{ key: b, values: (13,4), state: 1 }'],
  ['mapWithState', pairs => pairs.mapWithState(StateSpec.function((_key: string, value: number | undefined, state) => { if (value === 13) throw new Error('bad'); state.update(value) })), '{ key: b, value: 13, state: 2 }'],
  ['mapWithState, timing out', pairs => pairs.mapWithState(StateSpec.function((key: string, value: number | undefined, state) => { if (state.isTimingOut()) throw new Error('bad'); state.update(value); return key }).timeout(Seconds(1))).checkpoint(Seconds(1)), '{ key: a, timingOut: 1 }'],
  ['reduceByKeyAndWindow with inverse', pairs => pairs.reduceByKeyAndWindow((x, y) => x + y, (x, y) => { if (x === 19) throw new Error('bad'); return x - y }, Seconds(2)), '{ key: b, before: 19, left: (2), entered: () }'],
  ['reduce', pairs => pairs.map(([, value]) => value).reduce((a, b) => { if (b === 13) throw new Error('bad'); return a + b }), '13'],
]

test.each(STREAMS)('%s', async (_name, make, record) => {
  const context = openContext({ sc })
  const errors: unknown[] = []
  sc.events.on('batchCompleted', ({ error }) => { if (error !== undefined) errors.push(error) })
  make(context.batches<[string, number]>([[['a', 1], ['b', 2]], [['c', 5], ['b', 13], ['b', 4]], [], []], 1)).foreachRDD(async rdd => { await rdd.collect() })
  await context.ssc.start()
  await context.step(4)
  await context.ssc.stop(false)
  expect(errors[0]).toMatchObject({ code: 'TASK_FAILED', cause: { record, error: 'Error: bad' } })
})

const RDDS: readonly (readonly [name: string, run: (numbers: RDD<number>) => Promise<unknown>])[] = [
  ['fold', numbers => numbers.fold(0, (a, b) => { if (b === 13) throw new Error('bad'); return a + b })],
  ['treeReduce', numbers => numbers.treeReduce((a, b) => { if (b === 13) throw new Error('bad'); return a + b })],
  ['reduce', numbers => numbers.reduce((a, b) => { if (b === 13) throw new Error('bad'); return a + b })],
]

test.each(RDDS)('%s of an RDD', async (_name, run) => {
  await expect(run(sc.parallelize([1, 2, 13, 4], 1))).rejects.toMatchObject({ code: 'TASK_FAILED', cause: { record: '13', error: 'Error: bad' } })
})
