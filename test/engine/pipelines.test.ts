/** Random pipelines of streams give what plain arrays give; `.ci/run` plays ten thousand of them. */
import { expect, test } from 'vitest'
import { runPipelines, WAYS } from '../support/run-pipelines.ts'

test.each(Object.entries(WAYS))('random pipelines, %s', async (way, { kill, recover }) => {
  // A new executor, or a second context, takes as long as some pipelines.
  const count = recover ? 20 : kill ? 40 : 80
  const { batches, lost } = await runPipelines(way, 1, count)
  expect(batches).toBeGreaterThan(2 * count)
  // A small task may be done before its executor has heard that it ends.
  expect(lost).toBeGreaterThanOrEqual(kill ? 0.7 * count : 0)
}, 120_000)
