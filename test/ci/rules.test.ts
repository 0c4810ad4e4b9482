/** Thirty thousand random programs with and without their rules; TSPARK_SEED tries others. */
import { expect, test } from 'vitest'
import { playPrograms } from '../support/rule-programs.ts'

const FIRST = Number(process.env.TSPARK_SEED ?? 1)

test.each(Array.from({ length: 30 }, (_, i) => FIRST * 1_000_000 + i * 1000))('a thousand programs from seed %i on', seed => {
  const { played, ruled } = playPrograms(seed, 1000)
  expect(ruled).toBeGreaterThan(played * 0.6)
}, 600_000)
