/**
 * The life of a context, by the ids of Spark's own tests. Where Spark's behaviour is a trap, what stands here is ours, and
 * docs/operators.md lists both.
 */
import { afterEach, expect, test } from 'vitest'
import { Milliseconds, Seconds, StreamingContext, type SparkContext } from '#src/index.js'
import { printBlock } from '#src/sinks/console.js'
import { gathered, messagesOf, openContext, openSpark, printedBy } from '../support/context.js'

const opened: SparkContext[] = []
const spark = (): SparkContext => { const sc = openSpark(); opened.push(sc); return sc }
const context = (batchMs = 1000) => openContext({ batchMs, sc: spark() })
afterEach(async () => {
  await StreamingContext.getActive()?.stop()
  for (const sc of opened.splice(0)) await sc.stop()
})

test('ctx-states: stop() leaves sc alive, stop(true) stops it too', async () => {
  const { ssc, sc, batches } = context()
  batches([[1]]).print()
  expect(ssc.getState()).toBe('INITIALIZED')
  ssc.start()
  expect(ssc.getState()).toBe('ACTIVE')
  await ssc.stop()
  expect(ssc.getState()).toBe('STOPPED')
  expect(await sc.makeRDD([1, 2]).count()).toBe(2)
  await ssc.stop(true)
  expect(() => sc.makeRDD([1]).count()).toThrow('Cannot call methods on a stopped SparkContext')
})

test('ctx-start-twice: the second start() is a warning', () => {
  const { ssc, sc, batches } = context()
  const said = messagesOf(sc)
  batches([[1]]).print()
  ssc.start()
  ssc.start()
  expect(ssc.getState()).toBe('ACTIVE')
  expect(said.at(-1)).toContain('StreamingContext has already been started')
})

test('ctx-stop-twice: the second stop() is a warning', async () => {
  const { ssc, sc, batches } = context()
  const said = messagesOf(sc)
  batches([[1]]).print()
  ssc.start()
  await ssc.stop()
  await ssc.stop()
  expect(ssc.getState()).toBe('STOPPED')
  expect(said.at(-1)).toContain('already been stopped')
})

test('ctx-no-outputs: start() throws, and works once there is an output', async () => {
  const { ssc, batches, step } = context()
  const stream = batches([[1, 2]])
  expect(() => ssc.start()).toThrow('No output operations registered, so nothing to execute')
  expect(ssc.getState()).toBe('INITIALIZED')
  const seen = gathered(stream)
  ssc.start()
  await step()
  expect(seen).toEqual([[1, 2]])
})

test('ctx-add-after-start: what is added takes part from the next batch', async () => {
  const { ssc, batches, step } = context()
  const first = gathered(batches([[1], [2], [3]]))
  ssc.start()
  await step()
  const added = gathered(batches<number>([[10], [20]]).map(x => x + 1))
  await step(2)
  expect(first).toEqual([[1], [2], [3]])
  expect(added).toEqual([[11], [21]])
  await ssc.stop()
  gathered(batches([[5]]))
  ssc.start()
  await step()
  expect(first.at(-1)).toEqual([1])
})

test('ctx-two-contexts: starting a second context stops the first and says so', async () => {
  const sc = spark()
  const said = messagesOf(sc)
  const one = openContext({ sc })
  const two = openContext({ sc })
  gathered(one.batches([[1]]))
  const seen = gathered(two.batches([[2]]))
  one.ssc.start()
  two.ssc.start()
  await two.ssc.idle()
  await two.step()
  expect(said).toContain('only one StreamingContext runs at a time: the one that ran before was stopped')
  expect([one.ssc.getState(), two.ssc.getState()]).toEqual(['STOPPED', 'ACTIVE'])
  expect(seen).toEqual([[2]])
})

test('stop, then start again: the same graph from the beginning', async () => {
  const { ssc, sc, batches, step } = context()
  const said = messagesOf(sc)
  const totals = gathered(batches([['a'], ['a']]).map(w => [w, 1]).updateStateByKey((values, state) => values.length + (state ?? 0)))
  ssc.start()
  await step(2)
  await ssc.stop()
  ssc.start()
  await step()
  expect(totals).toEqual([[['a', 1]], [['a', 2]], [['a', 1]]])
  expect(said).toContain('started again: state, windows and times begin afresh')
})

