/**
 * Recovery from a checkpoint is invisible: whatever a stream computes, cut off after or within any batch, it goes on from its
 * directory and gives what it would have given.
 */
import { afterAll, describe, expect, test } from 'vitest'
import { HashPartitioner, ManualClock, Milliseconds, Partitioner, Seconds, StateSpec, type State } from '#src/index.js'
import { openSpark } from '../support/context.js'
import { RecoveredRun, type Outputs, type Pipeline } from '../support/recovered-run.js'

const sc = openSpark()
const recovery = new RecoveredRun(sc)
afterAll(async () => { recovery.end(); await sc.stop() })

const count = (values: number[], sum?: number): number => values.length + (sum ?? 0)
const add = (a: number, b: number): number => a + b
const subtract = (a: number, b: number): number => a - b
class ByLength extends Partitioner {
  constructor(readonly numPartitions: number) { super() }
  getPartition(key: unknown): number { return String(key).length % this.numPartitions }
}
const pairs = (s: any): any => s.map((w: string) => [w, 1])
const mapped = (key: string, value: number | undefined, state: State<number>): unknown => {
  if (state.isTimingOut()) return [key, 'idle', state.get()]
  state.update((state.getOption() ?? 0) + (value ?? 0))
  return [key, state.get()]
}

const PIPELINES: Pipeline[] = [
  { name: 'map and reduceByKey', make: s => pairs(s).reduceByKey(add) },
  { name: 'updateStateByKey', make: s => pairs(s).updateStateByKey(count) },
  { name: 'updateStateByKey, written every 2 s', make: s => pairs(s).updateStateByKey(count), checkpointMs: 2000 },
  { name: 'updateStateByKey, timed, first states', make: s => pairs(s).updateStateByKey((time: any, key: string, values: number[], sum?: number) => (key === 'c' && time > 3000 ? undefined : values.length + (sum ?? 0)), 3, sc.parallelize([['z', 7]])), checkpointMs: 3000 },
  { name: 'updateStateByKey, own partitioner', make: s => pairs(s).updateStateByKey(count, new ByLength(3)), checkpointMs: 2000 },
  { name: 'updateStateByKey by partition', make: s => pairs(s).updateStateByKey((rows: any) => [...rows].map(([key, values, sum]: any) => [key, values.length + (sum ?? 0)]), new HashPartitioner(2), false), checkpointMs: 2000 },
  { name: 'state of Maps, Sets, Dates, bigints, undefined and holes', make: s => pairs(s).updateStateByKey((values: number[], all?: any) => ({ map: new Map([['__proto__', values.length], ...all?.map ?? []]), set: new Set([values.length]), at: new Date(0), big: 1n + (all?.big ?? 0n), none: undefined, ['__proto__']: 1 })).mapValues((all: any) => [[...all.map].length, [...all.set], +all.at, `${all.big}`, Object.keys(all)]), checkpointMs: 2000 },
  { name: 'mapWithState', make: s => pairs(s).mapWithState(StateSpec.function(mapped)) },
  { name: 'mapWithState with timeout', make: s => pairs(s).mapWithState(StateSpec.function(mapped).timeout(Seconds(2))), checkpointMs: 2000 },
  { name: 'mapWithState, own partitioner, snapshots', make: s => pairs(s).mapWithState(StateSpec.function(mapped).partitioner(new ByLength(3))).checkpoint(Seconds(2)).stateSnapshots() },
  { name: 'window', make: s => s.window(Seconds(3)), checkpointMs: 2000 },
  { name: 'window of a window, sliding by 2', make: s => s.map((w: string) => w + w).window(Seconds(2)).map((w: string) => [w]).window(Seconds(4), Seconds(2)) },
  { name: 'window of states', make: s => pairs(s).updateStateByKey(count).window(Seconds(3)), checkpointMs: 2000 },
  { name: 'reduceByKeyAndWindow', make: s => pairs(s).reduceByKeyAndWindow(add, Seconds(3)) },
  { name: 'reduceByKeyAndWindow with inverse', make: s => pairs(s).reduceByKeyAndWindow(add, subtract, Seconds(3)), checkpointMs: 2000 },
  { name: 'the same, sliding by 2, zeros dropped', make: s => pairs(s).reduceByKeyAndWindow(add, subtract, Seconds(4), Seconds(2), 2, ([, n]: any) => n > 0), checkpointMs: 2000 },
  { name: 'countByWindow', make: s => s.countByWindow(Seconds(4), Seconds(1)), checkpointMs: 2000 },
  { name: 'countByValueAndWindow', make: s => s.countByValueAndWindow(Seconds(3), Seconds(1)) },
  { name: 'reduceByWindow', make: s => s.map((w: string) => w.length).reduceByWindow(add, Seconds(3), Seconds(1)), checkpointMs: 3000 },
  { name: 'state over the union of two inputs', make: (s, t) => pairs(s.union(t)).updateStateByKey(count), checkpointMs: 2000 },
  { name: 'state joined with a window of another input', make: (s, t) => pairs(s).updateStateByKey(count).join(pairs(t).reduceByKeyAndWindow(add, Seconds(2))), checkpointMs: 2000 },
  { name: 'state of state', make: s => pairs(s).updateStateByKey(count).map(([, n]: any) => [n % 3, 1]).updateStateByKey(count), checkpointMs: 2000 },
  { name: 'transform with the time', make: s => pairs(s).updateStateByKey(count).transform((rdd: any, time: any) => rdd.map((row: any) => [...row, +time])), checkpointMs: 2000 },
]
const INPUT = {
  s: [['a', 'b', 'a'], ['c'], [], ['a', 'c'], ['bb'], [], ['a'], ['c', 'c']],
  t: [['a'], ['b'], ['x'], [], ['a'], ['c'], ['bb'], []],
}
const BATCHES = 9

