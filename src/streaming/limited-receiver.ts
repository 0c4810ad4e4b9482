/**
 * A receiver of which each batch takes no more than it can process: between the source that asks for the batch's records and the
 * engine that receives them stands a RateController.
 *
 * What a batch does not take waits in the receiver, and so does one batch's worth beyond that: then the sender is held back. The last
 * batch of a graceful stop takes all that there is, and so does each batch of a clock that is stopped and moved by hand: there no time goes by in
 * which too much could come, and none from which one could learn.
 */
import type { Allowance, RunningReceiver } from '../engine/engine.js'
import type { CompletedBatch } from './batch.js'
import { RateController, type RateOptions } from './rate-controller.js'

export interface LimitedOptions extends RateOptions { readonly parallelism: number; readonly start: (allowance: Allowance) => RunningReceiver }

// Blocks of a batch for each executor thread: the more, the more evenly work is shared out.
const BLOCKS_PER_THREAD = 4
// Below this a block is not worth its task.
const LEAST_BLOCK_RECORDS = 16

export class LimitedReceiver {
  readonly #controller: RateController
  readonly #running: RunningReceiver
  readonly #clock: RateOptions['clock']
  readonly #blocks: number

  constructor(options: LimitedOptions) {
    this.#controller = new RateController(options)
    this.#clock = options.clock
    this.#blocks = BLOCKS_PER_THREAD * options.parallelism
    this.#running = options.start(this.#allowance())
  }

  async take(timeMs: number, last: boolean): ReturnType<RunningReceiver['take']> {
    const taken = await this.#running.take(last || this.#clock.isStopped ? Infinity : this.#controller.allowed(), timeMs)
    this.#controller.taken(timeMs, taken.records)
    return taken
  }

  completed({ timeMs, submissionMs, processingStartMs, processingEndMs, error }: CompletedBatch): void {
    const before = this.#controller.rate
    this.#controller.completed({ timeMs, submissionMs, startMs: processingStartMs ?? submissionMs, endMs: processingEndMs ?? submissionMs, failed: error !== undefined || !!this.#clock.isStopped })
    if (this.#controller.rate !== before) this.#running.allow(this.#allowance())
  }

  stop(): Promise<void> { return this.#running.stop() }
  ended(): boolean { return this.#running.ended() }

  #allowance(): Allowance {
    const { perBatch } = this.#controller
    const block = Math.max(LEAST_BLOCK_RECORDS, Math.ceil(perBatch / this.#blocks))
    return { waiting: perBatch + block, block }
  }
}
