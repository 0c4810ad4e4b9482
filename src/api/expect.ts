/**
 * What a program expects of a stream: told beside the stream that runs, batch by batch, as met or with what came instead. Nothing is added to the
 * graph: the batch in question is run again beside the live one (decision 23), and only the stream that is meant is looked at.
 */
import { DESCRIBE, SETTLING, SILENT } from '../core/describe.js'
import { SparkError } from '../core/errors.js'
import { Time } from '../core/time.js'
import { call } from './calls.js'
import { DStream } from './dstream.js'
import type { Asked, Expectations } from './expectations.js'

/**
 * Says what a stream holds at a time. At the prompt and under tspark-submit the answer is printed when that batch is done; an expectation that is
 * not met, or whose batch never comes, makes tspark-submit end with code 1, and `.save x.test.ts` writes it down.
 * @example
 * const counts = words.map(w => [w, 1]).reduceByKey((a, b) => a + b)
 * counts.print()
 * const first = expect(counts).at(1000).toEqual([['be', 1], ['to', 2]])
 * const third = expect(counts).at(3000).toEqual([['be', 2]])
 * ssc.start()
 * clock.advance(3000)
 * await ssc.idle()
 * first.state // 'met'
 * third.report.length // 2
 */
export function expect<T>(stream: DStream<T>): ExpectedStream<T> {
  if (stream instanceof DStream) return new ExpectedStream<T>(stream)
  throw new SparkError('ARGUMENT_INVALID', { operator: 'expect', problem: 'needs a stream', fix: 'give a DStream; of an RDD look at what it gives: rdd.collect()' })
}

/** A stream of which something is expected: says at which time. @example expect(words).at(1000).toEqual(['to', 'be', 'to']).state // 'waiting' */
export class ExpectedStream<T> {
  readonly #stream: DStream<T>
  /** @internal */
  constructor(stream: DStream<T>) { this.#stream = stream }

  /**
   * The batch of that time, in milliseconds or as a Time: a multiple of the batch interval. With a clock moved by hand the times are 1000, 2000, …
   * for batches of a second.
   * @throws ARGUMENT_INVALID
   * @example expect(words).at(1500) // SparkError [ARGUMENT_INVALID]
   */
  at(time: Time | number): ExpectedBatch<T> {
    const timeMs = Number(time)
    const { milliseconds } = this.#stream.context.batchDuration
    if (Number.isInteger(timeMs) && timeMs > 0 && timeMs % milliseconds === 0) return new ExpectedBatch<T>(this.#stream, timeMs)
    const near = Number.isFinite(timeMs) ? Math.max(1, Math.round(timeMs / milliseconds)) * milliseconds : milliseconds
    throw new SparkError('ARGUMENT_INVALID', { operator: 'expect', problem: `there is no batch at ${timeMs} ms: batches come every ${milliseconds} ms`, fix: `give the time of a batch, for example .at(${near})` })
  }
  [DESCRIBE](): readonly string[] { return ['nothing is expected yet: go on with .at(2000).toEqual([…])'] }
}

/** A stream and a time: says what. @example expect(words).at(2000).toEqual([]).state // 'waiting' */
export class ExpectedBatch<T> {
  readonly #stream: DStream<T>
  readonly #timeMs: number
  /** @internal */
  constructor(stream: DStream<T>, timeMs: number) { this.#stream = stream; this.#timeMs = timeMs }

  /**
   * The stream's records then are these, in any order; with `inOrder` in this one. Values are compared by structure, as keys are.
   *
   * A batch that is still to come is looked at when it is done, with the state it has; one that has passed is run again, as far as it is kept
   * (`spark.tspark.history`), through the graph as it is now.
   * @example
   * const sorted = numbers.transform(rdd => rdd.sortBy(n => n))
   * expect(sorted).at(1000).toEqual([1, 2, 3], { inOrder: true })
   */
  toEqual(rows: readonly T[], { inOrder = false }: { readonly inOrder?: boolean } = {}): Expectation {
    if (!Array.isArray(rows)) throw new SparkError('ARGUMENT_INVALID', { operator: 'toEqual', problem: 'needs the records as an array', fix: 'write .toEqual([…]); of a batch without records .toEqual([])' })
    const { context, node } = this.#stream
    const asked: Asked = { node, timeMs: this.#timeMs, rows: [...rows], inOrder, site: call('expect').site }
    const expectation = new Expectation(asked, context.expected)
    context.expected.add(expectation)
    return expectation
  }
  [DESCRIBE](): readonly string[] { return ['nothing is expected yet: go on with .toEqual([…])'] }
}

/** Whether an expectation was met; it waits until its batch is done. */
export type ExpectationState = 'waiting' | 'met' | 'failed'

/** What `toEqual` gives. @example expect(words).at(1000).toEqual([]).remove() */
export class Expectation {
  /** Of a batch that has passed: the answer is on its way. @internal */
  [SETTLING]: Promise<void> | undefined
  readonly [SILENT] = true
  /** @internal */
  readonly asked: Asked
  /** Which batch it is about. */
  readonly time: Time
  readonly #of: Expectations
  #state: ExpectationState = 'waiting'
  #report: readonly string[] = []

  /** @internal */
  constructor(asked: Asked, of: Expectations) { this.asked = asked; this.#of = of; this.time = new Time(asked.timeMs) }

  /** `waiting`, `met` or `failed`. */
  get state(): ExpectationState { return this.#state }
  /** Of one that failed: what was expected and did not come, and what came instead, a line each. */
  get report(): readonly string[] { return this.#report }

  /** Takes it back. @example expect(words).at(1000).toEqual([]).remove() */
  remove(): void { this.#of.remove(this) }

  /** @internal */
  become(state: ExpectationState, report: readonly string[] = []): void { this.#state = state; this.#report = report }
  toString(): string { return [`${this.#of.about(this)} (${this.#state})`, ...this.#report].join('\n') }
}
