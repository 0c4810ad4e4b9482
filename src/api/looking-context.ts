/**
 * The part of a StreamingContext that looks back: the last batches again, through the graph as it is now, beside the stream that runs.
 * What it gives is plain data; the prompt's commands draw it.
 */
import { JobPromise } from '../core/job-promise.js'
import type { Time } from '../core/time.js'
import type { RddNode } from '../plan/rdd-plan.js'
import type { OutputNode, StreamNode } from '../plan/stream-plan.js'
import { SparkError } from '../core/errors.js'
import type { Lookback } from '../streaming/history/lookback.js'
import { checkedCount } from './partitioner.js'
import { EditedContext } from './edited-context.js'

/** A batch that was run again: what each output's stream held. */
export interface RewoundBatch { readonly time: Time; readonly outputs: readonly RewoundOutput[] }

/** `name` is the stream's; `rows` are the first ones, `more` tells whether there are others. With `error` it could not be made. */
export interface RewoundOutput extends SeenRows { readonly name: string; readonly operator: string }

/** The first records of a stream at a time. */
export interface SeenRows { readonly rows: readonly unknown[]; readonly more: boolean; readonly error?: unknown }

/** How many records of each stream are wanted. Default: 10, as print() shows. */
export interface RewindOptions { readonly rows?: number }

export abstract class LookingContext extends EditedContext {
  /** @internal */
  protected abstract readonly lookedBack: Lookback | undefined

  /**
   * The last `count` batches again, through the graph as it is now: what each output's stream would have held. Inputs are those that came; what
   * was changed since holds from the first batch that is still kept (`spark.tspark.history`). Nothing that runs changes, and no output operation
   * is called: foreachRDD and saveAsTextFiles do not happen again.
   *
   * Fewer batches come where fewer are kept; of a longer slide, those outputs that are due.
   * @throws HISTORY_EMPTY where there is none to look at
   * @example
   * words.print()
   * ssc.start()
   * clock.advance(1000)
   * await ssc.idle()
   * const [batch] = await ssc.rewind(1)
   * batch!.outputs[0]!.rows // [ 'to', 'be', 'to' ]
   */
  rewind(count = 1, { rows = 10 }: RewindOptions = {}): JobPromise<RewoundBatch[]> {
    const last = checkedCount(count, 'rewind')
    const seen = new Map<number, Map<OutputNode, SeenRows>>()
    const plan = this.plan()
    const note = (output: OutputNode, time: Time, what: SeenRows): void => { seen.set(+time, (seen.get(+time) ?? new Map<OutputNode, SeenRows>()).set(output, what)) }
    const watches = plan.outputs.map(output => ({
      stream: output.parent,
      see: async (rdd: RddNode, time: Time) => note(output, time, await this.firstRows(rdd, rows)),
      failed: (error: unknown, time: Time) => note(output, time, { rows: [], more: false, error }),
    }))
    const { batches, done, cancel } = this.lookback().last(last, { plan, watches })
    const result = done.then(() => batches.map(({ time }) => ({ time, outputs: [...seen.get(+time) ?? []].map(([output, what]) => ({ name: this.calledAt(output.parent), operator: output.operator, ...what })) })))
    return JobPromise.of(result, cancel)
  }

  /** @internal */
  lookback(): Lookback {
    if (!this.lookedBack) throw new SparkError('HISTORY_EMPTY', { reason: 'the context does not run' })
    return this.lookedBack
  }

  /** @internal */
  async firstRows(rdd: RddNode, count: number): Promise<SeenRows> {
    const rows = await this.sparkContext.take(this.sparkContext.rdd(rdd), Math.min(count + 1, Number.MAX_SAFE_INTEGER), 'look')
    return { rows: rows.slice(0, count), more: rows.length > count }
  }

  /** @internal */
  protected calledAt(node: StreamNode): string { return this.graph.called(node) }
}
