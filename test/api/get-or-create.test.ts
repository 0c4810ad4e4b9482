/** What getOrCreate makes of a directory: nothing there, a checkpoint, a damaged one, one of another program. */
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { EventBus } from '#src/core/events.js'
import { ManualClock, Milliseconds, Seconds, SparkConf, SparkContext, SparkError, StateSpec, StreamingContext, type DStream, type State } from '#src/index.js'
import { batchesSource } from '#src/sources/batches.js'
import { gathered, messagesOf, openSpark } from '../support/context.js'
import { program } from '../support/programs.js'

const sc = openSpark()
afterAll(() => sc.stop())
afterEach(async () => { await StreamingContext.getActive()?.stop() })

const count = (values: number[], sum?: number): number => values.length + (sum ?? 0)
const words = (ssc: StreamingContext): DStream<string> => ssc.inputStream<string>(batchesSource({ batches: Array(20).fill(['a']), numPartitions: 1 }))
const totals = (ssc: StreamingContext): DStream<[string, number]> => words(ssc).map(w => [w, 1]).updateStateByKey(count)

interface Made { readonly ssc: StreamingContext; readonly clock: ManualClock; readonly seen: unknown[][]; readonly calls: number }
type Graph = (ssc: StreamingContext) => DStream<any>

/** A context from `directory` whose clock shows `nowMs`; `calls` counts how often the program was asked for its graph. */
function open(directory: string, { nowMs = 0, graph = totals as Graph, batchMs = 1000, spark = sc, options = {} as { createOnError?: boolean } | boolean } = {}): Made {
  const clock = new ManualClock(nowMs)
  let [calls, seen] = [0, [] as unknown[][]]
  const ssc = StreamingContext.getOrCreate(directory, () => {
    calls++
    const made = new StreamingContext(spark, Milliseconds(batchMs), { clock })
    seen = gathered(graph(made))
    return made
  }, options)
  return { ssc, clock, seen, calls }
}

async function run({ ssc, clock }: Made, batches: number, batchMs = 1000): Promise<void> {
  ssc.start()
  for (let i = 0; i < batches; i++) { clock.advance(batchMs); await ssc.idle() }
  await ssc.stop()
}

/** A directory with checkpoints of two batches. */
async function written(graph: Graph = totals): Promise<string> {
  const directory = join(program({}), 'checkpoints')
  await run(open(directory, { graph }), 2)
  return directory
}

const caught = (act: () => unknown): SparkError => {
  try { act() } catch (error) { return error as SparkError }
  throw new Error('nothing was thrown')
}

describe('ctx-getOrCreate', () => {
  test('empty path: f is called', async () => {
    const made = open(join(program({}), 'none'))
    expect(made.calls).toBe(1)
    await run(made, 1)
    expect(made.seen).toEqual([[['a', 1]]])
  })

  test('corrupt checkpoint: an error that names the files, or f is called', async () => {
    const directory = program({ 'checkpoint-1000': 'nothing of the kind' })
    const error = caught(() => open(directory))
    expect([error.code, error.message]).toEqual(['CHECKPOINT_UNREADABLE', `no checkpoint in ${directory} can be read: checkpoint-1000: it does not begin as a checkpoint`])
    for (const options of [true, { createOnError: true }]) {
      const said = messagesOf(sc)
      const made = open(directory, { options })
      expect([made.calls, said.at(-1)]).toEqual([1, `${error.message}: the stream begins afresh`])
    }
  })

  // Spark does not call f then, and runs the functions that the checkpoint holds.
  test('valid checkpoint: f is called to build the graph, which goes on from it; its configuration is recovered', async () => {
    const directory = join(program({}), 'checkpoints')
    const first = new SparkContext(new SparkConf([['spark.master', 'local[1]'], ['someKey', 'someValue'], ['mine', 'old'], ['my.password', 'x'], ['spark.streaming.blockInterval', '1s']]), undefined, new EventBus())
    await run(open(directory, { spark: first }), 2)
    await first.stop()
    const second = new SparkContext(new SparkConf([['spark.master', 'local[2]'], ['mine', 'new']]), undefined, new EventBus())
    const said = messagesOf(second)
    const made = open(directory, { spark: second, nowMs: 2000 })
    expect(made.calls).toBe(1)
    expect(['someKey', 'mine', 'spark.streaming.blockInterval', 'spark.master'].map(key => second.conf.get(key, ''))).toEqual(['someValue', 'new', '1s', 'local[2]'])
    expect(second.conf.contains('my.password')).toBe(false)
    await run(made, 2)
    expect(made.seen).toEqual([[['a', 3]], [['a', 4]]])
    expect(said).toContain(`recovered from ${directory}/checkpoint-2000: as of 2000 ms`)
    await second.stop()
  })

  test('getActiveOrCreate: the one that runs, else the same', async () => {
    const directory = await written()
    const make = (): StreamingContext => { const made = new StreamingContext(sc, Seconds(1), { clock: new ManualClock(2000) }); totals(made).print(); return made }
    const ssc = StreamingContext.getActiveOrCreate(directory, make)
    ssc.start()
    expect(StreamingContext.getActiveOrCreate(directory, make)).toBe(ssc)
  })
})

