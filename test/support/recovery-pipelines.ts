/** Streams that remember something, in all the forms there are; each is cut off and recovered by test/api/recovery.test.ts, and at every place by test/ci. */
import { HashPartitioner, Partitioner, Seconds, StateSpec, type SparkContext, type State } from '#src/index.js'
import type { Input, Pipeline } from './recovered-run.js'

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

export const pipelines = (sc: SparkContext): Pipeline[] => [
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
export const INPUT: Input = {
  s: [['a', 'b', 'a'], ['c'], [], ['a', 'c'], ['bb'], [], ['a'], ['c', 'c']],
  t: [['a'], ['b'], ['x'], [], ['a'], ['c'], ['bb'], []],
}
export const BATCHES = 9
