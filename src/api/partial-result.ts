/**
 * Results that need not wait for all partitions. Partitions are computed a few at a time; what is known when the time is up is
 * given as an estimate with bounds, while the rest goes on to the exact result.
 */
import { joinBatch } from '../core/batch-scope.js'
import { SystemClock } from '../core/clock.js'
import { JobPromise } from '../core/job-promise.js'
import type { FnRef } from '../plan/fn-ref.js'
import type { RDD } from './rdd.js'

export { BoundedDouble } from '../operators/bounds.js'

/**
 * What countApprox and its kin give: an estimate, and the exact result to come.
 * @example String((await rdd.countApprox(60_000)).initialValue) // '[3.000, 3.000]'
 */
export class PartialResult<R> {
  /** @internal */
  constructor(
    /** What was known when the time was over. */ readonly initialValue: R, /** Whether that is exact. */ readonly isInitialValueFinal: boolean,
    /** @internal */ readonly final: Promise<R>,
  ) {}

  /** The exact result; waits for all partitions. @example (await (await rdd.sumApprox(1)).getFinalValue()).mean // 6 */
  getFinalValue(): Promise<R> { return this.final }
  /**
   * Calls f with the exact result once it is there; not at all if the job fails.
   * @example (await rdd.countApprox(60_000)).onComplete(count => { console.log(count.mean) }).isInitialValueFinal // true
   */
  onComplete(f: (value: R) => void): this { void this.final.then(f, () => {}); return this }
  toString(): string { return `(${this.isInitialValueFinal ? 'final' : 'partial'}: ${String(this.initialValue)})` }
}

/** `evaluate` makes a result of what the first partitions gave, and of the share of all partitions that they are. */
export function approximate<P, R>(rdd: RDD<any>, f: FnRef, timeoutMs: number, evaluate: (parts: readonly P[], share: number) => R): JobPromise<PartialResult<R>> {
  const total = rdd.getNumPartitions()
  const parts: P[] = []
  let current: JobPromise<P[]> | undefined
  const exact = (async (): Promise<R> => {
    for (let from = 0, width = rdd.context.defaultParallelism; from < total; from += width) {
      const indices = Array.from({ length: Math.min(width, total - from) }, (_, i) => from + i)
      parts.push(...await (current = rdd.context.run<P, P[]>(rdd as unknown as RDD<unknown>, { kind: 'apply', f }, f.operator, values => values, indices)))
    }
    return evaluate(parts, 1)
  })()
  return joinBatch(JobPromise.of(whicheverFirst(exact, timeoutMs, () => evaluate(parts, parts.length / total)), reason => current?.cancel(reason)))
}

function whicheverFirst<R>(exact: Promise<R>, timeoutMs: number, estimate: () => R): Promise<PartialResult<R>> {
  const clock = new SystemClock()
  return new Promise((resolve, reject) => {
    const cancel = clock.at(clock.now() + timeoutMs, () => { resolve(new PartialResult(estimate(), false, exact)) })
    exact.then(value => { cancel(); resolve(new PartialResult(value, true, exact)) }, error => { cancel(); reject(error) })
  })
}
