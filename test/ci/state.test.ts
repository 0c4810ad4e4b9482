/** Keyed state on tables beside the plain way, many times over. TSPARK_SEED sets where the seeds begin; a failure prints its own. */
import { afterAll, expect, test } from 'vitest'
import * as p from '../support/plans.ts'
import { OPERATORS, play, type Way } from '../support/state-plans.ts'

const SEED = Number(process.env['TSPARK_SEED'] ?? Date.now() % 1_000_000)
const [SEEDS, BATCHES] = [8, 20]

const plain = p.embedded('local[2]', { 'spark.tspark.stateTables': 'false' })
const engines = [{}, { 'spark.driver.memory': '30k', 'spark.memory.storageFraction': '0.05' }, { 'spark.memory.storageFraction': '0.000000001' }].map(settings => p.embedded('local[2]', settings))
afterAll(async () => { for (const engine of [plain, ...engines]) await engine.stop() })

test.each(Object.entries(OPERATORS))(`%s, from seed ${SEED}`, async (_, make) => {
  for (let seed = SEED; seed < SEED + SEEDS; seed++) {
    const way: Way = { fail: seed % 2 === 0, kill: seed % 5 === 0 }
    const expected = await play(plain, make, seed, BATCHES, { ...way, kill: false })
    for (const engine of engines) expect(await play(engine, make, seed, BATCHES, way), `seed ${seed}`).toEqual(expected)
  }
}, 3_600_000)
