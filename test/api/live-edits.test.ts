/** Edits of a graph while it runs: each takes part from the next batch, and what it does not touch goes on. */
import { afterEach, expect, test } from 'vitest'
import { Seconds, StateSpec, StreamingContext, type DStream, type SparkContext, type State } from '#src/index.js'
import { gathered, messagesOf, openContext, openSpark } from '../support/context.js'

const opened: SparkContext[] = []
const open = () => { const sc = openSpark(); opened.push(sc); return { ...openContext({ sc }), said: messagesOf(sc) } }
afterEach(async () => {
  await StreamingContext.getActive()?.stop()
  for (const sc of opened.splice(0)) await sc.stop()
})

const code = (act: () => unknown): string => { try { act() } catch (error) { return (error as { code: string }).code } return 'nothing was thrown' }
const sum = (values: number[], before = 0): number => values.reduce((a, b) => a + b, before)

/** What each operator gives before and after its function was replaced, over the batches [3, 1], [2], [2]; the swap comes before the last. */
const SWAPS: Record<string, [(numbers: DStream<number>) => DStream<any>, (stream: DStream<any>) => unknown, unknown[][]]> = {
  map: [numbers => numbers.map(n => n + 1), s => s.replace((n: number) => -n), [[4, 2], [3], [-2]]],
  mapAsync: [numbers => numbers.mapAsync(async n => n + 1), s => s.replace(async (n: number) => -n), [[4, 2], [3], [-2]]],
  filter: [numbers => numbers.filter(n => n > 1), s => s.replace((n: number) => n < 0), [[3], [2], []]],
  flatMap: [numbers => numbers.flatMap(n => [n, n]), s => s.replace((n: number) => [n]), [[3, 3, 1, 1], [2, 2], [2]]],
  mapPartitions: [numbers => numbers.mapPartitions(rows => [[...rows].length]), s => s.replace(() => [0]), [[1, 1], [0, 1], [0, 0]]],
  reduce: [numbers => numbers.reduce((a, b) => a + b), s => s.replace(() => 9), [[4], [2], [2]]],
  transform: [numbers => numbers.transform(rdd => rdd.map(n => n + 1)), s => s.replace((rdd: any) => rdd.map((n: number) => -n)), [[4, 2], [3], [-2]]],
  transformWith: [numbers => numbers.transformWith(numbers, a => a), s => s.replace((a: any, b: any) => a.union(b)), [[3, 1], [2], [2, 2]]],
  reduceByKey: [numbers => numbers.map(() => ['k', 2]).reduceByKey((a, b) => a + b), s => s.replace(() => 0), [[['k', 4]], [['k', 2]], [['k', 2]]]],
  mapValues: [numbers => numbers.map(n => ['k', n]).mapValues(n => n + 1), s => s.replace((n: number) => -n), [[['k', 4], ['k', 2]], [['k', 3]], [['k', -2]]]],
  flatMapValues: [numbers => numbers.map(n => ['k', n]).flatMapValues(n => [n]), s => s.replace((n: number) => [n, n]), [[['k', 3], ['k', 1]], [['k', 2]], [['k', 2], ['k', 2]]]],
  'window, reduced': [numbers => numbers.reduceByWindow((a, b) => a + b, Seconds(2), Seconds(1)), s => s.replace((a: number, b: number) => a * b), [[4], [6], [4]]],
  'window by key': [numbers => numbers.map(n => ['k', n]).reduceByKeyAndWindow((a, b) => a + b, Seconds(3), Seconds(1)), s => s.replace((a: number, b: number) => a * b), [[['k', 4]], [['k', 6]], [['k', 16]]]],
  'window with inverse': [numbers => numbers.reduceByWindow((a, b) => a + b, (a, b) => a - b, Seconds(3), Seconds(1)), s => s.replace((a: number, b: number) => a + 10 * b, (a: number, b: number) => a - 10 * b), [[4], [6], [26]]],
  'window by key with inverse': [numbers => numbers.map(n => ['k', n]).reduceByKeyAndWindow((a, b) => a + b, (a, b) => a - b, Seconds(3), Seconds(1)), s => s.replace((a: number, b: number) => a + 10 * b), [[['k', 4]], [['k', 6]], [['k', 26]]]],
  updateStateByKey: [numbers => numbers.map(n => ['k', n]).updateStateByKey(sum), s => s.replace((values: number[], before = 0) => before - values[0]!), [[['k', 4]], [['k', 6]], [['k', 4]]]],
  mapWithState: [
    numbers => numbers.map(n => ['k', n]).mapWithState(StateSpec.function((key: string, value: number | undefined, state: State<number>) => { state.update(value! + (state.getOption() ?? 0)); return state.get() })),
    s => s.replace((key: string, value: number | undefined, state: State<number>) => { state.update((state.getOption() ?? 0) - value!); return state.get() }), [[3, 4], [6], [4]]],
}

test.each(Object.entries(SWAPS))('replace, %s: from the next batch, with the state there was', async (_, [make, swap, expected]) => {
  const { ssc, batches, step } = open()
  const stream = make(batches([[3, 1], [2], [2]]))
  const seen = gathered(stream)
  ssc.start()
  await step(2)
  swap(stream)
  await step()
  expect(seen).toEqual(expected)
})

