/** Parts of an RDD by chance. The same seed gives the same rows, on every run and every machine. */
import { mapKey } from '../core/hash.js'
import { anySeed, seededRandom } from '../core/random.js'
import { JobPromise } from '../core/job-promise.js'
import { SparkError } from '../core/errors.js'
import { joinBatch } from '../core/batch-scope.js'
import * as samples from '../operators/sample.js'
import { call } from './calls.js'
import type { RDD } from './rdd.js'
import { ZipRDDFunctions } from './zip-rdd.js'

export abstract class SampleRDDFunctions<T> extends ZipRDDFunctions<T> {
  /**
   * About that fraction of the rows, each chosen for itself.
   *
   * Shape: RDD<T> → RDD<T>; order and partitions stay. Empty gives empty.
   * @param withReplacement true: a row may come several times, `fraction` times on average
   * @param fraction from 0 to 1, without replacement; from 0, with it
   * @param seed a whole number; without one, chosen here once, so that the sample stays the same when it is computed again
   * @throws ARGUMENT_INVALID for a fraction out of range
   * @example
   * await sc.range(1000).sample(false, 1).count() // 1000
   */
  sample(this: RDD<T>, withReplacement: boolean, fraction: number, seed = anySeed()): RDD<T> {
    checkFraction('sample', withReplacement, fraction)
    return this.derive(samples.sample(call('sample'), withReplacement, fraction, seed))
  }

  /**
   * The rows dealt out by chance, in the proportions of the weights: each row is in exactly one of the results.
   *
   * Shape: RDD<T> → one RDD<T> per weight; order and partitions stay in each. Empty gives empty ones.
   * @param weights from 0, not all 0; they need not sum to 1
   * @throws ARGUMENT_INVALID for weights below 0, or none above it
   * @example
   * const [train, rest] = sc.range(100).randomSplit([0.8, 0.2], 42)
   * await train!.union(rest!).distinct().count() // 100
   */
  randomSplit(this: RDD<T>, weights: readonly number[], seed = anySeed()): RDD<T>[] {
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    if (!(total > 0) || weights.some(weight => !(weight >= 0))) throw invalid('randomSplit', `weights must be 0 or above, and their sum above 0, not [${weights.join(', ')}]`, 'give weights such as [0.7, 0.3]')
    const borders = weights.map((_, i) => weights.slice(0, i + 1).reduce((sum, weight) => sum + weight, 0) / total)
    const here = call('randomSplit')
    return weights.map((_, i) => this.derive(samples.cell(here, borders[i - 1] ?? 0, i === weights.length - 1 ? 1 : borders[i]!, seed)))
  }

  /**
   * Exactly `num` rows by chance (all of them, if there are fewer and none may repeat), in order of their places. Runs two jobs: it counts, then fetches.
   *
   * Shape: RDD<T> → T[]. Empty gives [].
   * @throws ARGUMENT_INVALID when num is not a whole number from 0
   * @example
   * (await sc.range(1000).takeSample(false, 5, 42)).length // 5
   */
  takeSample(this: RDD<T>, withReplacement: boolean, num: number, seed = anySeed()): JobPromise<T[]> {
    if (!(Number.isInteger(num) && num >= 0)) throw invalid('takeSample', `the number of rows must be a whole number from 0, not ${num}`, 'give 0 or more')
    const here = call('takeSample')
    let current: JobPromise<unknown> | undefined
    const search = async (): Promise<T[]> => {
      const sizes = await (current = this.context.run(this as RDD<unknown>, { kind: 'count' }, 'takeSample', (counts: number[]) => counts)) as number[]
      const total = sizes.reduce((sum, size) => sum + size, 0)
      const places = byPartition(samples.draw(total, num, withReplacement, seededRandom(seed)), sizes)
      return await (current = this.context.collected(this.derive<T>(samples.rowsAt(here, places)), 'takeSample', rows => rows)) as T[]
    }
    return joinBatch(JobPromise.of(search(), reason => current?.cancel(reason)))
  }

  /**
   * As sample, with a fraction for each key.
   *
   * Shape: RDD<[K, V]> → RDD<[K, V]>; order and partitions stay. Empty gives empty.
   * @param fractions of every key that occurs: a Map, or a plain object where keys are strings
   * @throws TASK_FAILED in the job for a key without a fraction
   * @example
   * await sc.parallelize([["a", 1], ["b", 2]]).sampleByKey(false, { a: 1, b: 0 }).collect() // [ [ 'a', 1 ] ]
   */
  sampleByKey<K, V>(this: RDD<[K, V]>, withReplacement: boolean, fractions: FractionsByKey<K>, seed = anySeed()): RDD<[K, V]> {
    return this.derive(samples.sampleByKey(call('sampleByKey'), withReplacement, table('sampleByKey', withReplacement, fractions), seed))
  }

  /**
   * Of each key exactly ceil(fraction · its number of pairs). Brings the values of each key together, as groupByKey does.
   *
   * Shape: RDD<[K, V]> → RDD<[K, V]>; keys as first seen in their partition, values in their order. Empty gives empty.
   * @throws TASK_FAILED in the job for a key without a fraction
   * @example
   * await sc.range(10).map(n => ["a", n]).sampleByKeyExact(false, { a: 0.5 }).count() // 5
   */
  sampleByKeyExact<K, V>(this: RDD<[K, V]>, withReplacement: boolean, fractions: FractionsByKey<K>, seed = anySeed()): RDD<[K, V]> {
    const checked = table('sampleByKeyExact', withReplacement, fractions)
    return this.derive(samples.sampleByKeyExact(call('sampleByKeyExact'), withReplacement, checked, seed, this.placement(undefined, 'sampleByKeyExact')))
  }
}

export type FractionsByKey<K> = ReadonlyMap<K, number> | (K extends string ? Readonly<Record<K, number>> : never)

function table(operator: string, withReplacement: boolean, fractions: ReadonlyMap<unknown, number> | object): samples.Fractions {
  const entries = fractions instanceof Map ? [...fractions as ReadonlyMap<unknown, number>] : Object.entries(fractions as Record<string, number>)
  for (const [, fraction] of entries) checkFraction(operator, withReplacement, fraction)
  return new Map(entries.map(([key, fraction]) => [mapKey(key), fraction]))
}

/** Places in the whole as places in each partition. */
function byPartition(places: readonly number[], sizes: readonly number[]): number[][] {
  let [next, start] = [0, 0]
  return sizes.map(size => {
    const own: number[] = []
    for (; next < places.length && places[next]! < start + size; next++) own.push(places[next]! - start)
    start += size
    return own
  })
}

function checkFraction(operator: string, withReplacement: boolean, fraction: number): void {
  if (fraction >= 0 && (withReplacement || fraction <= 1)) return
  throw invalid(operator, `the fraction must be from 0 ${withReplacement ? 'up' : 'to 1'}, not ${fraction}`, 'for a half, give 0.5')
}

const invalid = (operator: string, problem: string, fix: string): SparkError => new SparkError('ARGUMENT_INVALID', { operator, problem, fix })
