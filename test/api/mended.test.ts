/** Batches that failed, run again or let go: what is put out and what is carried on are those of a run in which nothing had failed. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test } from 'vitest'
import { Seconds, SparkConf, SparkContext, StateSpec, StreamingContext, type DStream, type State } from '#src/index.js'
import { EventBus } from '#src/core/events.js'
import { messagesOf, openContext } from '../support/context.js'

const shared = new Map<number, SparkContext>()
/** One SparkContext for each `history`. */
const open = ({ history = 60 }: { history?: number } = {}) => {
  const sc = shared.get(history) ?? new SparkContext(new SparkConf().setMaster('local[2]').set('spark.tspark.history', history), 'mended', new EventBus())
  shared.set(history, sc)
  return { ...openContext({ sc }), said: messagesOf(sc) }
}
afterEach(async () => { await StreamingContext.getActive()?.stop() })
afterAll(async () => { for (const sc of shared.values()) await sc.stop() })

type Seen = [timeMs: number, rows: unknown[]][]
const seenOf = (stream: DStream<any>): Seen => {
  const seen: Seen = []
  stream.foreachRDD(async (rdd, time) => { const rows = await rdd.collect(); seen.push([+time, rows]) })
  return seen
}
/** By time, what was put out last. */
const last = (seen: Seen): Record<number, unknown[]> => Object.fromEntries(seen)
const codeOf = async (act: () => unknown): Promise<string> => { try { await act(); return 'nothing was thrown' } catch (error) { return (error as { code: string }).code } }
const sum = (values: number[], before = 0): number => values.reduce((a, b) => a + b, before)

const INPUT = [['a', 'b'], ['bad', 'a'], ['b'], ['bad', 'bad'], ['a']]
const PIPES: Record<string, (words: DStream<string>) => DStream<any>> = {
  'map': words => words,
  'reduceByKey': words => words.map(w => [w, 1]).reduceByKey((a, b) => a + b, 1),
  'window': words => words.window(Seconds(3)).count(),
  'window with inverse': words => words.map(w => [w, 1]).reduceByKeyAndWindow((a, b) => a + b, (a, b) => a - b, Seconds(3), Seconds(1), 1),
  'a window that slides': words => words.window(Seconds(4), Seconds(2)),
  'updateStateByKey': words => words.map(w => [w, 1]).updateStateByKey(sum, 1),
  'mapWithState': words => words.map(w => [w, 1]).mapWithState(StateSpec.function((key: string, value: number | undefined, state: State<number>) => { state.update((state.getOption() ?? 0) + value!); return [key, state.get()] }).numPartitions(1)).stateSnapshots(),
  'a window over a state': words => words.map(w => [w, 1]).updateStateByKey(sum, 1).window(Seconds(2)).count(),
}

const run = async (pipe: (words: DStream<string>) => DStream<any>, { failing, mend }: { failing: boolean; mend: 'retry' | 'fix' }): Promise<Record<string, unknown>> => {
  const { ssc, batches, step } = open()
  let broken = failing
  const checked = batches(INPUT, 1).map(w => { if (broken && w === 'bad') throw new Error('bad word'); return w.toUpperCase() })
  const seen = seenOf(pipe(checked))
  ssc.start()
  await step(4)
  if (failing) {
    expect(ssc.failedBatches.map(({ time, records }) => [+time, records]).at(0)).toEqual([2000, 2])
    if (mend === 'retry') broken = false
    await (mend === 'retry' ? ssc.retry() : ssc.fix((w: string) => w.toUpperCase()))
    expect(ssc.failedBatches).toEqual([])
  }
  await step(2)
  await ssc.stop()
  return last(seen)
}

test.each(Object.entries(PIPES))('%s: after retry and after fix as in a run without the mistake', async (_, pipe) => {
  const clean = await run(pipe, { failing: false, mend: 'retry' })
  expect(await run(pipe, { failing: true, mend: 'retry' })).toEqual(clean)
  expect(await run(pipe, { failing: true, mend: 'fix' })).toEqual(clean)
})

test('what was right is not put out twice', async () => {
  const { ssc, batches, step, said } = open()
  let broken = true
  const words = batches([['a'], ['bad'], ['b']], 1)
  const [right, wrong, windows] = [seenOf(words), seenOf(words.map(w => { if (broken && w === 'bad') throw new Error('bad word'); return w })), seenOf(words.window(Seconds(2)).count())]
  ssc.start()
  await step(3)
  broken = false
  await ssc.retry()
  expect(right.map(([at]) => at)).toEqual([1000, 2000, 3000])
  expect(windows.map(([at]) => at)).toEqual([1000, 2000, 3000])
  expect(wrong).toEqual([[1000, ['a']], [3000, ['b']], [2000, ['bad']]])
  expect(said.filter(text => text.startsWith('running again'))).toEqual(['running again: the batch of 2000 ms and 1 since'])
})

test('what fails again waits again; skip lets it go', async () => {
  const { ssc, batches, step, said } = open()
  const counts = batches([['a'], ['bad', 'a'], ['a']], 1).map(w => { if (w === 'bad') throw new Error('bad word'); return [w, 1] as [string, number] }).updateStateByKey(sum, 1)
  const seen = seenOf(counts)
  ssc.start()
  await step(3)
  await ssc.retry()
  expect(ssc.failedBatches.map(({ time, records, error }) => [+time, records, String(error)])).toEqual([[2000, 2, expect.stringContaining('bad word')]])
  expect(ssc.skip()).toHaveLength(1)
  expect(said.at(-1)).toBe('skipped: the batch of 2000 ms, 2 records')
  expect(ssc.failedBatches).toEqual([])
  expect(await codeOf(() => ssc.retry())).toBe('NO_FAILED_BATCH')
  await step()
  expect(last(seen)).toEqual({ 1000: [['a', 1]], 3000: [['a', 2]], 4000: [['a', 2]] })
})

