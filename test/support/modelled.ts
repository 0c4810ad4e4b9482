/** A pipeline on the model engine: the same graph, its kernels over plain arrays, one partition after another; so rows have their order. */
import { EventBus } from '#src/core/events.js'
import { ManualClock, Seconds, SparkConf, SparkContext, StreamingContext } from '#src/index.js'
import type { InputNode, OutputNode } from '#src/plan/stream-plan.js'
import { makeStreamNode } from '#src/plan/stream-plan.js'
import { batchesSource } from '#src/sources/batches.js'
import { StreamingRuntime } from '#src/streaming/streaming-runtime.js'
import { ModelEngine } from './model-engine.ts'
import type { Batches, Pair, Pipeline } from './pipelines.ts'

// Only to build with: nothing runs on it, and it has no threads.
const sc = new SparkContext('local[2]', 'modelled', new EventBus())
const batchDuration = Seconds(1)

export async function modelled({ inputs, expected, build }: Pipeline): Promise<Batches> {
  const clock = new ManualClock(0)
  const ssc = new StreamingContext(sc, batchDuration, { clock })
  const engine = new ModelEngine()
  const found: Batches = []
  const streams = inputs.map(({ batches, numPartitions }) => ssc.inputStream<Pair>(batchesSource({ batches, numPartitions })))
  const output = makeStreamNode<OutputNode>({
    parent: build(streams).node, operator: 'collect', site: undefined,
    run: async rdd => { found.push((await engine.runJob({ rdd, action: { kind: 'collect' }, description: 'collect' }).results).flat() as Pair[]) },
  })
  const runtime = new StreamingRuntime({ engine, clock, events: new EventBus(), conf: new SparkConf() })
  await runtime.start({ batchDuration, outputs: [output], inputs: streams.map(({ node }) => node as InputNode), settings: new Map(), rememberDuration: undefined, checkpointDirectory: undefined })
  for (let i = 0; i < expected.length; i++) {
    clock.advance(1000)
    await runtime.idle()
    if (runtime.lastBatch?.error !== undefined) throw runtime.lastBatch.error
  }
  await runtime.stop({ gracefully: false })
  return found
}
