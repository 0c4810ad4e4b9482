/**
 * A recording against the program now, on whatever engine: the inputs that it opens give the recorded rows, time is moved batch by batch, and the first batch that has
 * other rows ends it. What prints or saves does not; `foreachRDD` runs as it is. Checkpoints of the program are left alone.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ManualClock } from '../core/clock.js'
import { SparkError } from '../core/errors.js'
import { SteppableClock } from '../core/steppable-clock.js'
import { submittedConf } from '../core/submitted.js'
import { surroundings } from '../core/wiring.js'
import { StorageLevel, StreamingContext } from '../index.js'
import type { StreamNode } from '../plan/stream-plan.js'
import { replaced, standIn, type Here, type Run } from './doors.js'
import { isOrdered } from './order.js'
import { checkBatch, type Had } from './check-batch.js'
import { givenSlices } from './given.js'
import { anotherProgram, readRecording, type Recording } from './recording.js'
import { decode, encode, OnlyText } from './rows.js'

interface Opened { inputs: number; readonly outputs: Had[] }

export class Comparison {
  readonly #opened = new WeakMap<StreamingContext, Opened>()
  readonly #clock: ManualClock
  readonly #directory = mkdtempSync(join(tmpdir(), 'tspark-compare-'))
  readonly #backs: (() => void)[]
  #driven: Promise<void> | undefined
  #fail: (error: unknown) => void = () => {}
  /** Rejects with the first difference. */
  readonly failed = new Promise<never>((_, reject) => { this.#fail = reject })

  private constructor(readonly recording: Recording) {
    const { zeroMs, parallelism } = recording.head
    submittedConf.setIfMissing('spark.default.parallelism', parallelism)
    this.#clock = new ManualClock(zeroMs)
    const before = surroundings.clock
    surroundings.clock = new SteppableClock(this.#clock)
    this.failed.catch(() => {}) // whoever runs the program hears it
    this.#backs = [
      () => { if (before) surroundings.clock = before; else delete surroundings.clock },
      standIn({
        inputStream: (ssc, on, _source, here) => on(this.#given(this.#of(ssc).inputs++), here),
        output: (ssc, on, parent, here, run) => on(parent, here, this.#noting(ssc, parent, here, run)),
        start: (ssc, on) => { on(); this.#drive(ssc) },
        checkpoint: (_, on, directory) => on(directory === null ? null : this.#directory),
      }),
      replaced(StreamingContext, 'getOrCreate', () => (directory: string, create: () => StreamingContext) => {
        const made = create()
        made.checkpoint(directory)
        return made
      }),
    ]
  }

  /** From now on. @throws RECORDING_UNREADABLE */
  static async begin(file: string): Promise<Comparison> { return new Comparison(await readRecording(file)) }

  /** Resolves when all batches have been as recorded, with their number. @throws RECORDING_DIFFERS, RECORDING_REFUSED */
  async done(): Promise<number> {
    if (!this.#driven) throw anotherProgram('the program starts no StreamingContext')
    await this.#driven
    return this.recording.batches.length
  }

  end(): void {
    for (const back of this.#backs) back()
    rmSync(this.#directory, { recursive: true, force: true })
  }

  #of(ssc: StreamingContext): Opened {
    const opened = this.#opened.get(ssc) ?? { inputs: 0, outputs: [] }
    this.#opened.set(ssc, opened)
    return opened
  }

  #given(input: number): ReturnType<typeof givenSlices> {
    return givenSlices(this.recording.batches.map(({ time, inputs }) => inputs[input] === undefined ? null : inputs[input]?.map(rows => rows.map(row => {
      const value = decode(row)
      if (value instanceof OnlyText) throw new SparkError('RECORDING_REFUSED', { problem: `input ${input + 1} gave ${value.text} in the batch of ${time} ms, which is no plain data`, fix: 'record a program whose inputs give text, numbers, lists and plain objects' })
      return value
    })) ?? null))
  }

  #noting(ssc: StreamingContext, parent: StreamNode, here: Here, run: Run): Run {
    const had: Had = new Map()
    this.#of(ssc).outputs.push(had)
    return async (node, time, output) => {
      const kept = ssc.sparkContext.rdd(node).persist(StorageLevel.MEMORY_AND_DISK)
      try {
        had.set(+time, { rows: (await kept.collect()).map(encode), ordered: isOrdered(parent, node), what: `${here.operator} of ${output.name}`, site: output.site })
        if (!/^(print|save|watch)/.test(here.operator)) await run(kept.node, time, output)
      } finally { kept.unpersist() }
    }
  }

  /** The first context that starts. */
  #drive(ssc: StreamingContext): void {
    this.#driven ??= this.#play(ssc)
    this.#driven.catch(error => this.#fail(error))
  }

  async #play(ssc: StreamingContext): Promise<void> {
    const { head, batches } = this.recording
    const batchMs = ssc.batchDuration.milliseconds
    if (batchMs !== head.batchMs) throw anotherProgram(`the program's batches are of ${batchMs} ms, the recorded ones of ${head.batchMs} ms`)
    const errors = new Map<number, unknown>()
    ssc.sparkContext.events.on('batchCompleted', ({ timeMs, error }) => { if (error !== undefined) errors.set(timeMs, error) })
    for (const batch of batches) {
      if (ssc.getState() !== 'ACTIVE') throw anotherProgram(`the program stopped before the batch of ${batch.time} ms`)
      this.#clock.setTo(batch.time)
      await ssc.idle()
      checkBatch(batch, this.#of(ssc), errors.get(batch.time))
    }
    await ssc.stop(false)
  }
}
