/**
 * Runs an operation over given batches on a manual clock and gives back what its stream yielded: instant, and the same each
 * time. What tests of stream operations are made of, ours and users'; after Spark's TestSuiteBase.
 */
import { ManualClock, Milliseconds, SparkConf, SparkContext, StreamingContext, type DStream } from '../index.js'
import { givenBatches } from '../recording/given.js'

/** Batches of each input, by name; a null batch is "no RDD at this time", after the last one all are empty. */
export type BatchInputs = Readonly<Record<string, readonly (readonly unknown[] | null)[]>>

/** What runBatches does: inputs, the operation, and how batches are cut. */
export interface BatchRun<U> {
  readonly inputs: BatchInputs
  /** Gets the streams by the names of their inputs. */
  readonly operation: (streams: Record<string, DStream<any>>, ssc: StreamingContext, sc: SparkContext) => DStream<U>
  /** Default: 1000. */
  readonly batchMs?: number
  /** Default: as many as the longest input has. */
  readonly numBatches?: number
  /** Contiguous slices that each batch is cut into. Default: 2. */
  readonly numPartitions?: number
  readonly checkpointDir?: string
  /** Default: the context in use, or a new one of `local[2]`. */
  readonly sc?: SparkContext
}

/**
 * The rows of each RDD that the resulting stream yields, in order; batch i, from 1, is at i × batchMs. Where the slide is
 * longer than a batch there are fewer than batches.
 *
 * Rejects with the error of the first batch that fails.
 * @example
 * await runBatches({ inputs: { s: [['a b'], [], ['c']] }, operation: ({ s }) => s.flatMap(line => line.split(' ')) })
 * // [ [ 'a', 'b' ], [], [ 'c' ] ]
 */
export async function runBatches<U>(run: BatchRun<U>): Promise<U[][]> {
  const sc = run.sc ?? testContext()
  const clock = new ManualClock(0)
  const ssc = new StreamingContext(sc, Milliseconds(run.batchMs ?? 1000), { clock })
  if (run.checkpointDir) ssc.checkpoint(run.checkpointDir)
  const yielded: U[][] = []
  const result = run.operation(streamsOf(run, ssc, sc), ssc, sc)
  result.foreachRDD(async rdd => { yielded.push(await rdd.collect() as U[]) })
  ssc.start()
  const ended = ssc.awaitTermination().then(() => undefined, (error: unknown) => ({ error }))
  for (let i = 0; i < (run.numBatches ?? longest(run.inputs)); i++) {
    clock.advance(ssc.batchDuration.milliseconds)
    await ssc.idle()
  }
  await ssc.stop(false)
  const failure = await ended
  if (failure) throw failure.error
  return yielded
}

const testContext = (): SparkContext => SparkContext.getOrCreate(new SparkConf().setMaster('local[2]').setAppName('test'))

const longest = (inputs: BatchInputs): number => Math.max(0, ...Object.values(inputs).map(batches => batches.length))

function streamsOf({ inputs, numPartitions = 2 }: BatchRun<unknown>, ssc: StreamingContext, sc: SparkContext): Record<string, DStream<unknown>> {
  return Object.fromEntries(Object.entries(inputs).map(([name, batches]) => [name, ssc.inputStream(givenBatches(batches, numPartitions, sc))]))
}
