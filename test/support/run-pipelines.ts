/**
 * Runs random pipelines on the embedded engine: as it is, with nearly nothing fitting in memory while an executor is ended that
 * has a task in hand, and cut off in the middle to be recovered from a checkpoint. Rows are held to the model of plain arrays, which knows no partitions; their order, which is that of partitions
 * and of what was first seen in each, to the kernels of the model engine. A failure prints the seed and the pipeline.
 */
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import { EventBus } from '#src/core/events.js'
import { seededRandom } from '#src/core/random.js'
import type { EmbeddedEngine } from '#src/engine/embedded/embedded-engine.js'
import { SparkConf, SparkContext } from '#src/index.js'
import { ManualClock, Seconds, StreamingContext } from '#src/index.js'
import { batchesSource } from '#src/sources/batches.js'
import { gathered, openContext } from './context.ts'
import { randomPipeline, type Batches, type Pipeline } from './pipelines.ts'
import { modelled } from './modelled.ts'

const open = (settings: Record<string, string> = {}): SparkContext =>
  new SparkContext(new SparkConf(Object.entries({ 'spark.master': 'local[2]', 'spark.app.name': 'pipelines', ...settings })), undefined, new EventBus())

export const WAYS: Readonly<Record<string, { readonly settings: Record<string, string>; readonly kill: boolean; readonly recover?: boolean }>> = {
  'as it is': { settings: {}, kill: false },
  'cut off in the middle, and recovered': { settings: {}, kill: false, recover: true },
  'spilling, an executor ended in the middle': { settings: { 'spark.tspark.spillEveryRows': '3' }, kill: true },
}

/** What was played: batches, and tasks that had to begin again since their executor was ended. */
export interface Played { batches: number; lost: number }

/** Throws at the first seed of [from, from + count) whose rows differ. */
export async function runPipelines(way: string, from: number, count: number): Promise<Played> {
  const { settings, kill, recover } = WAYS[way]!
  const sc = open(settings)
  const killer = new Killer(sc.engine as EmbeddedEngine)
  let batches = 0
  try {
    for (let seed = from; seed < from + count; seed++) {
      const pipeline = randomPipeline(seededRandom(seed))
      const found = recover ? await playTwice(sc, pipeline, seed) : await play(sc, pipeline, kill ? { killer, seed } : undefined)
      const wrong = (what: string, expected: string): Error => new Error(`seed ${seed}, ${way}: ${what}\n${pipeline.text}\nexpected ${expected}\n     got ${shown(found)}`)
      if (sorted(found) !== sorted(pipeline.expected)) throw wrong('rows', shown(pipeline.expected))
      const inOrder = shown(await modelled(pipeline))
      if (shown(found) !== inOrder) throw wrong('order', inOrder)
      batches += found.length
    }
    return { batches, lost: killer.lost }
  } finally { await sc.stop() }
}

async function play(sc: SparkContext, { inputs, expected, build }: Pipeline, kill: { readonly killer: Killer; readonly seed: number } | undefined): Promise<Batches> {
  const context = openContext({ sc })
  const found = gathered(build(inputs.map(({ batches, numPartitions }) => context.batches(batches, numPartitions))))
  const lostBefore = kill?.killer.lost
  await context.ssc.start()
  for (let i = 0; i < expected.length; i++) {
    if (kill && i >= kill.seed % expected.length && kill.killer.lost === lostBefore) kill.killer.arm(kill.seed % 2)
    await context.step()
  }
  await context.ssc.stop(false)
  kill?.killer.disarm()
  return found
}

/** One context up to some batch; then another, from a copy of its checkpoints as a kill would leave them. State is written every second batch. */
async function playTwice(sc: SparkContext, { inputs, expected, build }: Pipeline, seed: number): Promise<Batches> {
  const root = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'tspark-pipeline-'))
  const found: Batches[] = []
  const cut = 1 + seed % expected.length
  for (const [directory, nowMs, untilMs] of [['first', 0, cut * 1000], ['copy', cut * 1000, expected.length * 1000]] as const) {
    const clock = new ManualClock(nowMs)
    const ssc = StreamingContext.getOrCreate(join(root, directory), () => {
      const made = new StreamingContext(sc, Seconds(1), { clock })
      const result = build(inputs.map(({ batches, numPartitions }) => made.inputStream(batchesSource({ batches, numPartitions }))))
      if (seed % 3 > 0) result.checkpoint(Seconds(2))
      found.push(gathered(result))
      return made
    })
    await ssc.start()
    for (await ssc.idle(); clock.now() < untilMs; await ssc.idle()) clock.advance(1000)
    if (directory === 'first') cpSync(join(root, 'first'), join(root, 'copy'), { recursive: true })
    await ssc.stop(false)
  }
  rmSync(root, { recursive: true })
  return found.flat()
}

/** Ends an executor right after it was given a task, and counts the tasks that were given to another since. */
class Killer {
  lost = 0
  #after = -1
  readonly #watched = new WeakSet<Worker>()

  constructor(readonly engine: EmbeddedEngine) {
    const { pool } = engine
    const run = pool.run.bind(pool)
    pool.run = task => {
      let attempts = 0
      return run({ ...task, message: holdings => { if (++attempts > 1) this.lost++; this.#watch(); return task.message(holdings) } })
    }
  }

  /** The next task but `after` loses its executor. */
  arm(after: number): void { this.#after = after }
  disarm(): void { this.#after = -1 }

  #watch(): void {
    for (const worker of this.engine.pool.workers) {
      if (this.#watched.has(worker)) continue
      this.#watched.add(worker)
      const post = worker.postMessage.bind(worker)
      worker.postMessage = (message: unknown) => {
        post(message)
        if ((message as { kind: string }).kind === 'run' && this.#after >= 0 && this.#after-- === 0) void worker.terminate()
      }
    }
  }
}

const sorted = (batches: Batches): string => batches.map(rows => rows.map(row => JSON.stringify(row)).sort().join(' ')).join('\n         ')
const shown = (batches: Batches): string => batches.map(rows => rows.map(row => JSON.stringify(row)).join(' ')).join('\n         ')
