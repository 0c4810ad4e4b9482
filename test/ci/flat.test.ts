/** A session of 300 lines: each line makes the checker parse the same few texts, however long the session is. Counted, not timed. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Session } from '#src/repl/session.js'
import { line, openSession } from '../repl/support/sessions.js'

let session: Session
beforeAll(async () => { session = await openSession() })
afterAll(() => session.close())

/** Four lines of five declare something, as people do, and use what earlier lines declared. */
const entered = (at: number): string => [
  `const counts${at} = () => words.map(w => [w, ${at}]).reduceByKey((a, b) => a + b)`,
  `class Kind${at} { constructor(readonly n = ${at}) {} next() { return new Kind${at}(this.n + 1) } }`,
  `const kind${at} = new Kind${at - 1}().next()`,
  `function plus${at}(n: number) { return n + kind${at - 1}.n }`,
  `plus${at - 1}(1)`,
][at % 5]!

test('line 300 parses no more than line 10', { timeout: 120_000 }, async () => {
  const parsed: number[] = []
  for (let at = 0; at < 300; at++) {
    const before = await session.parsedFiles()
    const outcome = await session.evaluate(entered(at))
    expect(outcome.kind, line(outcome)).toBe('done')
    parsed.push(await session.parsedFiles() - before)
  }
  const first = Math.max(...parsed.slice(5, 15))
  expect(Math.max(...parsed.slice(15))).toBeLessThanOrEqual(first)
  expect(first).toBeLessThanOrEqual(4)
})
