/** Every case of Spark's own tests that runs from its data, as a test under its id; on the embedded engine. */
import { readFileSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { SparkContext } from '#src/index.js'
import { runCase } from './cases.mjs'

const cases = JSON.parse(readFileSync(new URL('./cases.json', import.meta.url), 'utf8')) as { id: string; kind: string }[]
const executable = cases.filter(({ kind }) => ['data', 'error', 'partitions', 'eventually'].includes(kind))
const sc = new SparkContext('local[2]', 'conformance')
afterAll(() => sc.stop())

test.each(executable.map(row => [row.id, row] as const))('%s', async (_id, row) => {
  const { status, reason } = await runCase(row, sc)
  if (status === 'skipped') expect(reason).toMatch(/^needs recovery from a checkpoint, which does not exist yet$/)
  else expect(reason).toBeUndefined()
})
