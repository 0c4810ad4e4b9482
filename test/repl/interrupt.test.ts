/** Ctrl-C while a line waits: the wait ends, its job is cancelled, and what the line had not finished is gone. */
import { setTimeout as later } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Outcome, Session } from '#src/repl/session.js'
import { line, openSession, prelude } from './support/sessions.js'

let session: Session
const jobs = { cancelled: [] as string[] }
beforeAll(async () => { session = await openSession({ prelude: prelude(jobs) }) })
afterAll(() => session.close())

/** Interrupts as soon as the line waits. */
async function interrupted(text: string): Promise<Outcome> {
  const outcome = session.evaluate(text)
  while (!session.interrupt()) await later(1)
  return outcome
}

test.each([
  ['endless()', 'interrupted', 1],
  ['const unmade = endless()', 'interrupted', 1],
  ['await new Promise(() => {})', 'interrupted', 0],
  ['const before = 1; endless()', 'interrupted before', 1],
  ['const notKept = 1; endless(); notKept', 'interrupted', 1],
  ['const lost = await endless()', 'interrupted', 1],
  ['for await (const each of { async *[Symbol.asyncIterator]() { await new Promise(() => {}) } }) each', 'interrupted', 0],
  ['const anyJob: any = endless(); anyJob', 'interrupted', 1],
])('%s', async (entered, outcome, cancelled) => {
  jobs.cancelled.length = 0
  expect(line(await interrupted(entered))).toBe(outcome)
  expect(jobs.cancelled).toEqual(Array(cancelled).fill('from the prompt'))
})

test('what was finished is there, what was not is gone', async () => {
  expect(line(await session.evaluate('before'))).toBe('= 1: number')
  for (const name of ['unmade', 'notKept', 'lost']) expect(line(await session.evaluate(name))).toBe('refused 1:1 TS2304')
})

test('nothing is interrupted where nothing waits', () => { expect(session.interrupt()).toBe(false) })

test('the synchronous part runs where the shell can be interrupted', async () => {
  const calls: string[] = []
  const withSigint = <T>(run: () => T): T => {
    calls.push('raw mode off')
    try { return run() } finally { calls.push('raw mode on') }
  }
  expect(line(await session.evaluate('1 + 1', { withSigint }))).toBe('= 2: number')
  expect(line(await session.evaluate('throw 1', { withSigint }))).toBe('failed 1')
  expect(calls).toEqual(['raw mode off', 'raw mode on', 'raw mode off', 'raw mode on'])
})
