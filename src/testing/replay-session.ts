/**
 * A session again, as a test: the program as it was saved, over the records that came then. Whatever input the program opens gives the next
 * recorded one instead, time is a manual clock, and outputs that print or save give their rows back. What `.save x.test.ts` writes calls this.
 */
import { SparkError } from '../core/errors.js'
import { format } from '../core/format.js'
import { surroundings } from '../core/wiring.js'
import { ManualClock, StreamingContext } from '../index.js'
import { standIn } from '../recording/doors.js'
import { givenBatches } from '../recording/given.js'

/** What each output had in a batch, as text in order of the text: rows of a shuffle come in no order that matters. Null: it was not due. */
export interface SessionBatch { readonly time: number; readonly outputs: readonly (readonly string[] | null)[] }

/**
 * Runs the program, then as many batches as its longest input has; gives what its outputs had. The context is the one it starts.
 *
 * `foreachRDD` runs as it is. Rejects with the error of the first batch that fails, and where what the program expects of its streams is not so.
 * @param inputs batches of each input, in the order in which the program opens them
 * @param options `fromMs`: the time of the first batch, for programs to which it matters
 * @throws EXPECTATION_FAILED
 * @example
 * await replaySession([[['to be'], ['be']]], () => {
 *   const ssc = new StreamingContext(sc, Seconds(1))
 *   ssc.socketTextStream('localhost', 9999).flatMap(line => line.split(' ')).print()
 *   ssc.start()
 * })
 * // [ { time: 1000, outputs: [ [ 'be', 'to' ] ] }, { time: 2000, outputs: [ [ 'be' ] ] } ]
 */
export async function replaySession(inputs: readonly (readonly (readonly unknown[])[])[], program: () => unknown, { fromMs }: { readonly fromMs?: number } = {}): Promise<SessionBatch[]> {
  const clock = new ManualClock(fromMs === undefined ? 0 : fromMs - 1) // the first batch is due at the next multiple of the interval
  const seen: Map<number, string[]>[] = []
  const back = throughOurDoors(clock, [...inputs], seen)
  try {
    await program()
    const ssc = StreamingContext.getActive()
    if (!ssc) throw new Error('the program starts no StreamingContext')
    const ended = ssc.awaitTermination().then(() => undefined, (error: unknown) => ({ error }))
    const firstMs = fromMs ?? ssc.batchDuration.milliseconds
    const times = Math.max(0, ...inputs.map(batches => batches.length))
    for (let i = 0; i < times; i++) {
      clock.advance(ssc.batchDuration.milliseconds)
      await ssc.idle()
    }
    await ssc.stop(false)
    const failure = await ended
    if (failure) throw failure.error
    checkExpectations(ssc)
    return Array.from({ length: times }, (_, i) => firstMs + i * ssc.batchDuration.milliseconds).map(time => ({ time, outputs: seen.map(output => output.get(time) ?? null) }))
  } finally {
    back()
    await StreamingContext.getActive()?.stop(false)
  }
}

function checkExpectations({ expectations }: StreamingContext): void {
  const failed = expectations.filter(({ state }) => state !== 'met')
  if (failed.length > 0) throw new SparkError('EXPECTATION_FAILED', { failed: failed.length, all: expectations.length, which: failed.map(each => `\n${String(each)}`).join('') })
}

/** Until the result is called, inputs are the recorded ones and outputs are noted in `seen`. */
function throughOurDoors(clock: ManualClock, inputs: (readonly (readonly unknown[])[])[], seen: Map<number, string[]>[]): () => void {
  const before = surroundings.clock
  surroundings.clock = clock as never
  const back = standIn({
    inputStream: (ssc, on, _source, here) => on(givenBatches(inputs.shift() ?? [], 2, ssc.sparkContext), here),
    output(ssc, on, parent, here, run) {
      if (!/^(print|save)/.test(here.operator)) return on(parent, here, run)
      const rows = new Map<number, string[]>()
      seen.push(rows)
      return on(parent, here, async (node, { milliseconds }) => { rows.set(milliseconds, (await ssc.sparkContext.rdd(node).collect()).map(format).sort()) })
    },
  })
  return () => {
    surroundings.clock = before as never
    back()
  }
}
