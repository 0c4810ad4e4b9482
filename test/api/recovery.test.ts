/**
 * Recovery from a checkpoint is invisible: whatever a stream computes, cut off after or within any batch, it goes on from its
 * directory and gives what it would have given. Here a few cuts for each stream; test/ci/recovery.test.ts makes all of them.
 */
import { afterAll, describe, expect, test } from 'vitest'
import { ManualClock } from '#src/index.js'
import { openSpark } from '../support/context.js'
import { RecoveredRun, type Outputs } from '../support/recovered-run.js'
import { BATCHES, INPUT, pipelines } from '../support/recovery-pipelines.js'

const sc = openSpark()
const recovery = new RecoveredRun(sc)
afterAll(async () => { recovery.end(); await sc.stop() })
const PIPELINES = pipelines(sc)

describe.each(PIPELINES.map((pipeline, i) => ({ ...pipeline, i })))('$name', ({ i, ...pipeline }) => {
  test('goes on as if nothing had happened', async () => {
    const { outputs, cuts } = await recovery.whole(pipeline, INPUT, BATCHES)
    expect(outputs.size).toBeGreaterThan(2)
    for (const cut of cuts.filter((_, at) => (at + i) % 7 === 0)) expect(await recovery.after(cut, pipeline, INPUT, BATCHES)).toEqual(recovery.expected(cut, outputs))
  })
})

test('batches of the time between are run, in order', async () => {
  const pipeline = PIPELINES.find(({ name }) => name === 'reduceByKeyAndWindow with inverse')!
  const { outputs, cuts } = await recovery.whole(pipeline, INPUT, BATCHES)
  const cut = cuts.find(({ timeMs, where }) => timeMs === 3000 && where === 'between')!
  const clock = new ManualClock(BATCHES * 1000)
  const again: Outputs = new Map()
  await recovery.run(recovery.open(pipeline, INPUT, cut.directory, clock, again), clock, BATCHES * 1000)
  expect([...again]).toEqual([...outputs].slice(3))
})

test('the end of a run is one, too: state goes on from stop()', async () => {
  const pipeline = PIPELINES.find(({ name }) => name === 'updateStateByKey')!
  const { outputs } = await recovery.whole(pipeline, INPUT, BATCHES)
  const directory = recovery.directory()
  const again: Outputs = new Map()
  for (const untilMs of [2000, 3000, 7000, 9000]) {
    const clock = new ManualClock(Math.max(0, ...again.keys()))
    await recovery.run(recovery.open(pipeline, INPUT, directory, clock, again), clock, untilMs)
  }
  expect([...again]).toEqual([...outputs])
})
