/**
 * The part of a StreamingContext that looks back: the last batches again, through the graph as it is now, beside the stream that runs.
 * What it gives is plain data; the prompt's commands draw it.
 */
import type { CallSite } from '../core/call-site.js'
import { JobPromise } from '../core/job-promise.js'
import type { SteppableClock } from '../core/steppable-clock.js'
import type { Time } from '../core/time.js'
import { takePart } from '../core/transaction.js'
import type { RddNode } from '../plan/rdd-plan.js'
import type { StreamNode } from '../plan/stream-plan.js'
import { SparkError } from '../core/errors.js'
import { totalRecords } from '../streaming/batch.js'
import type { StreamingRuntime } from '../streaming/streaming-runtime.js'
import type { Lookback } from '../streaming/history/lookback.js'
import { checkedCount } from './partitioner.js'
import { chainTo, Sight, type SeenRows } from './sight.js'
import { streamsReport, type Numbers, type StreamsReport } from './streams-report.js'
import { EditedContext } from './edited-context.js'
import type { Expectation } from './expect.js'
import { Expectations } from './expectations.js'

/** A batch that was run again: what each output's stream held. */
export interface RewoundBatch { readonly time: Time; readonly outputs: readonly RewoundOutput[] }

/** `name` is the stream's; `rows` are the first ones, `more` tells whether there are others. With `error` it could not be made. */
export interface RewoundOutput extends SeenRows { readonly name: string; readonly operator: string }

/** @internal */
export interface RecordedStream { readonly site: CallSite | undefined; readonly operator: string; readonly batches: readonly (SeenRows | undefined)[] }
/** `whole`: batches before those kept have left nothing that they need. @internal */
export interface Recorded { readonly whole: boolean; readonly times: number; readonly firstMs: number; readonly inputs: readonly RecordedStream[]; readonly outputs: readonly RecordedStream[] }

/** How many records of each stream are wanted. Default: 10, as print() shows. */
export interface RewindOptions { readonly rows?: number }

export abstract class LookingContext extends EditedContext {
  /** @internal */
  protected abstract readonly running: StreamingRuntime | undefined
  abstract override readonly clock: SteppableClock
  /** @internal */
  readonly expected = new Expectations(this)

  /**
   * What is expected of this context's streams, in the order in which it was said: see `expect`.
   * @example
   * words.print()
   * expect(words).at(2000).toEqual([])
   * ssc.start()
   * clock.advance(2000)
   * await ssc.idle()
   * ssc.expectations.map(({ state }) => state) // [ 'met' ]
   */
  get expectations(): readonly Expectation[] { return this.expected.all }

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

  /**
   * The graph with the numbers of its last batch: records, partitions and time of each stream, what it holds for later batches, and why. Counting
   * happens now, by running that batch again; before there is one, and where none is kept, the graph comes without numbers.
   * @example
   * words.window(Seconds(2)).print()
   * ssc.start()
   * clock.advance(1000)
   * await ssc.idle()
   * const { streams } = await ssc.streams()
   * streams.find(({ operator }) => operator === 'window')!.records // 3
   * streams.flatMap(({ holds }) => holds.map(({ why }) => why)) // [ 'window of 2 s' ]
   */
  streams(): JobPromise<StreamsReport> {
    const lookback = this.running?.lookback
    const kept = lookback?.goesOnFrom ?? []
    const report = (numbers: Omit<Numbers, 'kept'>): StreamsReport => streamsReport(this, { kept, ...numbers })
    if (!lookback || lookback.batches.length === 0) return JobPromise.of(Promise.resolve(report({ at: () => undefined, batch: undefined, note: lookback ? lookback.whyEmpty : undefined })), () => {})
    const sight = this.sight(0, true)
    const plan = this.plan()
    const { batches: [last], done, cancel } = lookback.lastOne({ plan, watches: sight.watches(chainTo([...plan.inputs, ...plan.outputs.map(({ parent }) => parent)])) })
    const { time } = last!
    return JobPromise.of(done.then(() => report({ at: stream => sight.at(stream, time), batch: this.#lastBatch(time), note: undefined })), cancel)
  }

  #lastBatch(time: Time): StreamsReport['batch'] {
    const info = this.running?.lastBatch
    if (!info || info.timeMs !== +time) return { time, records: 0, ms: 0 }
    return { time, records: totalRecords(info), ms: (info.processingEndMs ?? 0) - (info.processingStartMs ?? 0) }
  }

  /**
   * What is kept of the last batches, also after the stop, for a test that begins with them: rows of inputs, and of outputs' streams through the graph as it is now.
   * @internal
   */
  recorded(rows: number): JobPromise<Recorded> {
    const plan = this.plan()
    const sight = this.sight(rows)
    const lookback = this.#lastLookback()
    const { batches, done, cancel } = lookback.last(Number.MAX_SAFE_INTEGER, { plan, watches: sight.watches([...plan.inputs, ...plan.outputs.map(({ parent }) => parent)]) })
    const seen = (site: CallSite | undefined, operator: string, stream: StreamNode) => ({ site, operator, batches: batches.map(({ time }) => sight.at(stream, time)) })
    return JobPromise.of(done.then(() => ({
      whole: lookback.isWhole, times: batches.length, firstMs: +batches[0]!.time,
      inputs: plan.inputs.map(input => seen(input.site, input.operator, input)), outputs: plan.outputs.map(({ site, operator, parent }) => seen(site, operator, parent)),
    })), cancel)
  }

  protected override takePart(): void {
    super.takePart()
    takePart(() => this.expected.begin())
  }

  /** @internal */
  lookback(): Lookback {
    const found = this.running?.lookback
    if (!found) throw new SparkError('HISTORY_EMPTY', { reason: 'the context does not run' })
    return found
  }

  #lastLookback(): Lookback {
    if (this.sparkContext.isStopped) throw new SparkError('HISTORY_EMPTY', { reason: 'sc has been stopped, and what was kept is gone' })
    const found = this.running?.lastLookback
    if (!found) throw new SparkError('HISTORY_EMPTY', { reason: 'the stream has not run yet' })
    return found
  }

  /** @internal */
  sight(rows: number, counted = false): Sight { return new Sight({ sc: this.sparkContext, clock: this.clock, rows, counted }) }

  /** What an input gave for the last batch that is kept. @internal */
  lastInput({ id, kind }: StreamNode): RddNode | undefined {
    const taken = kind === 'input' ? this.running?.lookback?.batches.at(-1)?.inputs.get(id) : undefined
    return taken && 'batch' in taken ? taken.batch?.rdd : undefined
  }

  /** @internal */
  nameOf(node: StreamNode): string | undefined { return this.graph.nameOf(node) }
}
