/**
 * Streams with keyed state, each over random batches on the embedded engine, and what their outputs saw, as text: every row of every batch in
 * order, the first rows, counts, and an RDD of an earlier batch. Played with tables and without, the texts must be equal.
 */
import { inspect } from 'node:util'
import { ManualClock } from '#src/core/clock.js'
import { SparkConf } from '#src/core/conf.js'
import { EventBus } from '#src/core/events.js'
import { seededRandom, type Random } from '#src/core/random.js'
import { Seconds, Time } from '#src/core/time.js'
import type { EmbeddedEngine } from '#src/engine/embedded/embedded-engine.js'
import { collection } from '#src/operators/combine.js'
import { emitted, snapshots, stateRecords, type MapWithState } from '#src/operators/map-with-state.js'
import { map } from '#src/operators/narrow.js'
import { derived, reducedWindow, stateful, windowed } from '#src/operators/streams.js'
import { hashPartitioner } from '#src/plan/partitioner.js'
import type { RddNode } from '#src/plan/rdd-plan.js'
import { makeStreamNode, type OutputNode, type StreamNode } from '#src/plan/stream-plan.js'
import { StreamingRuntime } from '#src/streaming/streaming-runtime.js'
import * as p from './plans.ts'
import { BatchesSource, fn, here, input, period } from './stage.ts'

type Make = (pairs: StreamNode) => StreamNode[]
const partitioner = hashPartitioner(3)
const update = (f: (...args: never[]) => unknown, form: 'plain' | 'timed' = 'plain', initial?: RddNode): Make => pairs => [stateful(fn(f, 'updateStateByKey'), form, pairs, partitioner, initial)]

const mapped = (f: (...args: never[]) => unknown, more: Partial<MapWithState> = {}): Make => pairs => {
  const records = stateRecords(pairs, { f: fn(f, 'mapWithState'), timed: false, partitioner, initial: undefined, timeout: undefined, exact: true, ...more })
  return [derived(records, emitted(here('mapWithState'))), derived(records, snapshots(here('stateSnapshots')))]
}

interface MapState<S> { getOption(): S | undefined; get(): S; exists(): boolean; update(state: S): void; remove(): void; isTimingOut(): boolean }

export const OPERATORS: Record<string, Make> = {
  'sums': update((values: number[], state?: number) => values.reduce((a, b) => a + b, state ?? 0)),
  'sums that go when they are divisible': update((values: number[], state?: number) => {
    const sum = values.reduce((a, b) => a + b, state ?? 0)
    return sum % 3 === 0 ? undefined : sum
  }),
  'all of them change': update((values: number[], state?: number) => (state ?? 0.5) * -0.9 + values.length),
  'odd numbers': update((values: number[]) => [0, -0, NaN, 2 ** 40, Infinity][values.length % 5]),
  'texts': update((values: number[], state?: string) => `${state ?? 'a long text that is cut from another'}${values.join('')}`.slice(-40)),
  'objects made anew': update((values: number[], state?: { n: number; all: number[] }) => ({ n: (state?.n ?? 0) + values.length, all: [...(state?.all ?? []), ...values].slice(-3) })),
  'objects changed in place': update((values: number[], state: { n: number; last: number[] } = { n: 0, last: [] }) => {
    state.n += values.length
    state.last.push(...values)
    if (state.last.length > 4) state.last.shift()
    return state
  }),
  'objects changed in place where nothing came': update((values: number[], state: { idle: number } = { idle: 0 }) => {
    state.idle = values.length > 0 ? 0 : state.idle + 1
    return state
  }),
  'one object for all': update((() => {
    const shared = { n: 0 }
    return (values: number[], state?: { n: number }) => {
      if (state) state.n += values.length
      return state ?? shared
    }
  })()),
  'the values themselves': update((values: number[]) => values),
  'values that are filled': update((values: number[]) => { values.push(7); return values.length }),
  'Maps, Sets and Dates': update((values: number[], state?: unknown) => [new Map([[1, new Set(values)]]), new Date(values.length), state === undefined ? null : 'old'][values.length % 3]),
  'Maps now and then': update((values: number[], state?: unknown) => values.length === 2 ? new Map([[1, 2]]) : values.length),
  'times and keys': update((time: Time, key: unknown, values: number[], state?: unknown[]) => [Number(time), key, values, state?.[0]], 'timed'),
  'an initial state': update((values: number[], state?: number) => (state ?? 0) + values.length, 'plain', collection([['a', 100], ['zz', 5], ['a', 7], [3, 4]], 2, here('parallelize'))),
  'two windows back': pairs => [windowed(here('window'), OPERATORS['sums']!(pairs)[0]!, Seconds(2), Seconds(1))],
  'state of state': pairs => update((values: number[], state?: number) => Math.max(...values, state ?? 0))(derived(OPERATORS['sums']!(pairs)[0]!, map(fn(([key, n]: [unknown, number]) => [key, n])))),
  'a window': pairs => [reducedWindow(fn((a: number, b: number) => a + b, 'reduceByKeyAndWindow'), fn((a: number, b: number) => a - b), pairs, Seconds(3), Seconds(1), partitioner)],
  'a window of objects': pairs => [reducedWindow(
    fn((a: { n: number }, b: { n: number }) => { a.n += b.n; return a }, 'reduceByKeyAndWindow'), fn((a: { n: number }, b: { n: number }) => ({ n: a.n - b.n })),
    derived(pairs, map(fn(([key, n]: [unknown, number]) => [key, { n }]))), Seconds(2), Seconds(1), partitioner)],
  'a window that slides by two': pairs => [reducedWindow(fn((a: string, b: string) => a + b, 'reduceByKeyAndWindow'), fn((a: string, b: string) => a.slice(b.length)),
    derived(pairs, map(fn(([key, n]: [unknown, number]) => [key, `${n}`]))), Seconds(4), Seconds(2), partitioner)],
  'mapWithState': mapped((key: unknown, value: number, state: MapState<number>) => { state.update((state.getOption() ?? 0) + value); return [key, state.get()] }),
  'mapWithState that removes': mapped((key: unknown, value: number, state: MapState<number>) => {
    if (value % 4 === 0 && state.exists()) state.remove()
    else state.update(value)
    return state.exists() ? undefined : key
  }),
  'mapWithState that only reads': mapped((_key: unknown, value: number, state: MapState<number>) => { if (!state.exists()) state.update(value); return state.get() }),
  'mapWithState with a timeout': mapped((key: unknown, value: number | undefined, state: MapState<number>) => {
    if (!state.isTimingOut()) state.update((state.getOption() ?? 0) + (value ?? 0))
    return [key, value, state.get(), state.isTimingOut()]
  }, { timeout: Seconds(2) }),
  'mapWithState of objects changed in place': mapped((key: unknown, value: number, state: MapState<{ all: number[] }>) => {
    if (!state.exists()) state.update({ all: [] })
    state.get().all.push(value)
    return state.get()
  }),
  'mapWithState of Dates': mapped((_key: unknown, value: number, state: MapState<Date>) => { state.update(new Date(value)); return state.get() }),
  'mapWithState with an initial state': mapped((_key: unknown, value: number, state: MapState<number>) => { state.update(value); return undefined }, { initial: collection([['a', 1], ['q', 2]], 2, here('parallelize')) }),
}

