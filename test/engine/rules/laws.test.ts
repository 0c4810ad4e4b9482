/** Law: a rule gives what the plain way gives, row for row. `.ci/run` plays thirty thousand programs. */
import { expect, test } from 'vitest'
import { playPrograms } from '../../support/rule-programs.ts'

test.each([1, 201, 401])('random programs from seed %i on give the same with and without their rules', seed => {
  const { played, ruled, through } = playPrograms(seed, 200)
  expect(ruled).toBeGreaterThan(played * 0.6)
  expect(through).toBeGreaterThan(played * 0.4)
}, 60_000)