describe('ctx-queue-checkpoint', () => {
  const queue: Graph = ssc => ssc.queueStream([['a']])
  const words = 'queueStream doesn\'t support checkpointing. Please don\'t use queueStream when checkpointing is enabled.'

  test('writing warns, recovering throws', async () => {
    const said = messagesOf(sc)
    const directory = await written(queue)
    expect(said).toContain(words)
    const error = caught(() => open(directory, { graph: queue, nowMs: 2000 }))
    expect([error.code, error.message]).toEqual(['CHECKPOINT_INPUT', words])
    expect(open(directory, { graph: queue, nowMs: 2000, options: true }).calls).toBe(1)
  })
})

describe('another program', () => {
  test('another batch duration is refused with both', async () => {
    const directory = await written()
    expect(caught(() => open(directory, { batchMs: 500 })).message).toBe(`the checkpoint in ${directory} has batches of 1000 ms, the program batches of 500 ms`)
  })

  test('state whose operator is gone is refused by name, unless it has one', async () => {
    const plain = await written()
    const moved: Graph = ssc => words(ssc).filter(() => true).map(w => [w, 1]).updateStateByKey(count)
    const error = caught(() => open(plain, { graph: moved, nowMs: 2000 }))
    expect(error.code).toBe('CHECKPOINT_STATE')
    expect(error.message).toContain('holds the state of inputStream(batches)/map/updateStateByKey, which the program does not have; it has inputStream(batches), inputStream(batches)/filter/map/updateStateByKey')
    const named = await written(ssc => totals(ssc).name('totals'))
    const made = open(named, { graph: ssc => moved(ssc).name('totals'), nowMs: 2000 })
    await run(made, 1)
    expect(made.seen).toEqual([[['a', 3]]])
  })

  const sumOf = StateSpec.function((key: string, value: number | undefined, state: State<number>) => { state.update((state.getOption() ?? 0) + (value ?? 0)); return [key, state.get()] })
  test.each<[string, (pairs: DStream<[string, number]>) => DStream<[string, number]>]>([
    ['mapWithState', pairs => pairs.mapWithState(sumOf) as DStream<any>],
    ['reduceByKeyAndWindow, filtered', pairs => pairs.reduceByKeyAndWindow((a, b) => a + b, (a, b) => a - b, Seconds(9), Seconds(1), 1, ([, n]) => n > 0)],
  ])('a name holds all that one call makes: %s', async (_name, make) => {
    const directory = await written(ssc => make(words(ssc).map(w => [w, 1])).name('totals'))
    const made = open(directory, { graph: ssc => make(words(ssc).filter(() => true).map(w => [w, 1])).name('totals'), nowMs: 2000 })
    await run(made, 1)
    expect(made.seen).toEqual([[['a', 3]]])
  })

  test('streams that are alike are told apart by their order', async () => {
    const graph: Graph = ssc => {
      const pairs = words(ssc).map(w => [w, 1])
      const [one, ten] = [1, 10].map(factor => pairs.updateStateByKey((values, sum) => values.length * factor + (sum ?? 0)))
      return one!.join(ten!)
    }
    const made = open(await written(graph), { graph, nowMs: 2000 })
    await run(made, 1)
    expect(made.seen).toEqual([[['a', [3, 30]]]])
  })

  test('a graph that is built after getOrCreate is looked at when it starts', async () => {
    const directory = await written()
    const ssc = StreamingContext.getOrCreate(directory, () => new StreamingContext(sc, Seconds(1), { clock: new ManualClock(2000) }))
    words(ssc).print()
    expect(caught(() => ssc.start()).code).toBe('CHECKPOINT_STATE')
    expect(ssc.getState()).toBe('INITIALIZED')
  })

  test('a changed function goes on with the state, and it is said', async () => {
    const directory = await written()
    const said = messagesOf(sc)
    const made = open(directory, { graph: ssc => words(ssc).map(w => [w, 1]).updateStateByKey((values: number[], sum?: number) => values.length * 10 + (sum ?? 0)), nowMs: 2000 })
    await run(made, 1)
    expect(made.seen).toEqual([[['a', 12]]])
    expect(said).toContain('inputStream(batches)/map/updateStateByKey: its function has changed; its state is kept')
  })

  test('a window of another length is made anew, not taken away from', async () => {
    const add = (a: number, b: number): number => a + b
    const take = (a: number, b: number): number => a - b
    const over = (seconds: number): Graph => ssc => words(ssc).map(w => [w, 1]).reduceByKeyAndWindow(add, take, Seconds(seconds), Seconds(1))
    const directory = await written(over(3))
    const made = open(directory, { graph: over(2), nowMs: 2000 })
    await run(made, 3)
    expect(made.seen).toEqual([[['a', 2]], [['a', 2]], [['a', 2]]])
  })

  test('more partitions than before: state is placed anew', async () => {
    const graph = (n: number): Graph => ssc => words(ssc).map(w => [w, 1]).updateStateByKey(count, n)
    const made = open(await written(graph(1)), { graph: graph(3), nowMs: 2000 })
    await run(made, 1)
    expect(made.seen).toEqual([[['a', 3]]])
  })

  test('a program without getOrCreate is told that there is a checkpoint', async () => {
    const directory = await written()
    const said = messagesOf(sc)
    const ssc = new StreamingContext(sc, Seconds(1), { clock: new ManualClock(2000) })
    ssc.checkpoint(directory)
    totals(ssc).print()
    ssc.start()
    expect(said).toContain(`${directory} holds checkpoints of an earlier run, which are not used: StreamingContext.getOrCreate(directory, create) goes on from them`)
  })
})