test('a stateful operator without a checkpoint directory gets one, and it is said', () => {
  const { ssc, sc, batches } = context()
  const said = messagesOf(sc)
  batches([['a']]).map(w => [w, 1]).updateStateByKey((values, state) => values.length + (state ?? 0)).print()
  ssc.start()
  expect(said.join('\n')).toMatch(/no checkpoint directory was set: using .*tspark-checkpoint-/)
})

test('ctx-await-task-error: an error in a task is thrown by awaitTermination', async () => {
  const { ssc, batches, step } = context()
  gathered(batches([[1]]).map((_: number): number => { throw new Error('error in map task') }))
  ssc.start()
  await step()
  await expect(ssc.awaitTerminationOrTimeout(5000)).rejects.toThrow('error in map task')
})

test('ctx-await-generation-error: an error in transform is thrown by awaitTermination', async () => {
  const { ssc, batches, step } = context()
  gathered(batches([[1]]).transform(() => { throw new Error('error in transform') }))
  ssc.start()
  await step()
  await expect(ssc.awaitTermination()).rejects.toThrow('error in transform')
})

test('py-failed-transformWith', async () => {
  const { ssc, batches, step } = context(500)
  gathered(batches([[0], [1]]).transformWith(batches([[0], [1]]), () => { throw new Error('This is a special error') }))
  ssc.start()
  await step()
  await expect(ssc.awaitTerminationOrTimeout(100)).rejects.toThrow('This is a special error')
})

test('py-failed-batch-continues', async () => {
  const { ssc, batches, step } = context(500)
  const seen = gathered(batches([[0], [1], [2], [3]], 1).map(i => { if (i === 1) throw new Error('This is a special error'); return i }))
  ssc.start()
  await step(4)
  expect(seen).toEqual([[0], [2], [3]])
  await expect(ssc.awaitTermination()).rejects.toThrow('This is a special error')
})

test('ctx-getActive', async () => {
  expect(StreamingContext.getActive()).toBeUndefined()
  const made = context()
  made.batches([[1]]).print()
  let calls = 0
  const create = (): StreamingContext => { calls++; return made.ssc }
  expect(StreamingContext.getActiveOrCreate(create)).toBe(made.ssc)
  expect(StreamingContext.getActive()).toBeUndefined()
  made.ssc.start()
  expect(StreamingContext.getActive()).toBe(made.ssc)
  expect(StreamingContext.getActiveOrCreate(create)).toBe(made.ssc)
  expect(calls).toBe(1)
  await made.ssc.stop()
  expect(StreamingContext.getActive()).toBeUndefined()
})

test('py-await-timeout: false while it runs, true after stop', async () => {
  const { ssc, batches } = context()
  batches([[1]]).print()
  ssc.start()
  expect(await ssc.awaitTerminationOrTimeout(1)).toBe(false)
  await ssc.stop(false)
  expect(await ssc.awaitTerminationOrTimeout(1)).toBe(true)
})

test('awaitTermination can be left: the stream goes on', async () => {
  const { ssc, batches } = context()
  batches([[1]]).print()
  expect(() => ssc.awaitTermination()).toThrow('has not been started')
  ssc.start()
  const waiting = ssc.awaitTermination()
  waiting.cancel()
  await waiting
  expect(ssc.getState()).toBe('ACTIVE')
})

test('py-invalid-window: refused where it is typed', () => {
  const { batches } = context(500)
  const pairs = batches([['a']]).map(w => [w, 1])
  const f = (a: number, b: number): number => a + b
  expect(() => pairs.reduceByKeyAndWindow(f, Milliseconds(100), Milliseconds(100))).toThrow('The window duration of windowed DStream (100 ms) must be a multiple of the slide duration of parent DStream (500 ms)')
  expect(() => pairs.reduceByKeyAndWindow(f, Milliseconds(1000), Milliseconds(100))).toThrow('The slide duration')
  expect(() => pairs.reduceByKeyAndWindow(f, f, Milliseconds(750), Milliseconds(500))).toThrow('The window duration of ReducedWindowedDStream (750 ms)')
})

