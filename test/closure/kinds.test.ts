/** Laws of what can be captured: capture then rebuild is identity, in a real worker thread, for every row of kinds.mjs. */
import { isDeepStrictEqual } from 'node:util'
import { afterAll, describe, expect, test } from 'vitest'
import { capture } from '#src/closure/capture.js'
import { fnRef } from '#src/plan/fn-ref.js'
import { KINDS } from './fixtures/kinds.mjs'
import { closeExecutor, inExecutor } from './executor.js'

afterAll(closeExecutor)

describe('capture then rebuild is identity', () => {
  test.each(KINDS)('$name', async ({ name, subject, probe }) => {
    const portable = capture([fnRef(subject, 'map'), fnRef(probe, 'probe')])
    const there = await inExecutor(portable, 'probe')
    const here = HERE[name] ?? await probe(subject())
    expect(isDeepStrictEqual(there, structuredClone(here)), JSON.stringify([there, here], showOdd)).toBe(true)
  })

  /** An executor has broadcasts from its own table. */
  const HERE: Record<string, unknown> = { 'a Broadcast': [7, ['value of broadcast 7']] }
})

test('a portable is data: JSON brings it over as well', () => {
  const plain = KINDS.filter(({ name }) => !/array|Buffer|View|memory/i.test(name))
  const portables = plain.map(({ subject }) => capture([fnRef(subject, 'map')]))
  expect(plain.length).toBeGreaterThan(45)
  expect(JSON.parse(JSON.stringify(portables))).toEqual(portables)
})

const showOdd = (_: string, value: unknown): unknown => typeof value === 'bigint' || value === undefined || Number.isNaN(value) ? String(value) : value
