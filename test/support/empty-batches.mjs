/**
 * A day of batches in a process of its own, with the heap looked at after forced collections: argv is `empty` or `failing` and
 * the number of batches. Prints the heap in bytes after the first thousand and at the end, what is still remembered, and whether
 * every batch came.
 */
import { ManualClock } from '#src/core/clock.js'
import { SparkConf } from '#src/core/conf.js'
import { EventBus } from '#src/core/events.js'
import { Seconds } from '#src/core/time.js'
import { collection } from '#src/operators/combine.js'
import { map } from '#src/operators/narrow.js'
import { derived, reducedWindow, stateful, windowed } from '#src/operators/streams.js'
import { fnRef } from '#src/plan/fn-ref.js'
import { hashPartitioner } from '#src/plan/partitioner.js'
import { makeNode, parentsOf } from '#src/plan/rdd-plan.js'
import { makeStreamNode } from '#src/plan/stream-plan.js'
import { StreamingRuntime } from '#src/streaming/streaming-runtime.js'

const [kind, count] = [process.argv[2], Number(process.argv[3])]
const here = operator => ({ operator, site: undefined })
const fn = (f, operator) => fnRef(f, operator)

const leafOf = ({ numPartitions, partitioner, operator, site }) => makeNode({ kind: 'blocks', blocks: [], numPartitions, partitioner, operator, site })

/** Runs nothing but keeps what is persisted; `failing` rejects each job. */
class IdleEngine {
  defaultParallelism = 1
  stored = new Map()
  runJob({ rdd }) {
    const results = kind === 'failing' ? Promise.reject(new Error('always')) : Promise.resolve([this.#keep(rdd)])
    return { id: 0, results, cancel() {} }
  }
  #keep(rdd) {
    for (const open = [rdd]; open.length;) {
      const node = open.pop()
      if (this.stored.has(node.id)) continue
      if (node.kind === 'persist') this.stored.set(node.id, leafOf(node))
      open.push(...parentsOf(node))
    }
  }
  settled(node) { return this.stored.get(node.id) }
  unpersist(id) { this.stored.delete(id) }
}

const rows = kind === 'failing' ? ['bad'] : []
const source = { name: 'batches', start() {}, stop() {}, batch: () => ({ rdd: collection(rows, 1, here('batches')), records: rows.length }) }
const lines = makeStreamNode({ kind: 'input', source, slideDuration: Seconds(1), ...here('input') })
const pairs = derived(lines, map(fn(x => [x, 1], 'map')))
const add = fn((a, b) => a + b, 'add')
const streams = [
  pairs,
  windowed(here('window'), pairs, Seconds(30), Seconds(1)),
  reducedWindow(add, fn((a, b) => a - b, 'subtract'), pairs, Seconds(60), Seconds(2), hashPartitioner(1)),
  stateful(fn((values, state) => state ?? values.length, 'updateStateByKey'), false, pairs, hashPartitioner(1), undefined),
]

const engine = new IdleEngine()
const clock = new ManualClock()
const events = new EventBus()
const runtime = new StreamingRuntime({ engine, clock, events, conf: new SparkConf() })
const run = rdd => engine.runJob({ rdd }).results
const outputs = streams.map(parent => makeStreamNode({ parent, run, ...here('foreachRDD') }))

let next = 1000
let inOrder = 0
events.on('batchCompleted', ({ timeMs, error }) => {
  if (timeMs === next && (error !== undefined) === (kind === 'failing')) inOrder++
  next += 1000
})
const heap = () => { globalThis.gc(); globalThis.gc(); return process.memoryUsage().heapUsed }
const advance = async batches => { clock.advance(batches * 1000); await runtime.idle() }

runtime.start({ batchDuration: Seconds(1), outputs, inputs: [lines], settings: new Map(), rememberDuration: undefined, checkpointDirectory: undefined })
await advance(1000)
const warmBytes = heap()
for (let left = count - 1000; left > 0; left -= 1000) await advance(Math.min(1000, left))
const endBytes = heap()
console.log(JSON.stringify({ inOrder, warmBytes, endBytes, stored: engine.stored.size, pending: runtime.pendingBatches }))
await runtime.stop({ gracefully: false })