test('basic-slice-uninitialized', () => {
  const { batches } = context()
  expect(() => batches([[1]]).slice(0, 1000)).toThrow('has not been initialized')
})

test.each([['basic-slice', 0, 1000, [1]], ['basic-slice', 0, 2000, [1, 2]], ['basic-slice', 1000, 2000, [1, 2]], ['basic-slice', 2000, 4000, [2, 3, 4]], ['py-slice', 1000, 1000, [1]], ['py-slice', 2000, 5000, [2, 3, 4]]] as const)(
  '%s from %d to %d', async (_id, from, to, expected) => {
    const { ssc, batches, step } = context()
    const stream = batches([[1], [2], [3], [4]])
    ssc.remember(Seconds(5))
    gathered(stream)
    ssc.start()
    await step(4)
    const rows = await Promise.all(stream.slice(from, to).map(rdd => rdd.collect()))
    expect(rows.flat().sort()).toEqual(expected)
  })

test.each([['queue-oneAtATime-true', true, [[['1'], ['2']], [['3'], ['4']], [['5']], [], []], [['1'], ['2'], ['3'], ['4'], ['5']]],
  ['queue-oneAtATime-false', false, [[['1'], ['2'], ['3']], [['4'], ['5']]], [['1', '2', '3'], ['4', '5']]]] as const)(
  '%s: pushes after start are seen', async (_id, oneAtATime, enqueue, expected) => {
    const { ssc, step } = context()
    const queue: string[][] = []
    const seen = gathered(ssc.queueStream(queue, oneAtATime))
    ssc.start()
    for (const rdds of enqueue) {
      queue.push(...rdds.map(rows => [...rows]))
      await step()
    }
    expect(seen.filter(batch => batch.length)).toEqual(expected)
  })

test('java-foreachRDD: accumulators count batches and elements', async () => {
  const { ssc, sc, batches, step } = context()
  const rdds = sc.longAccumulator('rdds')
  const elements = sc.longAccumulator('elements')
  batches([[1, 1, 1], [1, 1, 1]], 1).foreachRDD(rdd => { rdds.add(1); rdd.foreach(() => elements.add(1)) })
  ssc.start()
  await step(2)
  expect([rdds.value, elements.value]).toEqual([2, 6])
})

test.each([['print-default', undefined, ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '...']], ['print-3-pairs', 3, ['(1,v1)', '(0,v2)', '(1,v3)', '...']]] as const)(
  '%s', async (_id, num, rows) => {
    const { ssc, sc, batches, step } = context()
    const blocks = printedBy(sc)
    const numbers = batches([Array.from({ length: 15 }, (_, i) => i + 1), []])
    if (num) numbers.map(x => [x % 2, `v${x}`]).print(num)
    else numbers.print()
    ssc.start()
    await step(2)
    const bar = '-'.repeat(43)
    expect(blocks.map(printBlock)).toEqual([[bar, 'Time: 1000 ms', bar, ...rows, '', ''].join('\n'), [bar, 'Time: 2000 ms', bar, '', ''].join('\n')])
  })

test('probe-pprint: print() is what Python calls pprint(), with the time and the pairs as Scala shows them', async () => {
  const { ssc, sc, batches, step } = context()
  const blocks = printedBy(sc)
  const stream = batches<unknown>([[...Array(15).keys()], [['a', 1], ['b', 2]], []])
  stream.print()
  ssc.start()
  await step(3)
  const bar = '-'.repeat(43)
  const rows = [['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '...'], ['(a,1)', '(b,2)'], []]
  expect(blocks.map(printBlock)).toEqual(rows.map((lines, i) => [bar, `Time: ${1000 * (i + 1)} ms`, bar, ...lines, '', ''].join('\n')))
  expect(stream).not.toHaveProperty('pprint')
})
