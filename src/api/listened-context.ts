/** The part of a StreamingContext that lets programs listen to it. */
import type { Clock } from '../core/clock.js'
import { InputStreams } from './input-streams.js'
import { listen, type StreamingListener } from './streaming-listener.js'

export abstract class ListenedContext extends InputStreams {
  abstract readonly clock: Clock
  readonly #listeners = new Map<StreamingListener, (() => void) | undefined>()
  #listening = false

  /**
   * Calls the listener's methods at each step of batches, outputs and receivers, on the driver. Adding one twice does nothing.
   * @example
   * ssc.addStreamingListener({ onBatchCompleted: ({ batchInfo }) => console.log(`${batchInfo.numRecords} records, ${batchInfo.totalDelay} ms`) })
   */
  addStreamingListener(listener: StreamingListener): void {
    if (!this.#listeners.has(listener)) this.#listeners.set(listener, this.#listening ? this.#attach(listener) : undefined)
  }
  /**
   * Calls it no more.
   * @example
   * const stats = new StatsReportListener()
   * ssc.addStreamingListener(stats)
   * ssc.removeStreamingListener(stats)
   */
  removeStreamingListener(listener: StreamingListener): void {
    this.#listeners.get(listener)?.()
    this.#listeners.delete(listener)
  }

  /** Only while this context runs: others may use the same bus before and after. @internal */
  listening(on: boolean): void {
    if (on === this.#listening) return
    this.#listening = on
    for (const [listener, end] of this.#listeners) {
      end?.()
      this.#listeners.set(listener, on ? this.#attach(listener) : undefined)
    }
  }

  #attach(listener: StreamingListener): () => void { return listen(listener, this.sparkContext.events, this.clock) }
}