describe.each(PIPELINES)('$name', pipeline => {
  test('goes on after and within each batch as if nothing had happened', async () => {
    const { outputs, cuts } = await recovery.whole(pipeline, INPUT, BATCHES)
    for (const { timeMs, where, directory } of cuts) {
      const clock = new ManualClock(timeMs)
      const again: Outputs = new Map()
      await recovery.run(recovery.open(pipeline, INPUT, directory, clock, again), clock, BATCHES * 1000)
      const first = where === 'between' ? timeMs + 1 : timeMs
      const rest = new Map([...outputs].filter(([at]) => at >= first))
      expect({ timeMs, where, outputs: [...again] }).toEqual({ timeMs, where, outputs: [...rest] })
    }
  })
})

test('batches of the time between are run, in order', async () => {
  const pipeline = PIPELINES.find(({ name }) => name === 'reduceByKeyAndWindow with inverse')!
  const { outputs, cuts } = await recovery.whole(pipeline, INPUT, BATCHES)
  const cut = cuts.find(({ timeMs, where }) => timeMs === 3000 && where === 'between')!
  const clock = new ManualClock(BATCHES * 1000)
  const again: Outputs = new Map()
  await recovery.run(recovery.open(pipeline, INPUT, cut.directory, clock, again), clock, BATCHES * 1000)
  expect([...again]).toEqual([...outputs].slice(3))
})

test('the end of a run is one, too: state goes on from stop()', async () => {
  const pipeline = PIPELINES.find(({ name }) => name === 'updateStateByKey')!
  const { outputs } = await recovery.whole(pipeline, INPUT, BATCHES)
  const directory = recovery.directory()
  const again: Outputs = new Map()
  for (const untilMs of [2000, 3000, 7000, 9000]) {
    const clock = new ManualClock(Math.max(0, ...again.keys()))
    await recovery.run(recovery.open(pipeline, INPUT, directory, clock, again), clock, untilMs)
  }
  expect([...again]).toEqual([...outputs])
})

void Milliseconds
