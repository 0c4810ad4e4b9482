/** What is expected of streams beside the live ones: when it is judged, by which records, and that the graph knows nothing of it. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { EventBus } from '#src/core/events.js'
import { expectationText } from '#src/core/expectation-text.js'
import { beginLine } from '#src/core/transaction.js'
import { surroundings } from '#src/core/wiring.js'
import { expect as expectStream, Seconds, SparkConf, SparkContext, StreamingContext, type DStream } from '#src/index.js'
import { rowDifference } from '#src/api/row-difference.js'
import { gathered, openContext, printedBy } from '../support/context.js'

const opened: SparkContext[] = []
const open = (settings: Record<string, unknown> = {}) => {
  const conf = new SparkConf().setMaster('local[2]')
  for (const [key, value] of Object.entries(settings)) conf.set(key, value)
  const sc = new SparkContext(conf, 'expect', new EventBus())
  opened.push(sc)
  return openContext({ sc })
}
beforeEach(() => { surroundings.hasPrompt = false })
afterEach(async () => {
  surroundings.hasPrompt = true
  await StreamingContext.getActive()?.stop()
  for (const sc of opened.splice(0)) await sc.stop()
})

const counted = (words: DStream<string>): DStream<[string, number]> => words.map(w => [w, 1]).updateStateByKey((values: number[], before = 0) => values.reduce((a, b) => a + b, before))

test.each<{ name: string; expected: unknown[]; came: unknown[]; inOrder?: boolean; lines: string[] }>([
  { name: 'the same', expected: [1, 2], came: [1, 2], inOrder: true, lines: [] },
  { name: 'another order', expected: [['a', 1], ['b', 2]], came: [['b', 2], ['a', 1]], lines: [] },
  { name: 'an order that matters', expected: [1, 2, 3], came: [1, 3, 2], inOrder: true, lines: ['in another order, from record 2 on:', '  - expected 2', '  + came     3'] },
  { name: 'as often as expected', expected: ['a', 'a'], came: ['a'], lines: ["  - expected 'a'"] },
  { name: 'types differ', expected: [1, null], came: ['1', undefined], lines: ['  - expected 1', '  - expected null', "  + came     '1'", '  + came     undefined'] },
  { name: 'numbers as keys are', expected: [0, NaN], came: [-0, NaN], lines: [] },
  { name: 'maps and instances by what they are made of', expected: [new Map([['a', new Set([1])]])], came: [new Map([['a', new Set([2])]])], lines: ["  - expected Map(1) { 'a' => Set(1) { 1 } }", "  + came     Map(1) { 'a' => Set(1) { 2 } }"] },
  { name: 'many', expected: [], came: Array.from({ length: 12 }, () => 7), lines: [...Array.from({ length: 10 }, () => '  + came     7'), '  + came     … and 2 more'] },
])('records compared: $name', ({ expected, came, inOrder, lines }) => {
  expect(rowDifference(expected, came, { inOrder })).toEqual(lines)
})

test('each is judged with its batch, and adds nothing to what runs', async () => {
  const { sc, ssc, batches, step } = open({ 'spark.tspark.history': 0 })
  const counts = counted(batches([['a', 'b'], ['b'], []]))
  counts.print()
  const blocks = printedBy(sc)
  const [first, wrong, late] = [expectStream(counts).at(1000).toEqual([['b', 1], ['a', 1]]), expectStream(counts).at(2000).toEqual([['a', 1], ['b', 1]]), expectStream(counts.count()).at(Seconds(3).milliseconds).toEqual([2])]
  expect(ssc.plan().outputs).toHaveLength(1)
  ssc.start()
  await step()
  expect([first, wrong, late].map(({ state }) => state)).toEqual(['met', 'waiting', 'waiting'])
  await step()
  expect(wrong.state).toBe('failed')
  expect(wrong.report).toEqual(["  - expected [ 'b', 1 ]", "  + came     [ 'b', 2 ]"])
  await step()
  expect(ssc.expectations.map(({ state }) => state)).toEqual(['met', 'failed', 'met'])
  expect(blocks).toHaveLength(3)
})

test('a batch that has passed is asked of the history, through the graph as it is now; state that nobody reads is carried from there', async () => {
  const { ssc, batches, step } = open()
  const words = batches([['a'], ['b', 'b'], ['a']])
  const shout = words.map(w => w.toUpperCase())
  shout.print()
  ssc.start()
  await step(3)
  shout.replace(w => w + '!')
  const [now, state] = [expectStream(shout).at(2000).toEqual(['b!', 'b!']), expectStream(counted(words)).at(3000).toEqual([['a', 2], ['b', 2]])]
  const next = expectStream(counted(words)).at(4000).toEqual([['a', 2], ['b', 2]])
  await step()
  expect([now, state, next].map(({ state, report }) => [state, report])).toEqual([['met', []], ['met', []], ['met', []]])
})

test('why there was nothing to compare', async () => {
  const { ssc, batches, step } = open({ 'spark.tspark.history': 2 })
  const words = batches([['a'], ['b'], ['c'], ['d'], ['e'], ['f']])
  words.print()
  const slow = expectStream(words.window(Seconds(2), Seconds(2))).at(1000).toEqual([])
  const broken = expectStream(words.map((w): string => { throw new Error(w) })).at(1000).toEqual([])
  ssc.start()
  await step(6)
  const gone = expectStream(words).at(1000).toEqual(['a'])
  await ssc.idle()
  await new Promise(setImmediate)
  expect(slow.report).toEqual(['it has no batch at 1000 ms: it gives one every 2 s'])
  expect(broken.report[0]).toMatch(/^its batch failed: map: Error: a/)
  expect(gone.report[0]).toMatch(/^that time has passed, and the batches from [345]000 to 6000 ms are kept/)
})

test('one whose batch has not come when the stream ends has failed; started again, it may still come', async () => {
  const { ssc, batches, step } = open()
  const words = batches([['a'], ['b']])
  words.print()
  ssc.start()
  const later = expectStream(words).at(2000).toEqual(['a'])
  await step()
  await ssc.stop(false)
  expect([later.state, ...later.report]).toEqual(['failed', 'the stream ended before that batch'])
  ssc.start()
  await step()
  expect(later.state).toBe('met')
})

test('a batch that failed and was run again is judged again', async () => {
  const { ssc, batches, step } = open()
  let broken = true
  const words = batches([['a'], ['b']]).map(w => { if (broken && w === 'a') throw new Error('no'); return w })
  words.print()
  const [right, wrong] = [expectStream(words).at(1000).toEqual(['a']), expectStream(words.count()).at(1000).toEqual([7])]
  ssc.start()
  await step(2)
  expect([right.state, wrong.state]).toEqual(['failed', 'failed'])
  broken = false
  await ssc.retry()
  await ssc.idle()
  expect([right.state, ...wrong.report]).toEqual(['met', '  - expected 7', '  + came     1'])
})

test('what cannot be meant is refused', () => {
  const { ssc, batches } = open()
  const words = batches([['a']])
  expect(() => expectStream(words).at(1500)).toThrow('there is no batch at 1500 ms')
  expect(() => expectStream(words).at(0)).toThrow('there is no batch at 0 ms')
  expect(() => expectStream([1] as never)).toThrow('needs a stream')
  expect(() => expectStream(words).at(1000).toEqual('a' as never)).toThrow('as an array')
  // @ts-expect-error the records are words
  expectStream(words).at(1000).toEqual([1])
  expect(ssc.expectations).toHaveLength(1)
})

test('at the prompt the last word about the same stream and time holds, and a failed line leaves none', () => {
  const { ssc, batches } = open()
  const words = batches([['a']])
  surroundings.hasPrompt = true
  for (const count of [1, 2]) expectStream(words.filter(w => w > 'a').count()).at(1000).toEqual([count])
  expectStream(words.filter(w => w > 'b').count()).at(1000).toEqual([0])
  expectStream(words).at(2000).toEqual([])
  expect(ssc.expectations.map(({ asked }) => asked.rows)).toEqual([[2], [0], []])
  const back = beginLine()
  expectStream(words).at(3000).toEqual([])
  back()
  expect(ssc.expectations).toHaveLength(3)
  ssc.expectations[0]!.remove()
  expect(ssc.expectations).toHaveLength(2)
})

test('what a record holds reaches no terminal', async () => {
  const { sc, ssc, batches, step } = open()
  const words = batches([['\x1b[2J\u0007']])
  gathered(words)
  const told: string[] = []
  sc.events.on('expectation', event => told.push(expectationText(event, state => state) ?? ''))
  expectStream(words).at(1000).toEqual([])
  ssc.start()
  await step()
  expect(told.at(-1)).toMatch(/^failed inputStream at 1000 ms: not as expected at .*expect\.test\.[jt]s:\d+\n {2}\+ came {5}'\\x1B\[2J\\x07'$/)
})
