/**
 * Parts of an RDD by chance. Every partition (for exact samples by key, every key) draws from a stream of its own that the seed
 * fixes, so that the same seed gives the same rows on every run, however often a task is repeated.
 */
import { hashKey, mapKey, type MapKey } from '../core/hash.js'
import { partRandom, poisson, seededRandom, type Random } from '../core/random.js'
import type { PartitionerPlan } from '../plan/partitioner.js'
import type { Derive } from '../plan/rdd-plan.js'
import { chain, flatMapValues, helper, mapPartitions, type Call } from './narrow.js'
import { groupByKey } from './shuffle.js'

/** Each row kept with probability `fraction`; with replacement, as often as a Poisson variable of that mean says. */
export const sample = (call: Call, withReplacement: boolean, fraction: number, seed: number): Derive =>
  withReplacement ? repeated(call, fraction, seed) : cell(call, 0, fraction, seed)

/** The rows whose chance falls in [from, to): cells of the same seed that do not overlap share no row. */
export const cell = (call: Call, from: number, to: number, seed: number): Derive =>
  mapPartitions(helper(call, function* (rows: Iterable<unknown>, partition: number) {
    const random = partRandom(seed, partition)
    for (const row of rows) {
      const chance = random()
      if (chance >= from && chance < to) yield row
    }
  }), true)

const repeated = (call: Call, fraction: number, seed: number): Derive =>
  mapPartitions(helper(call, function* (rows: Iterable<unknown>, partition: number) {
    const random = partRandom(seed, partition)
    for (const row of rows) for (let times = poisson(fraction, random); times > 0; times--) yield row
  }), true)

/** Fractions by key, as tasks look them up. */
export type Fractions = ReadonlyMap<MapKey, number>

/** As sample, with each key's own fraction. */
export const sampleByKey = (call: Call, withReplacement: boolean, fractions: Fractions, seed: number): Derive =>
  mapPartitions(helper(call, function* (rows: Iterable<[unknown, unknown]>, partition: number) {
    const random = partRandom(seed, partition)
    for (const row of rows) {
      const fraction = fractionOf(fractions, row[0])
      for (let times = withReplacement ? poisson(fraction, random) : Number(random() < fraction); times > 0; times--) yield row
    }
  }), true)

/** Of each key exactly ceil(fraction · count) rows, in their order. Holds a key's values at once, as groupByKey does. */
export const sampleByKeyExact = (call: Call, withReplacement: boolean, fractions: Fractions, seed: number, partitioner: PartitionerPlan): Derive => chain(
  groupByKey(call, partitioner),
  mapPartitions(helper(call, function* (rows: Iterable<[unknown, unknown[]]>) {
    for (const [key, values] of rows) {
      const size = Math.ceil(fractionOf(fractions, key) * values.length)
      yield [key, draw(values.length, size, withReplacement, seededRandom(hashKey([seed, key]))).map(at => values[at])]
    }
  }), true),
  flatMapValues(helper(call, (values: unknown[]) => values)),
)

/** `size` of the places 0 … count − 1, each set equally likely, in order. */
export function draw(count: number, size: number, withReplacement: boolean, random: Random): number[] {
  const places = withReplacement
    ? Array.from({ length: count === 0 ? 0 : size }, () => Math.floor(random() * count))
    : distinctPlaces(count, Math.min(size, count), random)
  return places.sort((a, b) => a - b)
}

/** Floyd's method: no list of all places. */
function distinctPlaces(count: number, size: number, random: Random): number[] {
  const chosen = new Set<number>()
  for (let last = count - size; last < count; last++) {
    const place = Math.floor(random() * (last + 1))
    chosen.add(chosen.has(place) ? last : place)
  }
  return [...chosen]
}

/** The rows at the given places of each partition; `places` are in order and may repeat. */
export const rowsAt = (call: Call, places: readonly (readonly number[])[]): Derive =>
  mapPartitions(helper(call, function* (rows: Iterable<unknown>, partition: number) {
    const wanted = places[partition]!
    let [next, at] = [0, 0]
    for (const row of rows) {
      for (; wanted[next] === at; next++) yield row
      if (next === wanted.length) return
      at++
    }
  }))

function fractionOf(fractions: Fractions, key: unknown): number {
  const fraction = fractions.get(mapKey(key))
  if (fraction === undefined) throw new Error(`there is no fraction for the key ${String(key)}`)
  return fraction
}
