/**
 * Ten thousand random pipelines as they are, and ten thousand that spill and lose an executor in the middle; other ones each time.
 * TSPARK_PIPELINES and TSPARK_SEED set how many, and which; a failure prints its seed. A new executor takes three times as long as a
 * pipeline: the second pass is most of the time.
 */
import { expect, test } from 'vitest'
import { runPipelines, WAYS } from '../support/run-pipelines.ts'

const COUNT = Number(process.env['TSPARK_PIPELINES'] ?? 10_000)
const SEED = Number(process.env['TSPARK_SEED'] ?? Date.now() % 1_000_000_000)

test.each(Object.entries(WAYS) as [keyof typeof WAYS, { kill: boolean }][])(`random pipelines from seed ${SEED}, %s`, async (way, { kill }) => {
  const { batches, lost } = await runPipelines(way, SEED, COUNT)
  expect(batches).toBeGreaterThan(COUNT)
  expect(lost).toBeGreaterThanOrEqual(kill ? 0.9 * COUNT : 0)
}, 3_600_000)