const KEYS: readonly unknown[] = ['a', 'b', '', 'a key that is longer than eleven', '你好', '__proto__', 'constructor', 3, 3.5, -0, NaN, true, null, undefined, 12n, ['t', 1], { b: 1, a: [2] }, '\u0000x', '3']

function randomBatches(random: Random, count: number, keys: readonly unknown[]): ([unknown, number][] | null)[] {
  const below = (n: number): number => Math.floor(random() * n)
  return Array.from({ length: count }, () => random() < 0.1 ? null : Array.from({ length: below(12) }, (): [unknown, number] => [keys[below(keys.length)], below(9)]))
}

export interface Way { readonly kill?: boolean; readonly fail?: boolean }

/** A batch that failed has its message. */
export async function play(engine: EmbeddedEngine, make: Make, seed: number, count: number, { kill = false, fail = false }: Way = {}): Promise<string[]> {
  const random = seededRandom(seed)
  const batches = randomBatches(random, count, KEYS)
  const clock = new ManualClock(0)
  const events = new EventBus()
  const seen: string[] = []
  events.on('batchCompleted', ({ timeMs, error }) => { if (error) seen.push(`${timeMs}: ${(error as Error).message}`) })
  const runtime = new StreamingRuntime({ engine, clock, events, conf: new SparkConf() })
  const streams = make(derived(input(new BatchesSource(batches)), fail ? withoutEight : all))
  const outputs = streams.flatMap(stream => [collected(engine, stream, seen), peeked(engine, stream, seen)])
  void runtime.start({ batchDuration: period, outputs, inputs: inputsOf(streams), settings: new Map(), rememberDuration: Seconds(3), checkpointDirectory: undefined })
  for (let i = 0; i < batches.length; i++) {
    clock.advance(1000)
    if (kill && random() < 0.3) void engine.pool.workers[i % 2]?.terminate()
    await runtime.idle()
    const earlier = i > 2 ? runtime.rdd(streams.at(-1)!, new Time((i - 1) * 1000)) : null
    if (earlier) seen.push(`earlier: ${await p.collect(engine, earlier).then(shown, error => (error as Error).message)}`)
  }
  await runtime.stop({ gracefully: false })
  return seen
}

const all = map(fn((row: unknown) => row))
const withoutEight = map(fn((row: [unknown, number]) => { if (row[1] === 8) throw new Error('eight'); return row }))

const shown = (rows: unknown): string => inspect(rows, { depth: null, maxArrayLength: null, maxStringLength: null })

const output = (parent: StreamNode, run: OutputNode['run']): OutputNode => makeStreamNode<OutputNode>({ parent, run, ...here('foreachRDD') })
const collected = (engine: EmbeddedEngine, stream: StreamNode, seen: string[]): OutputNode => output(stream, async (rdd, time) => { seen.push(`${time.milliseconds} ${shown(await p.collect(engine, rdd))}`) })
const peeked = (engine: EmbeddedEngine, stream: StreamNode, seen: string[]): OutputNode => output(stream, async (rdd, time) => {
  const [first, counts] = [await p.run(engine, rdd, { kind: 'take', n: 2 }), await p.run(engine, rdd, { kind: 'count' })]
  seen.push(`${time.milliseconds} first ${shown(first)} of ${counts.join('+')}`)
})

function inputsOf(streams: readonly StreamNode[]): never[] {
  const found = new Set<StreamNode>()
  const visit = (node: StreamNode): void => { if (node.kind === 'input') found.add(node); else for (const parent of 'parents' in node ? node.parents : [node.parent]) visit(parent) }
  streams.forEach(visit)
  return [...found] as never[]
}

