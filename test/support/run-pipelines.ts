/**
 * Runs random pipelines on the embedded engine, each three times: as it is, with nearly nothing fitting in memory, and that with an executor
 * ended in the middle. A failure prints the seed and the pipeline.
 */
import { EventBus } from '#src/core/events.js'
import { seededRandom } from '#src/core/random.js'
import type { EmbeddedEngine } from '#src/engine/embedded/embedded-engine.js'
import { SparkConf, SparkContext } from '#src/index.js'
import { gathered, openContext } from './context.ts'
import { randomPipeline, type Batches, type Pipeline } from './pipelines.ts'

const open = (settings: Record<string, string> = {}): SparkContext =>
  new SparkContext(new SparkConf(Object.entries({ 'spark.master': 'local[2]', 'spark.app.name': 'pipelines', ...settings })), undefined, new EventBus())

export const WAYS = {
  'as it is': { settings: {}, kill: false },
  'spilling': { settings: { 'spark.tspark.spillEveryRows': '3' }, kill: false },
  'spilling, an executor ended in the middle': { settings: { 'spark.driver.memory': '20k' }, kill: true },
}

/** Throws at the first seed of [from, from + count) whose rows differ. */
export async function runPipelines(way: keyof typeof WAYS, from: number, count: number): Promise<number> {
  const { settings, kill } = WAYS[way]
  const sc = open(settings)
  let batches = 0
  try {
    for (let seed = from; seed < from + count; seed++) {
      const pipeline = randomPipeline(seededRandom(seed))
      const found = await play(sc, pipeline, kill ? seed : undefined)
      if (shown(found) !== shown(pipeline.expected)) throw new Error(`seed ${seed}, ${way}:\n${pipeline.text}\nexpected ${shown(pipeline.expected)}\n     got ${shown(found)}`)
      batches += found.length
    }
    return batches
  } finally { await sc.stop() }
}

async function play(sc: SparkContext, { inputs, expected, build }: Pipeline, kill: number | undefined): Promise<Batches> {
  const context = openContext({ sc })
  const found = gathered(build(inputs.map(({ batches, numPartitions }) => context.batches(batches, numPartitions))))
  await context.ssc.start()
  for (let i = 0; i < expected.length; i++) {
    const stepped = context.step()
    if (kill !== undefined && kill % expected.length === i) void (sc.engine as EmbeddedEngine).pool.workers[kill % 2]?.terminate()
    await stepped
  }
  await context.ssc.stop(false)
  return found
}

/** Rows have no order that all operators would keep. */
const shown = (batches: Batches): string => batches.map(rows => rows.map(row => JSON.stringify(row)).sort().join(' ')).join('\n         ')
