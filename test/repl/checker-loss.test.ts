/** The checker's thread is lost in the middle of a session: the session goes on with all it knew. */
import { setTimeout as later } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { line, openSession } from './support/sessions.js'

// Each step doubles the work of the one before: the checker is at it for longer than anyone waits.
const ENDLESS_TYPE = `type Pairs<T extends unknown[], N extends unknown[]> = N['length'] extends 24 ? T : Pairs<[...T, N], [...N, 0]> | Pairs<[...T, [N]], [...N, 0]>
const hard: Pairs<[], []> = 1`

test('a check that does not end is given up by Ctrl-C', async () => {
  const session = await openSession()
  expect(line(await session.evaluate('const kept = [1, 2]; type Kept = typeof kept'))).toContain('kept: number[]')
  const outcome = session.evaluate(ENDLESS_TYPE)
  while (!session.interrupt()) await later(50)
  expect(line(await outcome)).toBe('interrupted')
  expect(line(await session.evaluate('const again: Kept = [...kept, 3]; again'))).toBe('again: number[]; = [1,2,3]: number[]')
  expect(session.bindings().map(({ name }) => name)).toEqual(expect.arrayContaining(['kept', 'again']))
  await session.close()
}, 60_000)
