/**
 * Makes `sc` and `ssc` from the shell's flags, ssc when it is first used: an executor thread or a socket costs nothing until
 * somebody needs it. Also ends them: who opens, closes.
 */
import { lesson } from '../src/core/lesson-streams.js'
import * as tspark from '../src/index.js'
import { IMPORTED } from './names.js'

/** A batch that is merely busy is left alone: Ctrl-C at an empty prompt is a habit. */
const LONG_BATCH_MS = 1000
// Half a gigabyte is to suffice for a shell, too, and the checker has a hundred megabytes of it (docs/decisions/0015).
const MAX_BUFFERED = '176m'

export interface ContextOptions {
  readonly master: string
  readonly batchMs: number
  readonly name: string
  readonly conf: readonly (readonly [string, string])[]
}

export interface Contexts {
  /** By name, as a session's prelude wants them; ssc is a getter. */
  readonly values: Readonly<Record<string, unknown>>
  /** Ends the stream that runs, whoever made it, then the engine. */
  stop(options: { gracefully: boolean }): Promise<void>
  /** Starts the executors of `sc` before anybody needs them. */
  warmUp(): void
  /** Ctrl-C: frees the executors from a batch that has run for over a second. Whether there was one. */
  cancelBatch(): boolean
  /** Ends the stream that runs; the ready-made context is made anew when it is next asked for. */
  closeStreams(): Promise<void>
  /** The one that runs, whoever made it, else `ssc`. */
  readonly context: tspark.StreamingContext
  /** Whether a stream runs. */
  readonly streaming: boolean
  /** Records that are there for its next batch. */
  readonly waitingRecords: number
}

export function openContexts({ master, batchMs, name, conf }: ContextOptions): Contexts {
  // At once, so that a master that is none is said at the start; its threads wait.
  const sc = new tspark.SparkContext(new tspark.SparkConf(conf).setIfMissing('spark.streaming.receiver.maxBufferedBytes', MAX_BUFFERED).setMaster(master).setAppName(name))
  let ssc: tspark.StreamingContext | undefined
  const streaming = (): tspark.StreamingContext => ssc ??= new tspark.StreamingContext(sc, tspark.Milliseconds(batchMs))
  const values = Object.fromEntries(IMPORTED.map(known => [known, tspark[known]]))
  Object.defineProperties(values, { sc: { value: sc, enumerable: true }, ssc: { get: streaming, enumerable: true }, replace: { value: replace, enumerable: true }, lesson: { value: lesson, enumerable: true } })
  return {
    values,
    get context() { return tspark.StreamingContext.getActive() ?? streaming() },
    get streaming() { return tspark.StreamingContext.getActive() !== undefined },
    get waitingRecords() { return tspark.StreamingContext.getActive()?.waitingRecords ?? 0 },
    warmUp: () => sc.warmUp(),
    cancelBatch: () => tspark.StreamingContext.getActive()?.cancelBatch('by Ctrl-C', LONG_BATCH_MS) ?? false,
    async closeStreams() {
      await tspark.StreamingContext.getActive()?.stop(false)
      tspark.StreamingContext.last = ssc = undefined
    },
    async stop({ gracefully }) {
      await tspark.StreamingContext.getActive()?.stop(false, gracefully)
      await sc.stop()
    },
  }
}

/** The redeclared stream takes the place of the one that had its name. */
const replace = (stream: tspark.DStream<any>): void => stream.context.replace(stream)
