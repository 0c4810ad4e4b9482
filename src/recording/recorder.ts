/**
 * Records a program while it runs: the rows that its inputs gave in each batch, and those of each output, into a file, a line when a batch is done. An output's rows
 * are kept for its own run, so that functions see each record once. All rows of a batch go through the driver: it is for batches of that size.
 *
 * It is the first context that starts. A run that goes on from a checkpoint cannot be recorded: its state came from batches that are not in the file.
 */
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { SparkError } from '../core/errors.js'
import { StorageLevel, type InputSource, type StreamingContext } from '../index.js'
import type { RddNode } from '../plan/rdd-plan.js'
import type { StreamNode } from '../plan/stream-plan.js'
import { standIn, type Run } from './doors.js'
import { isOrdered } from './order.js'
import { batchLine, headLine, type RecordedBatch, type RecordedRows } from './recording.js'
import { encode } from './rows.js'

type Input = NonNullable<RecordedBatch['inputs'][number]>
/** Of each input, and of each output, by time. */
interface Noted { readonly inputs: Map<number, Input>[]; readonly outputs: Map<number, RecordedRows>[] }

export class Recorder {
  readonly #file: number
  readonly #noted = new WeakMap<StreamingContext, Noted>()
  readonly #back: () => void
  #recorded: StreamingContext | undefined
  #batches = 0

  /** From now on. @throws RECORDING_REFUSED where the file is there already, or cannot be written */
  constructor(readonly name: string) {
    try { this.#file = openSync(name, 'wx') } catch (error) {
      const reason = (error as NodeJS.ErrnoException).code === 'EEXIST' ? 'it is there already' : (error as Error).message
      throw new SparkError('RECORDING_REFUSED', { problem: `${name} cannot be written: ${reason}`, fix: 'name another file, or remove that one' })
    }
    this.#back = standIn({
      inputStream: (ssc, on, source, here) => on(this.#hearing(ssc, source), here),
      output: (ssc, on, parent, here, run) => on(parent, here, this.#noting(ssc, parent, run)),
      start: (ssc, on) => { on(); this.#began(ssc) },
      recovered: (_, on, plan) => {
        if (on(plan) === undefined) return undefined
        throw new SparkError('RECORDING_REFUSED', { problem: 'this run goes on from a checkpoint, and what came before it is not in a recording', fix: 'record from the beginning: give getOrCreate another directory' })
      },
    })
  }

  /** Closes the file; without a batch there is none. @returns how many it has */
  end(): number {
    this.#back()
    closeSync(this.#file)
    if (this.#batches === 0) rmSync(this.name)
    return this.#batches
  }

  #of(ssc: StreamingContext): Noted {
    const noted = this.#noted.get(ssc) ?? { inputs: [], outputs: [] }
    this.#noted.set(ssc, noted)
    return noted
  }

  /** The source itself, whose batches are read once more. */
  #hearing(ssc: StreamingContext, source: InputSource): InputSource {
    const given = new Map<number, Input>()
    this.#of(ssc).inputs.push(given)
    const batch = source.batch.bind(source)
    source.batch = async time => {
      const taken = await batch(time)
      if (taken) await rowsOf(ssc, taken.rdd).then(rows => given.set(+time, rows), () => {}) // the batch fails of it, too
      return taken
    }
    return source
  }

  #noting(ssc: StreamingContext, parent: StreamNode, run: Run): Run {
    const had = new Map<number, RecordedRows>()
    this.#of(ssc).outputs.push(had)
    return async (node, time, output) => {
      const kept = ssc.sparkContext.rdd(node).persist(StorageLevel.MEMORY_AND_DISK)
      try {
        had.set(+time, { rows: (await kept.collect()).map(encode), ordered: isOrdered(parent, node) })
      } catch { return run(node, time, output) } // which says what is wrong in its own words
      try { return await run(kept.node, time, output) } finally { kept.unpersist() }
    }
  }

  #began(ssc: StreamingContext): void {
    if (this.#recorded) return
    this.#recorded = ssc
    const { inputs, outputs } = this.#of(ssc)
    const batchMs = ssc.batchDuration.milliseconds
    const end = ssc.sparkContext.events.on('batchCompleted', ({ timeMs, error }) => {
      if (this.#batches++ === 0) writeSync(this.#file, headLine({ batchMs, zeroMs: timeMs - batchMs, parallelism: ssc.sparkContext.defaultParallelism }))
      const failed = error === undefined ? {} : { error: error instanceof Error ? error.message : String(error) }
      writeSync(this.#file, batchLine({ time: timeMs, inputs: inputs.map(each => each.get(timeMs) ?? null), outputs: outputs.map(each => each.get(timeMs) ?? null), ...failed }))
      for (const each of [...inputs, ...outputs]) each.delete(timeMs)
    })
    ssc.sparkContext.events.on('streamingStopped', end) // what starts afterwards is another run
  }
}

const rowsOf = async (ssc: StreamingContext, rdd: RddNode): Promise<Input> => (await ssc.sparkContext.rdd(rdd).glom().collect()).map(rows => (rows as unknown[]).map(encode))
