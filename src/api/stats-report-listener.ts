/** A listener that reports delays, ready to be added: Spark's, with its figures and words. */
import { StatCounter } from '../core/stat-counter.js'
import type { BatchInfo, StreamingListener } from './streaming-listener.js'

const PERCENTILES = [0, 5, 10, 25, 50, 75, 90, 95, 100]

/**
 * Prints after each batch how the delays of the last ones are distributed.
 * @example
 * ssc.addStreamingListener(new StatsReportListener(10))
 */
export class StatsReportListener implements StreamingListener {
  readonly #last: BatchInfo[] = []
  readonly #numBatchInfos: number
  readonly #print: (line: string) => void

  /**
   * @param numBatchInfos of how many batches it tells
   * @param print where the lines go
   */
  constructor(numBatchInfos = 10, print: (line: string) => void = console.log) {
    this.#numBatchInfos = numBatchInfos
    this.#print = print
  }

  /**
   * Takes a batch in, and prints.
   * @example
   * new StatsReportListener(1, () => {}).onBatchCompleted({ batchInfo: new BatchInfo(new Time(0), new Map(), 0, 1, 2) })
   */
  onBatchCompleted({ batchInfo }: { readonly batchInfo: BatchInfo }): void {
    this.#last.push(batchInfo)
    if (this.#last.length > this.#numBatchInfos) this.#last.shift()
    this.#show('Total delay: ', ({ totalDelay }) => totalDelay)
    this.#show('Processing time: ', ({ processingDelay }) => processingDelay)
  }

  #show(heading: string, delayOf: (info: BatchInfo) => number | undefined): void {
    const delays = this.#last.map(delayOf).filter(delay => delay !== undefined).sort((a, b) => a - b)
    if (delays.length === 0) return
    this.#print(`${heading}${new StatCounter(delays)}`)
    this.#print(`\t${PERCENTILES.join('%\t')}%`)
    this.#print(`\t${PERCENTILES.map(percent => `${quantile(delays, percent / 100)} ms`).join('\t')}`)
  }
}

const quantile = (sorted: readonly number[], part: number): number => sorted[Math.min(Math.floor(part * sorted.length), sorted.length - 1)]!
