/** mapWithState on the embedded engine: what is emitted, what the states are, and when idle keys come out. */
import { readFileSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { HashPartitioner, Milliseconds, Seconds, SparkConf, SparkContext, StateSpec, type State, type StreamingContext, type Time } from '#src/index.js'
import { EventBus } from '#src/core/events.js'
import { gathered, openContext, openSpark } from '../support/context.js'

const sc = openSpark()
const exact = new SparkContext(new SparkConf().setMaster('local[2]').set('spark.tspark.exactTimeouts', true), 'exact', new EventBus())
afterAll(() => Promise.all([sc.stop(), exact.stop()]))

const cases = JSON.parse(readFileSync(new URL('../conformance/cases.json', import.meta.url), 'utf8')) as { id: string; expected: any }[]

const sum = StateSpec.function((key: string, value: number | undefined, state: State<number>) => {
  const total = (value ?? 0) + (state.getOption() ?? 0)
  state.update(total)
  return [key, total]
})
const idle = StateSpec.function((time: Time, key: string, value: number | undefined, state: State<number>) => {
  if (value !== undefined) state.update(1)
  return state.isTimingOut() ? `${key} at ${time.milliseconds}` : undefined
}).timeout(Seconds(3))

test('any partitioning gives what an array model gives', async () => {
  const batches = Array.from({ length: 6 }, (_, i) => Array.from({ length: 20 }, (_, j) => `k${(i * 7 + j * j) % 9}`))
  for (const spec of [sum, sum.numPartitions(1), sum.partitioner(new HashPartitioner(5))]) {
    const stage = openContext({ sc })
    const counted = stage.batches(batches).map(word => [word, 1]).mapWithState(spec)
    const [out, states] = [gathered(counted), gathered(counted.stateSnapshots())]
    stage.ssc.start()
    await stage.step(batches.length + 1)
    await stage.ssc.stop()
    const totals = new Map<string, number>()
    const model = [...batches, []].map(batch => {
      const emitted = batch.map(key => { totals.set(key, (totals.get(key) ?? 0) + 1); return [key, totals.get(key)] })
      return { emitted: emitted.sort(), states: [...totals].sort() }
    })
    expect(out.map(rows => rows.sort())).toEqual(model.map(({ emitted }) => emitted))
    expect(states.map(rows => rows.sort())).toEqual(model.map(model => model.states))
  }
})

test('initial states, a batch without RDD, and the second start, which begins afresh', async () => {
  const stage = openContext({ sc })
  const counted = stage.batches([['a'], null, ['b']]).map(word => [word, 1]).mapWithState(sum.initialState(sc.parallelize([['a', 5], ['c', 7]])))
  const states = gathered(counted.stateSnapshots())
  stage.ssc.start()
  await stage.step(3)
  await stage.ssc.stop()
  stage.ssc.start()
  await stage.step(1)
  await stage.ssc.stop()
  const first = [['a', 6], ['c', 7]]
  expect(states.map(rows => rows.sort())).toEqual([first, first, [['a', 6], ['b', 1], ['c', 7]], first])
})

test('what a failed batch did to the state is not kept', async () => {
  const stage = openContext({ sc })
  const counted = stage.batches([['a'], ['a', 'bad'], ['a']]).map(word => [word, 1]).mapWithState(StateSpec.function((key: string, _value: number | undefined, state: State<number>) => {
    if (key === 'bad') throw new Error('bad')
    state.update((state.getOption() ?? 0) + 1)
    return state.get()
  }).numPartitions(1))
  const out = gathered(counted)
  stage.ssc.start()
  await stage.step(3)
  await stage.ssc.stop()
  expect(out).toEqual([[1], [2]])
})

const IDLE = [['a', 'b', 'c'], ['a', 'b'], ['a'], [], [], ['a'], ['a'], ['a'], ['a'], ['a'], ['a'], ['a']]
const TIMEOUTS: [string, SparkContext, number | undefined, string[]][] = [
  ['at checkpoint batches: every 10', sc, undefined, ['b at 10000', 'c at 10000']],
  ['at checkpoint batches that the user sets', sc, 2, ['b at 6000', 'c at 6000']],
  ['in every batch, behind the setting', exact, undefined, ['b at 6000', 'c at 5000']],
]
test.each(TIMEOUTS)('idle keys come out %s', async (_name, context, every, expected) => {
  const stage = openContext({ sc: context })
  const timed = stage.batches(IDLE).map(word => [word, 1]).mapWithState(idle)
  if (every) timed.checkpoint(Seconds(every))
  const out = gathered(timed)
  stage.ssc.start()
  await stage.step(IDLE.length)
  await stage.ssc.stop()
  expect(out.flat().sort()).toEqual(expected)
})

test.each(cases.find(({ id }) => id === 'mws-checkpoint-durations')!.expected as { batchMs: number; explicitMs?: number; checkpointMs: number }[])('mws-checkpoint-durations: $batchMs, $explicitMs', async ({ batchMs, explicitMs, checkpointMs }) => {
  const stage = openContext({ sc, batchMs })
  // Idle at once: it comes out in the first checkpoint batch, and so tells the interval.
  const spec = StateSpec.function((time: Time, _key: string, value: number | undefined, state: State<number>) => {
    if (value !== undefined) state.update(1)
    return state.isTimingOut() ? time.milliseconds : undefined
  }).timeout(Milliseconds(1)).numPartitions(1)
  const stream = stage.batches([['a']]).map(word => [word, 1]).mapWithState(spec)
  if (explicitMs) stream.checkpoint(Milliseconds(explicitMs))
  const out = gathered(stream)
  stage.ssc.start()
  await stage.step(checkpointMs / batchMs)
  await stage.ssc.stop()
  expect(out.flat()).toEqual([checkpointMs])
})

test.each<[string, () => unknown, RegExp]>([
  ['a function of two parameters', () => StateSpec.function((a: string, b: number) => b), /names 2 parameters/],
  ['no function', () => StateSpec.function(5 as never), /needs a function, not number/],
  ['a timeout that is no Duration', () => sum.timeout(5 as never), /needs a Duration, not 5/],
  ['a partition count that is none', () => pairs(openContext({ sc }).ssc).mapWithState(sum.numPartitions(0)), /positive whole number, not 0/],
])('%s is refused', (_name, make, message) => { expect(make).toThrow(message) })

const pairs = (ssc: StreamingContext) => ssc.queueStream<string>([]).map(word => [word, 1])

test('an async function is refused when it runs', async () => {
  const stage = openContext({ sc })
  stage.batches([['a']]).map(word => [word, 1]).mapWithState(StateSpec.function((async (key: string, _v: unknown, _s: unknown) => key) as never)).print()
  stage.ssc.start()
  const ended = expect(stage.ssc.awaitTermination()).rejects.toThrow(/returned a Promise/)
  await stage.step(1)
  await stage.ssc.stop()
  await ended
})
