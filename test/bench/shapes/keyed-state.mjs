/**
 * Keyed state on local[2]: a million keys, of which a batch touches a tenth, for updateStateByKey and mapWithState; a window of 60 s that
 * slides by 1 s, with an inverse function, over a hundred thousand keys. What is timed is one batch to the end of its output, a count.
 * The rivals: the same with the states encoded between batches, as they are committed; and a hand-written loop on one thread
 * over a Map. Twice the keys stand beside once. All share a process, as they did when the tables were tuned.
 */
import { ManualClock } from '#src/core/clock.js'
import { SparkConf } from '#src/core/conf.js'
import { EventBus } from '#src/core/events.js'
import { seededRandom } from '#src/core/random.js'
import { Milliseconds } from '#src/core/time.js'
import { embeddedEngine } from '#src/engine/embedded/embedded-engine.js'
import { collection } from '#src/operators/combine.js'
import { emitted, stateRecords } from '#src/operators/map-with-state.js'
import { flatMap } from '#src/operators/narrow.js'
import { derived, reducedWindow, stateful } from '#src/operators/streams.js'
import { fnRef } from '#src/plan/fn-ref.js'
import { hashPartitioner } from '#src/plan/partitioner.js'
import { makeStreamNode } from '#src/plan/stream-plan.js'
import { StreamingRuntime } from '#src/streaming/streaming-runtime.js'

const PARTITIONS = 2

const call = (fn, operator) => fnRef(fn, operator)
const second = Milliseconds(1000)
const here = operator => ({ operator, site: undefined })
const partitioner = hashPartitioner(PARTITIONS)

const updated = pairs => stateful(call((values, state) => values.reduce((a, b) => a + b, state ?? 0), 'updateStateByKey'), 'plain', pairs, partitioner, undefined)
const mapped = pairs => derived(stateRecords(pairs, {
  f: call((key, value, state) => { state.update((state.getOption() ?? 0) + value); return state.get() }, 'mapWithState'), timed: false, partitioner, initial: undefined, timeout: undefined, exact: false,
}), emitted(here('mapWithState')))
const windowed = pairs => reducedWindow(call((a, b) => a + b, 'reduceByKeyAndWindow'), call((a, b) => a - b, 'reduceByKeyAndWindow'), pairs, second.times(60), second, partitioner)

/** name → the operator, how many of the keys it has, and how many batches come first. */
const WORKS = {
  updateStateByKey: { share: 1, before: 2, make: updated, loop: updateLoop },
  mapWithState: { share: 1, before: 2, make: mapped, loop: mapLoop },
  'inverse window': { share: 0.1, before: 62, make: windowed, loop: windowLoop },
}
// Of the keys, so many times fewer are touched by a batch.
const TOUCHED = 10

const WAYS = { ', a loop over a Map': { loop: true }, '': {}, ', encoded between batches': { tables: 'false' }, ', twice the keys': { times: 2 } }
const ROWS = Object.keys(WORKS).flatMap(name => Object.keys(WAYS).map(way => [name + way, { name, way }]))

export const shape = {
  what: 'keyed state by a manual clock: one batch, its output counted',
  minutes: 5,
  sizes: { full: { keys: 1e6 }, small: { keys: 1e5 }, tiny: { keys: 1000 } },
  figures: { ms: { title: 'a batch', unit: 'ms' } },
  contenders: Object.fromEntries(ROWS.map(([row, ask]) => [row, { program: 'all', ask }])),
  rivals: ['updateStateByKey, a loop over a Map', 'mapWithState, a loop over a Map', 'inverse window, a loop over a Map'],
  beside: (row, rival) => rival.startsWith(ROWS.find(([name]) => name === row)[1].name),
}

export const programs = {
  all: size => {
    const opened = new Map()
    return {
      async play({ name, way }) {
        const row = name + way
        if (!opened.has(row)) opened.set(row, await openRow(WORKS[name], WAYS[way], size.keys))
        const startMs = performance.now()
        await opened.get(row).batch()
        return { ms: performance.now() - startMs }
      },
      close: () => Promise.all([...opened.values()].map(({ close }) => close?.())),
    }
  },
}

