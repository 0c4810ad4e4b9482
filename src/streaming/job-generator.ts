/**
 * The timer: at each multiple of the batch duration, takes what the inputs have and submits a batch.
 *
 * Keyed on the next batch time, not on an interval: after a pause every missed time still fires, in order and without skipping,
 * so that windows see no gap. The plan is looked at when the batch is taken: an edit takes effect from the next batch.
 */
import type { Clock } from '../core/clock.js'
import { Time } from '../core/time.js'

interface Options {
  readonly clock: Clock
  readonly periodMs: number
  /** The first batch is later than this. */
  readonly afterMs: number
  /** Batches of an earlier run, from that after `baseMs` on, come first; up to `generatedMs` whatever the clock says. */
  readonly from?: { readonly zeroMs: number; readonly baseMs: number; readonly generatedMs: number } | undefined
  /** Takes and submits the batch of a time; `last` is the one that was being filled when the context stopped. */
  readonly generate: (time: Time, last: boolean) => Promise<void>
}

export class JobGenerator {
  /** One period before the first batch. */
  readonly zeroTime: Time
  readonly #options: Options
  readonly #dueAnywayMs: number
  #nextMs: number
  #disarm = (): void => {}
  #ticking: Promise<void> | undefined
  #stopped = false

  constructor(options: Options) {
    const { clock, periodMs, afterMs, from } = options
    this.#options = options
    this.#dueAnywayMs = from?.generatedMs ?? -Infinity
    this.#nextMs = from ? from.baseMs + periodMs : (Math.floor(Math.max(clock.now(), afterMs) / periodMs) + 1) * periodMs
    this.zeroTime = new Time(from?.zeroMs ?? this.#nextMs - periodMs)
  }

  /** The time of the batch that is being filled. */
  get nextMs(): number { return this.#nextMs }

  start(): void {
    const firstMs = this.#nextMs <= this.#dueAnywayMs ? this.#options.clock.now() : this.#nextMs
    if (!this.#stopped) this.#disarm = this.#options.clock.at(firstMs, () => { this.#ticking ??= this.#tick() })
  }

  /** Every time that has passed is generated. */
  async idle(): Promise<void> {
    while (this.#ticking) await this.#ticking
    if (this.#isDue()) await (this.#ticking ??= this.#tick())
  }

  /** No further batch; the one being taken is finished. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#disarm()
    await this.#ticking
  }

  /** After stop: closes the batch that was being filled, under the time it would have had. */
  async generateLast(): Promise<void> { await this.#generateNext(true) }

  async #tick(): Promise<void> {
    while (this.#isDue()) {
      await this.#generateNext()
      await new Promise(setImmediate) // many missed batches must not keep the prompt from its keys
    }
    this.#ticking = undefined
    this.start()
  }

  #isDue(): boolean { return !this.#stopped && this.#nextMs <= Math.max(this.#options.clock.now(), this.#dueAnywayMs) }

  async #generateNext(last = false): Promise<void> {
    const time = new Time(this.#nextMs)
    this.#nextMs += this.#options.periodMs
    await this.#options.generate(time, last)
  }
}
