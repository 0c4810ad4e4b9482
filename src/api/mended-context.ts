/**
 * The part of a StreamingContext that is about mistakes: batches that have failed wait for a decision while the stream goes on. They are run again as
 * they are or with the function put right, or are let go.
 */
import { currentBatch } from '../core/batch-scope.js'
import type { CallSite } from '../core/call-site.js'
import { SparkError } from '../core/errors.js'
import { JobPromise } from '../core/job-promise.js'
import { taskFailureOf } from '../core/task-failure.js'
import { Time } from '../core/time.js'
import type { AnyFunction } from '../plan/fn-ref.js'
import { ancestors, type StreamNode } from '../plan/stream-plan.js'
import { totalRecords, type CompletedBatch } from '../streaming/batch.js'
import type { Retries } from '../streaming/retries.js'
import { streamFunctions } from '../streaming/rehearsal.js'
import { surroundings } from '../core/wiring.js'
import { counted } from './batch-duration.js'
import { madeAt, type LiveDStream, type Replacement } from './live-dstream.js'
import { LookingContext } from './looking-context.js'

/** A batch that has failed and waits: its time, how many records it had, and what was thrown. */
export interface FailedBatch { readonly time: Time; readonly records: number; readonly error: unknown }

/** The operator in which a batch has failed. @internal */
export interface Broken { readonly stream: LiveDStream<any>; readonly node: StreamNode; readonly name: string | undefined; readonly functions: readonly AnyFunction[] }

export abstract class MendedContext extends LookingContext {
  readonly #unread = new Set<string>()
  /** @internal */
  abstract cancelBatch(reason?: string): boolean

  /**
   * Batches that have failed and about which nobody has decided, oldest first. Later ones go on meanwhile, without what these could not compute.
   * @example ssc.failedBatches.map(({ time }) => +time) // []
   */
  get failedBatches(): readonly FailedBatch[] { return this.#retries?.waiting.map(failedBatch) ?? [] }

  /**
   * Runs the first failed batch again, and all batches since, through the graph as it is now; batches that come meanwhile wait. Outputs that had failed
   * then happen, and those that look back at what was missing happen once more: state, windows and what is put out are as if nothing had failed.
   * Resolves when that is done, well or badly: what fails again waits again. Within a batch it does not wait.
   * @throws NO_FAILED_BATCH; BATCH_NOT_KEPT when what it received is gone (`spark.tspark.history`)
   * @example
   * ssc.retry() // SparkError [NO_FAILED_BATCH]
   */
  retry(): JobPromise<void> {
    const retries = this.#retries
    const [first] = retries?.waiting ?? []
    if (!first) throw new SparkError('NO_FAILED_BATCH')
    const since = this.lookback().batches.filter(({ time }) => time.milliseconds > first.timeMs).length
    if (this.canRetry) this.say('info', `running again: the batch of ${first.timeMs} ms${since > 0 ? ` and ${since} since` : ''}`)
    const done = retries!.again()
    if (!currentBatch()) return JobPromise.of(done, reason => this.cancelBatch(reason))
    done.catch(() => {})
    return JobPromise.of(Promise.resolve(), () => {})
  }

  /**
   * Goes on without the batches that have failed: they wait no longer. Gives them.
   * @example ssc.skip() // []
   */
  skip(): FailedBatch[] {
    const skipped = (this.#retries?.skip() ?? []).map(failedBatch)
    this.say('info', skipped.length > 0 ? `skipped: ${skippedText(skipped)}` : 'nothing to skip: no failed batch waits')
    return skipped
  }

  /**
   * Puts another function in the place of the one in which the first waiting batch has failed (for a window with inverse both), for good, and runs that
   * batch and all since again: `stream.replace(f)`, then `retry()`.
   * @throws NO_FAILED_BATCH; NOTHING_TO_FIX when it was no function of one operator; what `replace` throws
   * @example
   * ssc.fix((word: string) => word.length) // SparkError [NO_FAILED_BATCH]
   */
  fix(f: Replacement<any>, inverse?: Replacement<any>): JobPromise<void> {
    const { stream } = this.broken()
    if (!this.canRetry) return this.retry()
    stream.replace(f, inverse)
    return this.retry()
  }

  /** Whether the first that waits is still kept. @internal */
  get canRetry(): boolean {
    const [first] = this.#retries?.waiting ?? []
    return first !== undefined && this.lookback().keeps(first.timeMs)
  }

  /** Whether its operator takes another function. @internal */
  get canFix(): boolean { try { return this.canRetry && this.broken() !== undefined } catch { return false } }

  /** @throws NO_FAILED_BATCH, NOTHING_TO_FIX @internal */
  broken(): Broken {
    const [first] = this.#retries?.waiting ?? []
    if (!first) throw new SparkError('NO_FAILED_BATCH')
    const failure = taskFailureOf(first.error)
    if (!failure?.site) throw new SparkError('NOTHING_TO_FIX', { reason: 'the batch did not fail in a function of an operator' })
    const nodes = this.graph.streams().filter(({ operator, site }) => operator === failure.operator && isAt(site, failure.site) && madeAt(site))
    const node = nodes.find(each => nodes.every(other => ancestors(each).has(other))) // an operator may be made of two that are alike
    if (!node) throw new SparkError('NOTHING_TO_FIX', { reason: `${nodes.length === 0 ? 'no stream' : 'more than one stream'} has the ${failure.operator} that failed` })
    const functions = this.graph.outputsOf(node).flatMap(({ parent }) => streamFunctions(this.graph.resolved(parent))).filter(({ operator, site }) => operator === failure.operator && isAt(site, failure.site))
    return { stream: madeAt(node.site)!, node, name: this.graph.nameOf(node), functions: [...new Set(functions.map(({ fn }) => fn))] }
  }

  /** Once for each: it may be meant so. @internal */
  protected sayUnread(name: string): void {
    if (!surroundings.hasPrompt || this.#unread.has(name)) return
    this.#unread.add(name)
    this.say('info', `${name} has no output yet, so it does not run: ${name}.print() shows it, also while the stream runs`)
  }

  get #retries(): Retries | undefined { return this.running?.retries }
}

const failedBatch = (batch: CompletedBatch): FailedBatch => ({ time: new Time(batch.timeMs), records: totalRecords(batch), error: batch.error })

function skippedText(batches: readonly FailedBatch[]): string {
  const records = counted(batches.reduce((sum, batch) => sum + batch.records, 0), 'record')
  const [first, last] = [batches[0]!.time, batches.at(-1)!.time]
  return batches.length === 1 ? `the batch of ${+first} ms, ${records}` : `${batches.length} batches from ${+first} ms to ${+last} ms, ${records}`
}

const isAt = (a: CallSite | undefined, b: CallSite | undefined): boolean => a !== undefined && b !== undefined && a.file === b.file && a.line === b.line && a.column === b.column