test('what reads a replaced stream goes on: windows, state and outputs below, also what is added by an old handle', async () => {
  const { ssc, batches, step } = open()
  const pairs = batches([[1], [1], [1], [1]]).map(n => ['k', n])
  const seen = { pairs: gathered(pairs), window: gathered(pairs.window(Seconds(3)).count()), state: gathered(pairs.updateStateByKey(sum)) }
  ssc.start()
  await step(2)
  pairs.replace((n: number) => ['k', n * 100])
  const late = gathered(pairs.mapValues(n => n + 1))
  await step(2)
  expect(seen).toEqual({ pairs: [[['k', 1]], [['k', 1]], [['k', 100]], [['k', 100]]], window: [[1], [2], [3], [3]], state: [[['k', 1]], [['k', 2]], [['k', 102]], [['k', 202]]] })
  expect(late).toEqual([[['k', 101]], [['k', 101]]])
})

test('replace by a stream, again by another, and by name', async () => {
  const { ssc, batches, step, said } = open()
  const words = batches([['a'], ['a'], ['a'], ['a']])
  const marked = words.map(w => `${w}!`).name('marked')
  const counts = marked.map(w => [w, 1]).updateStateByKey(sum)
  const seen = gathered(counts)
  ssc.start()
  await step()
  marked.replace(words.map(w => `${w}?`))
  await step()
  const again = words.flatMap(w => [w, w]).name('marked')
  ssc.replace(again)
  await step()
  again.replace((w: string) => [w])
  await step()
  expect(Object.fromEntries(seen.at(-1)!)).toEqual({ 'a': 3, 'a!': 1, 'a?': 1 })
  expect(said.filter(text => text.startsWith('replaced'))).toEqual(Array(3).fill('replaced: marked from the next batch'))
})

test('a stream that runs elsewhere is read from both places', async () => {
  const { ssc, batches, step } = open()
  const [a, b] = [batches([['a'], ['a'], ['a']]), batches([['b'], ['b'], ['b']])]
  const [as, bs] = [a.map(w => [w, 1]).updateStateByKey(sum), b.map(w => [w, 1]).updateStateByKey(sum)]
  const seen = { as: gathered(as), bs: gathered(bs) }
  ssc.start()
  await step()
  as.replace(bs)
  await step(2)
  expect(seen).toEqual({ as: [[['a', 1]], [['b', 2]], [['b', 3]]], bs: [[['b', 1]], [['b', 2]], [['b', 3]]] })
})

test('what cannot be is refused, and the running graph stays', async () => {
  const { sc, ssc, batches, step } = open()
  const words = batches([['a'], ['b'], ['c']])
  const upper = words.map(w => w.toUpperCase())
  const seen = gathered(upper)
  ssc.start()
  await step()
  expect(code(() => upper.replace(w => `${sc}${w}`))).toBe('CLOSURE_CAPTURES_CONTEXT')
  expect(code(() => upper.map(w => `${sc}${w}`).print())).toBe('CLOSURE_CAPTURES_CONTEXT')
  expect(code(() => upper.replace(upper.map(w => w)))).toBe('REPLACE_CIRCULAR')
  expect(code(() => upper.replace(words.window(Seconds(2), Seconds(2))))).toBe('REPLACE_SLIDES_DIFFER')
  expect(code(() => upper.count().replace((n: number) => n))).toBe('REPLACE_WITHOUT_FUNCTION')
  expect(code(() => ssc.replace(words.map(w => w).name('other')))).toBe('REPLACE_UNKNOWN')
  expect(code(() => words.remove())).toBe('STREAM_IN_USE')
  await step(2)
  expect(seen).toEqual([['A'], ['B'], ['C']])
})

test('outputs and inputs are removed; an input that is read again runs again', async () => {
  const { ssc, batches, step, said } = open()
  const words = batches([['a'], ['b'], ['c'], ['d']])
  const kept = gathered(batches([[1], [2], [3], [4]]))
  const seen: string[][] = []
  const out = words.foreachRDD(async rdd => { seen.push(await rdd.collect()) })
  ssc.start()
  await step()
  out.remove()
  out.remove()
  words.remove()
  await step()
  const again = gathered(words)
  await step()
  expect(seen).toEqual([['a']])
  expect(kept).toEqual([[1], [2], [3]])
  expect(again).toHaveLength(1)
  expect(said).toContain('removed: foreachRDD of inputStream from the next batch')
})

test('undo: outputs, replacements, removals, one after another', async () => {
  const { ssc, batches, step } = open()
  const numbers = batches([[1], [1], [1], [1], [1]])
  const totals = numbers.map(n => ['k', n]).updateStateByKey(sum)
  const seen = gathered(totals)
  ssc.start()
  await step()
  totals.replace((values: number[], before = 0) => before + 10 * values.length)
  await step()
  const more = gathered(totals)
  expect(ssc.undo()).toBe('foreachRDD of updateStateByKey')
  expect(ssc.undo()).toBe('replacement of updateStateByKey')
  await step()
  expect(ssc.undo()).toBe('foreachRDD of updateStateByKey')
  await step()
  expect(seen).toEqual([[['k', 1]], [['k', 11]], [['k', 12]]])
  expect(more).toEqual([])
  for (let i = 0; i < 3; i++) ssc.undo()
  expect(ssc.undo()).toBeUndefined()
})

test('a stream that is printed twice is told', () => {
  const { ssc, batches, said } = open()
  const words = batches([['a']]).name('words')
  words.print()
  ssc.start()
  words.print()
  expect(said.at(-1)).toContain('words is printed twice now')
})
