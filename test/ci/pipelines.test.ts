/**
 * Ten thousand random pipelines as they are, ten thousand that spill and lose an executor in the middle, and a thousand that go on from
 * a checkpoint; other ones each time.
 * TSPARK_PIPELINES and TSPARK_SEED set how many, and which; a failure prints its seed. A new executor takes three times as long as a
 * pipeline: the second pass is most of the time.
 */
import { expect, test } from 'vitest'
import { runPipelines, WAYS } from '../support/run-pipelines.ts'

const COUNT = Number(process.env['TSPARK_PIPELINES'] ?? 10_000)
const SEED = Number(process.env['TSPARK_SEED'] ?? Date.now() % 1_000_000_000)

test.each(Object.entries(WAYS))(`random pipelines from seed ${SEED}, %s`, async (way, { kill, recover }) => {
  const count = recover ? Math.ceil(COUNT / 10) : COUNT
  const { batches, lost } = await runPipelines(way, SEED, count)
  expect(batches).toBeGreaterThan(count)
  // A small task may be done before its executor has heard that it ends.
  expect(lost).toBeGreaterThanOrEqual(kill ? 0.7 * COUNT : 0)
}, 3_600_000)
