/** Random numbers as an argument: a seed gives the same run again (mulberry32). */
import { hashKey } from './hash.js'

export type Random = () => number

export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000
  }
}

/** A stream of its own for each part of the same run: of a partition, of a key. */
export const partRandom = (seed: number, part: unknown): Random => seededRandom(hashKey([seed, part]))

/** A seed where the user gave none: chosen when the operator is called, so that each computation gives the same rows. */
export const anySeed = (): number => Math.floor(Math.random() * 0x1_0000_0000)

/** How often an event with that mean happens (Knuth below 30, rounded normal above). */
export function poisson(mean: number, random: Random): number {
  if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)))
  const limit = Math.exp(-mean)
  let events = 0
  for (let product = random(); product > limit; product *= random()) events++
  return events
}

const normal = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
