/** Fifty kills with SIGKILL at random moments, of whole lives and of ones that hardly began; TSPARK_SEED tries others. */
import { expect, test } from 'vitest'
import { faultsOf, killAndRecover } from '../support/kill-and-recover.js'
import { program } from '../support/programs.js'

const FIRST = Number(process.env.TSPARK_SEED ?? 1)

test.each(Array.from({ length: 5 }, (_, i) => FIRST + i))('ten kills, seed %d: nothing lost, nothing counted twice', async seed => {
  expect(faultsOf(await killAndRecover(program({}), seed, 10))).toEqual([])
})
