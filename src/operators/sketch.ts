/**
 * HyperLogLog: how many different values there are, about, in 2^p bytes however many rows.
 *
 * Registers hold, per bucket of the structural hash, the longest run of leading zeros seen. The estimate is Ertl's (New
 * cardinality estimation algorithms for HyperLogLog sketches, 2017, algorithm 6), which needs no tables and no special case for
 * small or large counts. The hash has 64 bits; its second half is asked for only where the first is all zeros, and so costs nothing.
 */
import { hashKey, hashKeyAgain } from '../core/hash.js'

export type Sketch = Uint8Array

// Registers count up to 64 − p leading zeros and one more.
const HASH_BITS = 64

/** p for a relative standard deviation, as Spark chooses it. */
export const precisionFor = (relativeSD: number): number => Math.min(20, Math.max(4, Math.ceil(2 * Math.log(1.054 / relativeSD) / Math.LN2)))

export const emptySketch = (p: number): Sketch => new Uint8Array(1 << p)

export function addToSketch(sketch: Sketch, value: unknown): Sketch {
  const p = 31 - Math.clz32(sketch.length)
  const hash = hashKey(value)
  const bucket = hash >>> (32 - p)
  const rest = hash << p
  const rank = (rest === 0 ? 32 - p + Math.clz32(hashKeyAgain(value)) : Math.clz32(rest)) + 1
  if (rank > sketch[bucket]!) sketch[bucket] = rank
  return sketch
}

export function mergeSketches(a: Sketch, b: Sketch): Sketch {
  for (let i = 0; i < a.length; i++) if (b[i]! > a[i]!) a[i] = b[i]!
  return a
}

/** A whole number. */
export function estimate(sketch: Sketch): number {
  const m = sketch.length
  const q = HASH_BITS - (31 - Math.clz32(m))
  const counts = new Float64Array(q + 2)
  for (const rank of sketch) counts[rank]!++
  let z = m * tau(1 - counts[q + 1]! / m)
  for (let rank = q; rank >= 1; rank--) z = 0.5 * (z + counts[rank]!)
  z += m * sigma(counts[0]! / m)
  return Math.round(m * m / (2 * Math.LN2 * z))
}

function sigma(share: number): number {
  if (share === 1) return Infinity
  let [x, y, z, before] = [share, 1, share, NaN]
  while (z !== before) {
    x *= x
    before = z
    z += x * y
    y += y
  }
  return z
}

function tau(share: number): number {
  if (share === 0 || share === 1) return 0
  let [x, y, z, before] = [share, 1, 1 - share, NaN]
  while (z !== before) {
    x = Math.sqrt(x)
    before = z
    y *= 0.5
    z -= (1 - x) ** 2 * y
  }
  return z / 3
}
