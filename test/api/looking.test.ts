/** Looking into a stream beside the live one: a batch at every operator, what became of a record, pictures. */
import { afterEach, expect, test } from 'vitest'
import { Seconds, SparkConf, SparkContext, StateSpec, StreamingContext, type DStream, type State } from '#src/index.js'
import { EventBus } from '#src/core/events.js'
import { gathered, openContext } from '../support/context.js'

const opened: SparkContext[] = []
const open = (settings: Record<string, unknown> = {}) => {
  const conf = new SparkConf().setMaster('local[2]')
  for (const [key, value] of Object.entries(settings)) conf.set(key, value)
  const sc = new SparkContext(conf, 'looking', new EventBus())
  opened.push(sc)
  return openContext({ sc })
}
afterEach(async () => {
  await StreamingContext.getActive()?.stop()
  for (const sc of opened.splice(0)) await sc.stop()
})

const sum = (values: number[], before = 0): number => values.reduce((a, b) => a + b, before)
const counted = (words: DStream<string>): DStream<[string, number]> => words.map(w => [w, 1]).updateStateByKey(sum)

test('the next batch, at every operator, with the state that it goes on from; also where no history is kept', async () => {
  const { ssc, batches, step } = open({ 'spark.tspark.history': 0 })
  const words = batches([['a', 'b'], ['b', 'c', 'd']])
  const counts = counted(words)
  const seen = gathered(counts)
  ssc.start()
  await step()
  const [few, filtered] = [counts.peek(2), words.filter(w => w > 'b').peek()]
  await step()
  const { time, steps } = await few
  expect(+time).toBe(2000)
  expect(steps.map(({ operator, records, rows, more }) => ({ operator, records, rows, more }))).toEqual([
    { operator: 'inputStream', records: 3, rows: ['b', 'c'], more: true },
    { operator: 'map', records: 3, rows: [['b', 1], ['c', 1]], more: true },
    { operator: 'updateStateByKey', records: 4, rows: seen[1]!.slice(0, 2), more: true },
  ])
  expect((await filtered).steps.at(-1)!.rows).toEqual(['c', 'd'])
  expect(seen).toHaveLength(2)
})

test('who waits for a batch that does not come is told', async () => {
  const { ssc, batches, step } = open()
  const words = batches([['a']])
  gathered(words)
  ssc.start()
  await step()
  const waiting = words.peek().then(() => 'a batch', (error: { code: string }) => error.code)
  await ssc.stop()
  expect(await waiting).toBe('HISTORY_EMPTY')
})

const mapping = StateSpec.function((key: string, value: number | undefined, state: State<number>): [string, number] => { state.update((state.getOption() ?? 0) + (value ?? 0)); return [key, state.get()] })

/** What became of `a`, in the batches [a, b], [a], [], []: of the last stream of each chain, by time. */
test.each<{ name: string; make: (words: DStream<string>) => DStream<any>; expected: Record<number, [rows: unknown[], instead: unknown[]]> }>([
  { name: 'dropped by a filter', make: words => words.filter(w => w !== 'a'), expected: {} },
  { name: 'through a key', make: words => words.map(w => [w, 1]).reduceByKey((x, y) => x + y), expected: { 1000: [[['a', 1]], []] } },
  { name: 'a window, until it leaves', make: words => words.window(Seconds(2)).count(), expected: { 1000: [[2], [1]], 2000: [[3], [2]], 3000: [[], []] } },
  { name: 'a window with inverse', make: words => words.countByWindow(Seconds(2), Seconds(1)), expected: { 1000: [[2], [1]], 2000: [[3], [2]], 3000: [[], []] } },
  { name: 'state, where it stays', make: words => counted(words), expected: { 1000: [[['a', 1]], []], 2000: [[['a', 2]], [['a', 1]]], 3000: [[['a', 2]], [['a', 1]]], 4000: [[['a', 2]], [['a', 1]]] } },
  { name: 'mapWithState', make: words => words.map(w => [w, 1]).mapWithState(mapping.numPartitions(1)), expected: { 1000: [[['a', 1]], []], 2000: [[['a', 2]], [['a', 1]]], 3000: [[], []] } },
  { name: 'a join with itself', make: words => words.map(w => [w, 1]).join(words.map(w => [w, 2])), expected: { 1000: [[['a', [1, 2]]], []] } },
])('followed: $name', async ({ make, expected }) => {
  const { ssc, batches, step } = open()
  const words = batches([['a', 'b'], ['a'], [], []], 1)
  const made = make(words).name('made')
  const seen = gathered(made)
  ssc.start()
  await step(4)
  const before = JSON.stringify(seen)
  const { time, records, traces } = await words.follow(w => w === 'a')
  expect([Number(time), records]).toEqual([1000, ['a']])
  expect(Object.fromEntries(traces.filter(({ name }) => name === 'made').map(({ time, rows, instead }) => [+time, [rows, instead]]))).toEqual(expected)
  await step()
  expect(JSON.stringify(seen.slice(0, 4))).toBe(before)
})

