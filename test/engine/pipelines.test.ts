/** Random pipelines of streams give what plain arrays give; `.ci/run` plays ten thousand of them. */
import { expect, test } from 'vitest'
import { runPipelines, WAYS } from '../support/run-pipelines.ts'

test.each(Object.entries(WAYS) as [keyof typeof WAYS, { kill: boolean }][])('random pipelines, %s', async (way, { kill }) => {
  // A new executor takes as long as some pipelines.
  const count = kill ? 80 : 150
  const { batches, lost } = await runPipelines(way, 1, count)
  expect(batches).toBeGreaterThan(2 * count)
  expect(lost).toBeGreaterThanOrEqual(kill ? 0.9 * count : 0)
}, 120_000)
