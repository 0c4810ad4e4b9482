/** A line that does not finish takes its jobs with it: the executors are free for the next. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { EventBus } from '#src/core/events.js'
import * as tspark from '#src/index.js'
import type { Session } from '#src/repl/session.js'
import { line, openSession } from './support/sessions.js'

const DECLARATIONS = 'export * from "tspark"; import { SparkContext } from "tspark"; export declare const sc: SparkContext; export declare const begun: Promise<void>'
const events = new EventBus()
const sc = new tspark.SparkContext('local[2]', 'lines', events)
const begun = new Promise<void>(resolve => { events.on('console', () => resolve()) })
let session: Session
beforeAll(async () => { session = await openSession({ prelude: { values: { ...tspark, sc, begun }, declarations: DECLARATIONS } }) })
afterAll(async () => { await session.close(); await sc.stop() })

test('a job in an endless loop, behind it a line that fails', async () => {
  const unheard: unknown[] = []
  process.on('unhandledRejection', reason => unheard.push(reason))
  const failed = await session.evaluate('const job: Promise<number[]> = sc.range(2).map(x => { console.log("looping"); while (x >= 0); return x }).collect(); await begun; throw new Error("mine")')
  expect(line(failed)).toBe('failed Error: mine')
  expect(line(await session.evaluate('sc.range(3).count()'))).toBe('= 3: number')
  expect(unheard).toEqual([])
})