test('a function that throws, when asked of each record, is told; so is that nothing fits', async () => {
  const { ssc, batches, step } = open()
  const words = batches([['a']])
  gathered(words)
  ssc.start()
  await step()
  await expect(words.follow(() => { throw new Error('no idea') })).rejects.toThrow('no idea')
  expect(await words.follow(w => w === 'z')).toMatchObject({ time: undefined, records: [], traces: [] })
})

test('a picture has a column per batch, and none where a window slides by', async () => {
  const { ssc, batches, step } = open()
  const windows = batches([[1], [2], [3], [4]]).window(Seconds(2), Seconds(2)).count()
  gathered(windows)
  ssc.start()
  await step(4)
  const { times, rows } = await windows.marble(3)
  expect(times.map(Number)).toEqual([2000, 3000, 4000])
  expect(rows.map(({ operator, cells }) => [operator, cells.map(cell => cell?.rows ?? null)])).toEqual([
    ['inputStream', [[2], [3], [4]]], ['window', [[1, 2], null, [3, 4]]], ['count', [[2], null, [2]]],
  ])
})

test('the graph with its numbers: what is held, by whom and why', async () => {
  const { ssc, batches, step } = open()
  const words = batches([['a', 'b'], ['b']], 1)
  gathered(counted(words))
  gathered(words.window(Seconds(2)).count())
  expect((await ssc.streams()).streams.map(({ records }) => records)).toEqual(Array(5).fill(undefined))
  ssc.start()
  await step(2)
  const { batch, streams, outputs } = await ssc.streams()
  expect(batch).toMatchObject({ records: 1, ms: 0 })
  expect(streams.map(({ operator, parents, records, partitions, holds }) => ({ operator, parents, records, partitions, holds: holds.map(({ fromMs, toMs, records, why }) => [fromMs, toMs, records, why]) }))).toEqual([
    { operator: 'inputStream', parents: [], records: 1, partitions: 1, holds: [[1000, 2000, 3, 'window of 2 s']] },
    { operator: 'map', parents: [0], records: 1, partitions: 1, holds: [] },
    { operator: 'updateStateByKey', parents: [1], records: 2, partitions: 2, holds: [[2000, 2000, 2, 'state']] },
    { operator: 'window', parents: [0], records: 3, partitions: 2, holds: [] },
    { operator: 'count', parents: [3], records: 1, partitions: 1, holds: [] },
  ])
  expect(outputs.map(({ operator, stream }) => [operator, stream])).toEqual([['foreachRDD', 2], ['foreachRDD', 4]])
})

test('state is read while the stream goes on, of each kind of stream that keeps some', async () => {
  const { ssc, batches, step } = open()
  const words = batches([['a', 'b', 'a'], ['b'], ['c']])
  const pairs = words.map(w => [w, 1])
  const states = { update: counted(words), map: pairs.mapWithState(mapping), window: pairs.reduceByKeyAndWindow((a, b) => a + b, (a, b) => a - b, Seconds(3), Seconds(1)), mapped: counted(words).mapValues(n => -n) }
  for (const stream of Object.values(states)) gathered(stream)
  ssc.start()
  await step(2)
  const read = Object.values(states).map(stream => stream.state({ key: 'a' }))
  const first = states.map.state({ count: 1 })
  await step()
  for (const view of read) expect(await view).toMatchObject({ rows: [['a', 2]], more: false })
  expect((await first).rows).toHaveLength(1)
  expect((await first).more).toBe(true)
  expect((await states.map.state({ key: 'c' })).rows).toEqual([['c', 1]])
  expect(() => words.state()).toThrow('keeps no state')
})

test('what a function takes along', () => {
  const { sc } = open()
  const [big, few, count] = [new Uint8Array(10_000), new Set(['a']), 3]
  const inner = (n: number): number => n + count
  const found = sc.captures((n: number) => inner(n) + big.length + few.size)
  expect(found.map(({ name, kind }) => [name, kind])).toEqual([['inner', 'function'], ['big', expect.any(String)], ['few', 'set']])
  expect(found[1]!.bytes).toBeGreaterThanOrEqual(10_000)
  expect(found[2]!.bytes).toBeLessThan(100)
})
