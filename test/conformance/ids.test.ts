/**
 * Every case of Spark's own tests is a test here under its id: those that run from their data in conformance.test.ts, each other
 * one as a test, or as a row of one, that is named for it.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from '../support/programs.js'

const cases = JSON.parse(readFileSync(join(ROOT, 'test/conformance/cases.json'), 'utf8')) as { id: string; kind: string }[]
const FROM_DATA = ['data', 'error', 'partitions', 'eventually']
const tests = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.test.ts')).map(file => readFileSync(join(ROOT, 'test', file), 'utf8')).join('\n')

/** test('id: …'), the name behind test.each(…), or the first column of its rows. */
const isNamed = (id: string): boolean => new RegExp(`(?:\\b(?:test|describe)\\(|\\)\\(|\\[|\\bid: )['\`]${id}(?=[':,\` ])`).test(tests)

test('each has its test', () => {
  const owed = cases.filter(({ id, kind }) => !FROM_DATA.includes(kind) && !isNamed(id)).map(({ id }) => id)
  expect(owed).toEqual([])
})
