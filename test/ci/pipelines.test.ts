/**
 * Ten thousand random pipelines as they are and spilling, other ones each time; and a tenth of them with an executor ended in the middle, since
 * a new one takes as long as ten pipelines. TSPARK_PIPELINES and TSPARK_SEED set how many, and which; a failure prints its seed.
 */
import { expect, test } from 'vitest'
import { runPipelines, WAYS } from '../support/run-pipelines.ts'

const COUNT = Number(process.env['TSPARK_PIPELINES'] ?? 10_000)
const SEED = Number(process.env['TSPARK_SEED'] ?? Date.now() % 1_000_000_000)

test.each(Object.entries(WAYS) as [keyof typeof WAYS, { kill: boolean }][])(`random pipelines from seed ${SEED}, %s`, async (way, { kill }) => {
  const count = Math.ceil(kill ? COUNT / 10 : COUNT)
  expect(await runPipelines(way, SEED, count)).toBeGreaterThan(count)
}, 3_600_000)