test('a moment before the failure may be batches away: those between run as they were, through the graph of their time', async () => {
  const { ssc, batches, step } = open({ history: 4 })
  let broken = true
  const tenfold = batches(Array.from({ length: 9 }, (_, i) => [i === 6 ? 'bad' : 'a']), 1).map(w => { if (broken && w === 'bad') throw new Error('bad word'); return ['n', 1] as [string, number] })
  const seen = seenOf(tenfold.updateStateByKey(sum, 1))
  ssc.start()
  await step(6)
  tenfold.replace((w: string) => { if (broken && w === 'bad') throw new Error('bad word'); return ['n', 10] })
  await step(2)
  broken = false
  await ssc.retry()
  await step()
  expect(last(seen)).toMatchObject({ 6000: [['n', 6]], 7000: [['n', 16]], 8000: [['n', 26]], 9000: [['n', 36]] })
})

test('a batch that is no longer kept cannot be run again, and says so', async () => {
  const { ssc, batches, step } = open({ history: 0 })
  seenOf(batches([['bad']], 1).map(() => { throw new Error('bad word') }))
  ssc.start()
  await step(2)
  expect(ssc.failedBatches).toHaveLength(1)
  expect(await codeOf(() => ssc.retry())).toBe('BATCH_NOT_KEPT')
  expect(await codeOf(() => ssc.fix(() => 1))).toBe('BATCH_NOT_KEPT')
})

test('what is no function of an operator has nothing to fix; retry runs it again', async () => {
  const { ssc, batches, step } = open()
  let broken = true
  const seen: number[] = []
  batches([['a']], 1).foreachRDD((_rdd, time) => { if (broken) throw new Error('disk full'); seen.push(+time) })
  ssc.start()
  await step(2)
  expect(await codeOf(() => ssc.fix(() => 1))).toBe('NOTHING_TO_FIX')
  broken = false
  await ssc.retry()
  expect(seen).toEqual([1000, 2000])
})

test.each<[string, (words: DStream<string>) => DStream<any>, (...args: any[]) => unknown, unknown]>([
  ['filter', words => words.filter(w => (w as any).nothing.length), (w: string) => w !== 'b', ['a']],
  ['reduceByKey', words => words.map(() => ['k', 1]).reduceByKey((a, b) => (a as any).nothing.length + b, 1), (a: number, b: number) => a + b, [['k', 2]]],
  ['reduceByWindow', words => words.map(() => 1).reduceByWindow((a, b) => (a as any).nothing.length + b, Seconds(2), Seconds(1)), (a: number, b: number) => a + b, [2]],
  ['reduceByKeyAndWindow', words => words.map(() => ['k', 1]).reduceByKeyAndWindow((a, b) => (a as any).nothing.length + b, Seconds(2), Seconds(1), 1), (a: number, b: number) => a + b, [['k', 2]]],
  ['updateStateByKey', words => words.map(() => ['k', 1]).updateStateByKey((values: number[]) => (values as any).nothing.length as number, 1), sum, [['k', 2]]],
  ['mapWithState', words => words.map(w => [w, 1]).mapWithState(StateSpec.function((key: string, value: number | undefined, _state: State<number>) => (value as any).nothing.length as string).numPartitions(1)), (key: string, _value: unknown, _state: unknown) => key, ['a', 'b']],
])('fix finds %s, also after a fix that was wrong too', async (_, make, right, expected) => {
  const { ssc, batches, step } = open()
  const seen = seenOf(make(batches([['a', 'b']], 1)))
  ssc.start()
  await step()
  await ssc.fix(right.length === 3 ? (a: any, _b: any, _c: any) => a.nothing.at : (a: any, _b: any) => a.nothing.at)
  expect(ssc.failedBatches).toHaveLength(1)
  await ssc.fix(right)
  expect(seen).toEqual([[1000, expected]])
})

test('a checkpoint after a retry holds what it has made right', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'tspark-mended-'))
  let broken = true
  const seen: Seen[] = []
  const run = async (fromMs: number, input: string[][], act: (ssc: StreamingContext) => Promise<unknown>): Promise<void> => {
    const { ssc, clock, batches, step } = open()
    clock.advance(fromMs)
    const made = StreamingContext.getOrCreate(directory, () => {
      ssc.checkpoint(directory)
      seen.push(seenOf(batches(input, 1).map(w => { if (broken && w === 'bad') throw new Error('bad word'); return [w, 1] as [string, number] }).updateStateByKey(sum, 1).checkpoint(Seconds(1))))
      return ssc
    })
    made.start()
    await step(input.length - fromMs / 1000)
    await act(made)
    await made.stop()
  }
  try {
    await run(0, [['a'], ['bad'], ['b']], async ssc => { broken = false; await ssc.retry() })
    await run(3000, [['a'], ['bad'], ['b'], ['a']], async () => {})
    expect(new Map(last(seen[1]!)[4000] as [string, number][])).toEqual(new Map([['a', 2], ['bad', 1], ['b', 1]]))
  } finally { rmSync(directory, { recursive: true, force: true }) }
})
