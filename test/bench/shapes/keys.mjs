/**
 * Many distinct keys, more than a Map holds (2^24): reduceByKey over them, updateStateByKey over as many new ones, and once more over the state
 * that it left. Each plays once, in a process of its own; looked at is its highest resident size.
 */
import { SparkConf } from '#src/core/conf.js'
import { EventBus } from '#src/core/events.js'
import { StorageLevel } from '#src/core/storage-level.js'
import { Time } from '#src/core/time.js'
import { embeddedEngine } from '#src/engine/embedded/embedded-engine.js'
import { collection } from '#src/operators/combine.js'
import { flatMap } from '#src/operators/narrow.js'
import { reduceByKey } from '#src/operators/shuffle.js'
import { updateState } from '#src/operators/state.js'
import { fnRef } from '#src/plan/fn-ref.js'
import { hashPartitioner } from '#src/plan/partitioner.js'
import { makeNode } from '#src/plan/rdd-plan.js'

const SOURCES = 20, PARTITIONS = 4

export const shape = {
  what: 'very many distinct keys',
  minutes: 12,
  rounds: 1,
  warmUps: 0,
  sizes: { full: { keys: 2e7 }, small: { keys: 1e6 }, tiny: { keys: 1000 } },
  figures: { ms: { title: 'time', unit: 'ms', work: 'keys' }, peak: { title: 'most memory', unit: 'MB' }, perKey: { title: 'of it for a key', unit: 'bytes' } },
  contenders: {
    'reduceByKey': { program: 'reduceByKey' },
    'updateStateByKey, all keys new': { program: 'newState' },
    'updateStateByKey, all keys again': { program: 'stateAgain' },
  },
  bars: [
    { of: 'reduceByKey', figure: 'perKey', atMost: 150 },
    { of: 'updateStateByKey, all keys new', figure: 'perKey', atMost: 150 },
  ],
}

export const programs = {
  reduceByKey: ({ keys }) => played(keys, (engine, run) => run(sums(pairs(keys)))),
  newState: ({ keys }) => played(keys, (engine, run) => nextState(engine, run, keys, {})),
  stateAgain: ({ keys }) => played(keys, async (engine, run) => {
    const state = {}
    await nextState(engine, run, keys, state)
    await nextState(engine, run, keys, state)
  }),
}

function played(keys, work) {
  const engine = embeddedEngine({ master: 'local[2]', conf: new SparkConf(), events: new EventBus() })
  const run = async rdd => {
    const counts = await engine.runJob({ rdd, action: { kind: 'count' }, description: 'keys' }).results
    return counts.reduce((a, b) => a + b, 0)
  }
  return {
    async play() {
      const before = process.memoryUsage.rss()
      const highest = watch()
      await work(engine, run)
      const most = highest()
      return { amount: keys, peak: most / 1e6, perKey: (most - before) / keys, result: [await run(sums(pairs(100)))] }
    },
    close: () => engine.stop(),
  }
}

const call = (fn, operator) => fnRef(fn, operator)
const partitioner = hashPartitioner(PARTITIONS)

/** Each key once, from SOURCES partitions: `key 0`, `key 1`, … */
function pairs(keys) {
  const share = keys / SOURCES
  const starts = collection(Array.from({ length: SOURCES }, (_, i) => i * share), SOURCES, { operator: 'parallelize', site: undefined })
  return flatMap(call(function* (start) { for (let i = start; i < start + share; i++) yield [`key ${i}`, 1] }, 'flatMap'))(starts)
}

const sums = reduceByKey(call((a, b) => a + b, 'reduceByKey'), partitioner)

async function nextState(engine, run, keys, state) {
  const update = call((values, before) => (before ?? 0) + values.length, 'updateStateByKey')
  const parent = updateState(update, 'plain', partitioner)(state.rdd, pairs(keys), new Time(1000))
  const { numPartitions, operator, site } = parent
  const kept = makeNode({ kind: 'persist', parent, level: StorageLevel.MEMORY_AND_DISK_SER, numPartitions, partitioner: parent.partitioner, operator, site })
  const found = await run(kept)
  if (found !== keys) throw new Error(`${found} keys instead of ${keys}`)
  state.rdd = engine.settled(kept)
  if (state.kept) engine.unpersist(state.kept.id)
  state.kept = kept
}

/** Memory of the whole process, looked at ten times a second: gives the highest, and ends. */
function watch() {
  let most = 0
  const timer = setInterval(() => { most = Math.max(most, process.memoryUsage.rss()) }, 100)
  return () => {
    clearInterval(timer)
    return Math.max(most, process.memoryUsage.rss())
  }
}
