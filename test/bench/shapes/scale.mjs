/**
 * Twice of something, and what it costs: records, keys, partitions, windows, streams in one graph. Each row plays n and 2n in turn and gives the
 * processor time of both, all threads counted, so that what others do on the machine is not. Streams run on a manual clock: a play is the
 * work of one batch and no waiting.
 */
import { EventBus } from '#src/core/events.js'
import { makeNode } from '#src/plan/rdd-plan.js'
import { makeStreamNode } from '#src/plan/stream-plan.js'
import { StreamingRuntime } from '#src/streaming/streaming-runtime.js'
import { median } from '../findings.mjs'
import { ManualClock, Seconds, SparkContext, StateSpec, StreamingContext } from 'tspark'

const add = (a, b) => a + b
const subtract = (a, b) => a - b

/** Rows of text: `count` lines of ten words, of 1,000 different ones. */
const linesOf = count => Array.from({ length: count }, (_, i) => Array.from({ length: 10 }, (_, j) => `word${(i * 7 + j * 13) % 1000}`).join(' '))
const pairsOf = (count, keys = count) => Array.from({ length: count }, (_, i) => [`key ${i % keys}`, 1])

const ROWS = [
  ['records', 40_000, (sc, n) => job(sc.parallelize(linesOf(n), 4), rdd => rdd.flatMap(line => line.split(' ')).map(word => [word, 1]).reduceByKey(add).count())],
  ['records sorted', 100_000, (sc, n) => job(sc.parallelize(Array.from({ length: n }, (_, i) => (i * 7919) % 1_000_003), 4), rdd => rdd.sortBy(x => x).count())],
  ['keys', 100_000, (sc, n) => job(sc.parallelize(pairsOf(n), 4), rdd => rdd.reduceByKey(add).count())],
  ['keys joined', 50_000, (sc, n) => job(sc.parallelize(pairsOf(n), 4), rdd => rdd.join(rdd.mapValues(x => -x)).count())],
  ['partitions', 200, (sc, n) => job(sc.parallelize(pairsOf(20_000, 100), n), rdd => rdd.map(pair => pair).count())],
  ['partitions shuffled into 4', 200, (sc, n) => job(sc.parallelize(pairsOf(20_000, 100), n), rdd => rdd.reduceByKey(add, 4).count())],
  ['partitions shuffled into as many', 100, (sc, n) => job(sc.parallelize(pairsOf(20_000), n), rdd => rdd.reduceByKey(add, n).count())],
  ['partitions persisted', 200, (sc, n) => job(sc.parallelize(pairsOf(20_000, 100), n), async rdd => { const kept = rdd.map(pair => pair).persist(); await kept.count(); await kept.unpersist() })],
  ['keys of a state', 50_000, (sc, n) => stream(sc, pairsOf(1000, n), lines => lines.updateStateByKey((values, before = 0) => before + values.length, 4, sc.parallelize(pairsOf(n), 4)))],
  ['keys of mapWithState', 20_000, (sc, n) => stream(sc, pairsOf(1000, n), lines => lines.mapWithState(StateSpec.function((key, value, state) => { state.update((state.getOption() ?? 0) + (value ?? 0)) }).initialState(sc.parallelize(pairsOf(n), 4))))],
  ['batches in a window', 60, (sc, n) => stream(sc, pairsOf(200), lines => lines.map(pair => pair).window(Seconds(n)).reduceByKey(add, 4), n)],
  ['batches in a window, reduced first', 60, (sc, n) => stream(sc, pairsOf(200), lines => lines.reduceByKeyAndWindow(add, Seconds(n)), n)],
  ['batches in a window with inverse', 60, (sc, n) => stream(sc, pairsOf(2000), lines => lines.reduceByKeyAndWindow(add, subtract, Seconds(n)), n)],
  ['windows', 10, (sc, n) => stream(sc, pairsOf(200), lines => times(n, i => lines.reduceByKeyAndWindow(add, Seconds(i % 5 + 2))), 5)],
  ['streams side by side', 40, (sc, n) => stream(sc, pairsOf(200), lines => times(n, i => lines.map(([key, value]) => [key, value * i]).reduceByKey(add)))],
  ['streams in a row', 400, (sc, n) => stream(sc, pairsOf(200), lines => times(n).reduce(last => last.map(pair => pair), lines))],
  ['streams put together', 40, (sc, n) => stream(sc, pairsOf(20), (lines, more) => lines.context.union(times(n, more)).reduceByKey(add, 4))],
  ['states in a row', 10, (sc, n) => stream(sc, pairsOf(200), lines => times(n).reduce(last => last.updateStateByKey((values, before = 0) => before + values.length), lines))],
]

