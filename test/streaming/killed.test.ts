/** A process that is killed at any moment, and again while it recovers, loses no word and counts none twice. test/ci kills it more often. */
import { expect, test } from 'vitest'
import { faultsOf, killAndRecover } from '../support/kill-and-recover.js'
import { program } from '../support/programs.js'

const SEED = 20261123

test(`four kills, seed ${SEED}`, async () => {
  const killed = await killAndRecover(program({}), SEED, 4)
  expect(faultsOf(killed)).toEqual([])
  expect(killed.expected.length).toBe(5)
}, 60_000)
