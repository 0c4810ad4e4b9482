/** Random pipelines of streams give what plain arrays give; `.ci/run` plays ten thousand of them. */
import { expect, test } from 'vitest'
import { runPipelines, WAYS } from '../support/run-pipelines.ts'

test.each(Object.entries(WAYS) as [keyof typeof WAYS, { kill: boolean }][])('random pipelines, %s', async (way, { kill }) => {
  // A new executor takes as long as ten pipelines.
  const count = kill ? 40 : 130
  expect(await runPipelines(way, 1, count)).toBeGreaterThan(2 * count)
}, 120_000)