export const shape = {
  what: 'what twice as much costs',
  minutes: 4,
  rounds: 1,
  warmUps: 0,
  sizes: { full: { share: 1, warm: 3, turns: 21 }, small: { share: 0.5, warm: 2, turns: 3 }, tiny: { share: 0.05, warm: 0, turns: 1 } },
  figures: { once: { title: 'CPU of n', unit: 'ms' }, twice: { title: 'of 2n', unit: 'ms' }, growth: { title: 'cost of twice' } },
  contenders: Object.fromEntries(ROWS.map(([what, n], row) => [`${what}: ${n}`, { program: 'rows', ask: { row } }])),
  bars: ROWS.map(([what, n]) => ({ of: `${what}: ${n}`, figure: 'growth', atMost: 2.2 })),
}

export const programs = {
  rows: ({ share, warm, turns }) => {
    const sc = new SparkContext('local[2]', 'scale', new EventBus())
    return {
      async play({ row }) {
        const [, n, open] = ROWS[row]
        const count = Math.max(2, Math.round(n * share))
        const [one, two] = [await open(sc, count), await open(sc, 2 * count)]
        const [once, twice] = await inTurn(one.play, two.play, { warm, turns })
        for (const { end } of [one, two]) await end?.()
        return { once, twice, growth: twice / once }
      },
      close: () => sc.stop(),
    }
  },
}

/** Medians of both; what others left to the garbage collector is cleared by the first turns. */
async function inTurn(one, two, { warm, turns }) {
  const [ones, twos] = [[], []]
  for (let turn = 0; turn < warm + turns; turn++) {
    ones.push(await cpuMs(one))
    twos.push(await cpuMs(two))
  }
  return [ones, twos].map(all => median(all.slice(warm)))
}

async function cpuMs(play) {
  const start = process.cpuUsage()
  await play()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1000
}

function times(n, make = i => i) { return Array.from({ length: n }, (_, i) => make(i)) }

function job(rdd, run) { return { play: () => run(rdd) } }

/** A plan of its own, whose inputs give `rows` in five partitions each second; it has run for `before` batches. Each play is a batch. */
async function stream(sc, rows, build, before = 2) {
  const clock = new ManualClock(0)
  const batchDuration = Seconds(1)
  const ssc = new StreamingContext(sc, batchDuration, { clock })
  const inputs = []
  const open = () => { const input = ssc.inputStream(endless(rows)); inputs.push(input.node); return input }
  const outputs = [build(open(), open)].flat().map(made => makeStreamNode({ parent: made.node, operator: 'count', site: undefined, run: rdd => count(sc, rdd) }))
  const runtime = new StreamingRuntime({ engine: sc.engine, clock, events: new EventBus(), conf: sc.getConf() })
  await runtime.start({ batchDuration, outputs, inputs, settings: new Map(), rememberDuration: undefined, checkpointDirectory: undefined })
  const play = async () => { clock.advance(1000); await runtime.idle(); if (runtime.lastBatch.error) throw runtime.lastBatch.error }
  for (let i = 0; i < before; i++) await play()
  return { play, end: () => runtime.stop({ gracefully: false }) }
}

const count = (sc, rdd) => sc.engine.runJob({ rdd, action: { kind: 'count' }, description: 'count' }).results

function endless(rows) {
  const slices = Array.from({ length: 5 }, (_, i) => rows.slice(Math.floor(i * rows.length / 5), Math.floor((i + 1) * rows.length / 5)))
  const leaf = { kind: 'collection', slices, numPartitions: 5, partitioner: undefined, operator: 'rows', site: undefined }
  return { name: 'rows', start() {}, stop() {}, batch: () => ({ rdd: makeNode(leaf), records: rows.length }) }
}
