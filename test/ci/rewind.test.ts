/** Every executable case again in hindsight: what `rewind` gives is what the live batches gave, or those of a fresh run where the case's operation is added late. */
import { readFileSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { EventBus } from '#src/core/events.js'
import { SparkContext } from '#src/index.js'
import { rewindCase } from '../conformance/cases.mjs'

interface Case { readonly id: string; readonly kind: string; readonly needsCheckpointDir?: boolean; readonly recovery?: object }

const cases = JSON.parse(readFileSync(new URL('../conformance/cases.json', import.meta.url), 'utf8')) as Case[]
const executable = cases.filter(({ kind }) => ['data', 'partitions', 'eventually'].includes(kind))
const events = new EventBus()
events.on('printed', () => {})
const sc = new SparkContext('local[2]', 'rewind', events)
afterAll(() => sc.stop())

test('there are many', () => { expect(executable.length).toBeGreaterThan(50) })

test.each(executable.flatMap(row => [false, true].map(late => ({ row, late, name: `${row.id}${late ? ', added late' : ''}` }))))('$name', async ({ row, late }) => {
  const { live, rewound, error } = await rewindCase(row, sc, { late })
  expect(error).toBeUndefined()
  expect(live.size).toBeGreaterThan(0)
  expect(rewound).toEqual(live)
})
