/**
 * The part of a StreamingContext that looks back: the last batches again, through the graph as it is now, beside the stream that runs.
 * What it gives is plain data; the prompt's commands draw it.
 */
import { JobPromise } from '../core/job-promise.js'
import type { Time } from '../core/time.js'
import type { StreamNode } from '../plan/stream-plan.js'
import { SparkError } from '../core/errors.js'
import type { Lookback } from '../streaming/history/lookback.js'
import { checkedCount } from './partitioner.js'
import { Sight, type SeenRows } from './sight.js'
import { EditedContext } from './edited-context.js'

/** A batch that was run again: what each output's stream held. */
export interface RewoundBatch { readonly time: Time; readonly outputs: readonly RewoundOutput[] }

/** `name` is the stream's; `rows` are the first ones, `more` tells whether there are others. With `error` it could not be made. */
export interface RewoundOutput extends SeenRows { readonly name: string; readonly operator: string }

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
    const plan = this.plan()
    const sight = this.sight(rows)
    const { batches, done, cancel } = this.lookback().last(last, { plan, watches: sight.watches(plan.outputs.map(({ parent }) => parent)) })
    const at = (time: Time) => ({ time, outputs: plan.outputs.flatMap((output): RewoundOutput[] => {
      const seen = sight.at(output.parent, time)
      return seen ? [{ name: this.graph.called(output.parent), operator: output.operator, ...seen }] : []
    }) })
    return JobPromise.of(done.then(() => batches.map(({ time }) => at(time))), cancel)
  }

  /** @internal */
  lookback(): Lookback {
    if (!this.lookedBack) throw new SparkError('HISTORY_EMPTY', { reason: 'the context does not run' })
    return this.lookedBack
  }

  /** @internal */
  sight(rows: number, counted = false): Sight { return new Sight({ sc: this.sparkContext, clock: this.clock, rows, counted }) }

  /** @internal */
  nameOf(node: StreamNode): string | undefined { return this.graph.nameOf(node) }
}