function openRow(work, { loop, times = 1, tables = 'true' }, keys) {
  const count = keys * work.share
  return loop ? { batch: work.loop(count, count / TOUCHED) } : openStream(work, count * times, tables)
}

/** A stream whose keys have all been seen. Each batch() brings a tenth of them, other ones each time. */
async function openStream({ make, before }, keys, tables) {
  const conf = new SparkConf().set('spark.tspark.stateTables', tables)
  const events = new EventBus()
  const engine = embeddedEngine({ master: 'local[2]', conf, events })
  const clock = new ManualClock(0)
  const runtime = new StreamingRuntime({ engine, clock, events, conf })
  events.on('batchCompleted', ({ error }) => { if (error) console.error(error) })
  let time = 0
  const source = { name: 'pairs', start() {}, stop() {}, batch: () => ({ rdd: batchOf(keys, time++ === 0), records: keys / TOUCHED }) }
  const input = makeStreamNode({ kind: 'input', source, slideDuration: second, ...here('pairs') })
  const output = makeStreamNode({ parent: make(input), run: rdd => engine.runJob({ rdd, action: { kind: 'count' }, description: 'count' }).results, ...here('foreachRDD') })
  void runtime.start({ batchDuration: second, outputs: [output], inputs: [input], settings: new Map(), rememberDuration: undefined, checkpointDirectory: undefined })
  const batch = async () => {
    clock.advance(1000)
    await runtime.idle()
  }
  for (let i = 0; i <= before; i++) await batch()
  return { batch, close: async () => { await runtime.stop({ gracefully: false }); await engine.stop() } }
}

let seed = 0

/** Made in the executors, so that nothing of it is the driver's work: in the first batch each key once. */
function batchOf(keys, all) {
  const count = all ? keys : keys / TOUCHED
  const first = ++seed
  return flatMap(call(function* (half) {
    const random = seededRandom(first * 2 + half)
    for (let i = 0; i < count / 2; i++) yield [`k${all ? i * 2 + half : Math.floor(random() * keys)}`, 1]
  }, 'flatMap'))(collection([0, 1], PARTITIONS, here('parallelize')))
}

function keysOf(count, keys) {
  const random = seededRandom(++seed)
  return Array.from({ length: count }, () => `k${Math.floor(random() * keys)}`)
}

/** What one would write by hand, with the same calls of the function for each key. */
function updateLoop(keys, touched) {
  const states = new Map(Array.from({ length: keys }, (_, i) => [`k${i}`, 1]))
  const update = (values, state) => values.reduce((a, b) => a + b, state ?? 0)
  return () => {
    const grouped = new Map()
    for (const key of keysOf(touched, keys)) {
      const values = grouped.get(key)
      if (values) values.push(1)
      else grouped.set(key, [1])
    }
    for (const [key, state] of states) states.set(key, update(grouped.get(key) ?? [], state))
    return states.size
  }
}

function mapLoop(keys, touched) {
  const states = new Map(Array.from({ length: keys }, (_, i) => [`k${i}`, 1]))
  return () => {
    for (const key of keysOf(touched, keys)) states.set(key, (states.get(key) ?? 0) + 1)
    return states.size
  }
}

function windowLoop(keys, touched) {
  const window = new Map()
  const batches = []
  const play = () => {
    const sums = new Map()
    for (const key of keysOf(touched, keys)) sums.set(key, (sums.get(key) ?? 0) + 1)
    batches.push(sums)
    if (batches.length > 60) for (const [key, left] of batches.shift()) window.set(key, window.get(key) - left)
    for (const [key, entered] of sums) window.set(key, (window.get(key) ?? 0) + entered)
    return window.size
  }
  for (let i = 0; i < 62; i++) play()
  return play
}