test('rows that cannot be kept are said, and the stream goes on; after a restart it begins afresh', async () => {
  class Tally { constructor(readonly n: number) {} }
  const graph: Graph = ssc => words(ssc).map(w => [w, 1]).updateStateByKey((values: number[], tally?: Tally) => new Tally(values.length + (tally?.n ?? 0))).mapValues(tally => tally.n)
  const said = messagesOf(sc)
  const directory = await written(graph)
  expect(said.join('\n')).toMatch(/updateStateByKey at .*:\d+ holds an instance of Tally, which a checkpoint cannot keep/)
  const made = open(directory, { graph, nowMs: 2000 })
  await run(made, 1)
  expect(made.seen).toEqual([[['a', 1]]])
  expect(said.join('\n')).toContain('inputStream(batches)/map/updateStateByKey begins afresh: its rows held an instance of Tally')
})

test('over a source that cannot give again: state as of the last checkpoint, batches of the time without it empty, and both are said', async () => {
  const said = messagesOf(sc)
  const graph = (asked: number[]): Graph => ssc => ssc.inputStream<string>({ name: 'feed', start() {}, stop() {}, batch: time => { asked.push(+time); return { rdd: sc.parallelize(['a'], 1).node, records: 1 } } })
    .map(w => [w, 1]).updateStateByKey(count).checkpoint(Seconds(2))
  const directory = join(program({}), 'checkpoints')
  const first = open(directory, { graph: graph([]) })
  first.ssc.start()
  for (let i = 0; i < 3; i++) { first.clock.advance(1000); await first.ssc.idle() }
  const killed = `${directory} of a killed process`
  cpSync(directory, killed, { recursive: true })
  await first.ssc.stop()
  expect(said).toContain('if this process is killed, what feed sent since the last checkpoint of state (every 2 s) is lost; .checkpoint(interval) of a stream sets how often, and ssc.stop() loses nothing')
  const asked: number[] = []
  const second = open(killed, { graph: graph(asked), nowMs: 3000 })
  await run(second, 1)
  expect([second.seen, asked]).toEqual([[[['a', 3]]], [4000]])
  expect(said).toContain(`recovered from ${killed}/checkpoint-3000: as of 2000 ms; 1 batch after it run again without output; what feed sent after 2000 ms is not there again`)
})

test('the directory is removed, or cannot be, while the stream runs: batches go on, and it is said', async () => {
  const said = messagesOf(sc)
  const directory = join(program({}), 'checkpoints')
  const made = open(directory)
  made.ssc.start()
  const step = async (): Promise<void> => { made.clock.advance(1000); await made.ssc.idle() }
  await step()
  rmSync(directory, { recursive: true })
  await step()
  await step()
  expect(said.join('\n')).toMatch(/the checkpoint was not written: ENOENT.*; batches go on\ncheckpoints are written again/)
  rmSync(directory, { recursive: true })
  writeFileSync(directory, 'a file')
  for (let i = 0; i < 6; i++) await step()
  expect(made.seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].map(n => [['a', n]]))
  expect(said.filter(text => text.startsWith('the checkpoint was not written')).length).toBeLessThan(5)
  rmSync(directory)
  mkdirSync(directory)
  await step()
  await made.ssc.stop()
  const again = open(directory, { nowMs: 10_000 })
  await run(again, 1)
  expect(again.seen).toEqual([[['a', 11]]])
})

test('rows that never come to an end when they are written can be cancelled: the stream goes on', async () => {
  const said = messagesOf(sc)
  const made = open(join(program({}), 'checkpoints'), { graph: ssc => {
    const lines = words(ssc)
    lines.map(w => { for (;;) if (w === '') return w }).checkpoint(Seconds(2)).window(Seconds(4), Seconds(4)).foreachRDD(() => {})
    return lines
  } })
  made.ssc.start()
  const ended = new Promise<void>(resolve => { sc.events.on('jobStart', ({ description }) => { if (description.startsWith('checkpoint of')) { setImmediate(() => made.ssc.cancelBatch()); resolve() } }) })
  made.clock.advance(2000)
  await ended
  await made.ssc.idle()
  expect(made.seen).toEqual([['a'], ['a']])
  expect(said.join('\n')).toMatch(/rows of 2000 ms were not written to .*: Job .* cancelled by the user/)
})
