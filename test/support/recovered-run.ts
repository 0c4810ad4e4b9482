/**
 * A stream that is cut off and goes on from its checkpoint. A cut is a copy of the directory as a kill would leave it: `between`
 * two batches, or `within` one, whose input is on record and whose outputs have begun.
 */
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ManualClock, Milliseconds, StreamingContext, type DStream, type SparkContext } from '#src/index.js'
import { batchesSource } from '#src/sources/batches.js'

export interface Pipeline {
  readonly name: string
  readonly make: (s: DStream<any>, t: DStream<any>, ssc: StreamingContext) => DStream<any>
  /** Of the result stream. */
  readonly checkpointMs?: number
}

export interface Input { readonly s: readonly (readonly unknown[])[]; readonly t: readonly (readonly unknown[])[] }

export interface Cut { readonly timeMs: number; readonly where: 'between' | 'within'; readonly directory: string }

/** Rows by batch time. */
export type Outputs = Map<number, string[]>

// Thousands of small files that are forced to disk: where there is a file system in memory, it serves these tests as well.
const MEMORY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

export class RecoveredRun {
  readonly directories: string[] = []
  readonly messages: string[] = []

  constructor(readonly sc: SparkContext, readonly batchMs = 1000) { sc.events.on('message', ({ text }) => this.messages.push(text)) }

  directory(): string {
    const made = mkdtempSync(join(MEMORY, 'tspark-recovery-'))
    this.directories.push(made)
    return join(made, 'checkpoints')
  }

  end(): void { for (const directory of this.directories.splice(0)) rmSync(directory, { recursive: true, force: true }) }

  open(pipeline: Pipeline, input: Input, directory: string, clock: ManualClock, outputs: Outputs, during = (_timeMs: number): void => {}): StreamingContext {
    return StreamingContext.getOrCreate(directory, () => {
      const ssc = new StreamingContext(this.sc, Milliseconds(this.batchMs), { clock })
      const [s, t] = [input.s, input.t].map(batches => ssc.inputStream(batchesSource({ batches, numPartitions: 2 })))
      const result = pipeline.make(s!, t!, ssc)
      if (pipeline.checkpointMs) result.checkpoint(Milliseconds(pipeline.checkpointMs))
      result.foreachRDD(async (rdd, time) => {
        during(+time)
        outputs.set(+time, (await rdd.collect()).map(row => JSON.stringify(row)).sort())
      })
      return ssc
    })
  }

  /** Batches up to `untilMs`; the copies of the directory after each batch, and from within each. */
  async whole(pipeline: Pipeline, input: Input, batches: number): Promise<{ outputs: Outputs; cuts: Cut[] }> {
    const directory = this.directory()
    const clock = new ManualClock(0)
    const outputs: Outputs = new Map()
    const cuts: Cut[] = []
    const cut = (timeMs: number, where: 'between' | 'within'): void => {
      const copy = this.directory()
      if (existsSync(directory)) cpSync(directory, copy, { recursive: true })
      cuts.push({ timeMs, where, directory: copy })
    }
    const ssc = this.open(pipeline, input, directory, clock, outputs, timeMs => cut(timeMs, 'within'))
    await this.run(ssc, clock, batches * this.batchMs, timeMs => cut(timeMs, 'between'))
    return { outputs, cuts }
  }

  /** What a context gives that goes on from a cut. */
  async after({ timeMs, where, directory }: Cut, pipeline: Pipeline, input: Input, batches: number): Promise<unknown> {
    const clock = new ManualClock(timeMs)
    const outputs: Outputs = new Map()
    await this.run(this.open(pipeline, input, directory, clock, outputs), clock, batches * this.batchMs)
    return { timeMs, where, outputs: [...outputs] }
  }

  /** The same of a run without the cut: a batch that was cut within runs again. */
  expected({ timeMs, where }: Cut, outputs: Outputs): unknown {
    const firstMs = where === 'between' ? timeMs + 1 : timeMs
    return { timeMs, where, outputs: [...outputs].filter(([at]) => at >= firstMs) }
  }

  /** @throws what a batch threw */
  async run(ssc: StreamingContext, clock: ManualClock, untilMs: number, after = (_timeMs: number): void => {}): Promise<void> {
    ssc.start()
    const ended = ssc.awaitTermination()
    ended.catch(() => {})
    await ssc.idle()
    while (clock.now() < untilMs) {
      clock.advance(this.batchMs)
      await ssc.idle()
      after(clock.now())
    }
    await ssc.stop(false)
    await ended
  }
}
