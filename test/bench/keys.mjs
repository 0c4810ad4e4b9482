/**
 * Many distinct keys: reduceByKey over KEYS of them, then two batches of updateStateByKey over as many. Printed are the bytes per key at
 * the highest point of the whole process. More keys than a Map holds (2^24). Set for it: TSPARK_KEYS, and
 * TSPARK_MEMORY, the spark.driver.memory of the run.
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

const KEYS = Number(process.env.TSPARK_KEYS ?? 20_000_000)
const MEMORY = process.env.TSPARK_MEMORY ?? '0'
const SOURCES = 20, PARTITIONS = 4

export const bench = {
  what: `${KEYS} distinct keys on local[2]`,
  once: true,

  async setup() {
    const conf = new SparkConf().set('spark.driver.memory', MEMORY)
    const engine = embeddedEngine({ master: 'local[2]', conf, events: new EventBus() })
    const highest = watch()
    const run = async (what, rdd) => {
      const found = (await engine.runJob({ rdd, action: { kind: 'count' }, description: what }).results).reduce((a, b) => a + b, 0)
      if (found !== KEYS) throw new Error(`${what}: ${found} keys instead of ${KEYS}`)
    }
    const state = { rdd: undefined, time: 0 }
    return {
      work: { amount: KEYS, unit: 'keys' },
      contenders: {
        reduceByKey: () => told(highest, () => run('reduceByKey', sums(pairs()))),
        'updateStateByKey, all keys new': () => told(highest, () => nextState(engine, state, run)),
        'updateStateByKey, all keys again': () => told(highest, () => nextState(engine, state, run)),
      },
      close: () => engine.stop(),
    }
  },
}

const call = (fn, operator) => fnRef(fn, operator)
const partitioner = hashPartitioner(PARTITIONS)

/** Each key once, from SOURCES partitions: `key 0`, `key 1`, … */
function pairs() {
  const share = KEYS / SOURCES
  const starts = collection(Array.from({ length: SOURCES }, (_, i) => i * share), SOURCES, { operator: 'parallelize', site: undefined })
  return flatMap(call(function* (start) { for (let i = start; i < start + share; i++) yield [`key ${i}`, 1] }, 'flatMap'))(starts)
}

const sums = reduceByKey(call((a, b) => a + b, 'reduceByKey'), partitioner)

async function nextState(engine, state, run) {
  const update = call((values, before) => (before ?? 0) + values.length, 'updateStateByKey')
  const parent = updateState(update, false, partitioner)(state.rdd, pairs(), new Time(++state.time))
  const { numPartitions, operator, site } = parent
  const kept = makeNode({ kind: 'persist', parent, level: StorageLevel.MEMORY_AND_DISK_SER, numPartitions, partitioner: parent.partitioner, operator, site })
  await run('updateStateByKey', kept)
  state.rdd = engine.settled(kept)
  if (state.kept) engine.unpersist(state.kept.id)
  state.kept = kept
}

/** Memory of the whole process, looked at ten times a second: the highest since it was last asked. */
function watch() {
  let most = 0
  setInterval(() => { most = Math.max(most, process.memoryUsage.rss()) }, 100).unref()
  return () => { const found = most; most = 0; return found }
}

async function told(highest, play) {
  const before = process.memoryUsage.rss()
  highest()
  await play()
  const most = Math.max(highest(), process.memoryUsage.rss())
  return `${(most / KEYS).toFixed(0)} bytes a key: the whole process took ${mib(most)} MiB at most (${mib(before)} before)`
}

const mib = bytes => (bytes / 2 ** 20).toFixed(0)
