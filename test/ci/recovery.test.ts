/** Recovery at every place: each stream is cut off after and within each of its batches, and goes on as if nothing had happened. */
import { afterAll, describe, expect, test } from 'vitest'
import { openSpark } from '../support/context.js'
import { RecoveredRun } from '../support/recovered-run.js'
import { BATCHES, INPUT, pipelines } from '../support/recovery-pipelines.js'

const sc = openSpark()
const recovery = new RecoveredRun(sc)
afterAll(async () => { recovery.end(); await sc.stop() })

describe.each(pipelines(sc))('$name', pipeline => {
  test('after and within each batch', async () => {
    const { outputs, cuts } = await recovery.whole(pipeline, INPUT, BATCHES)
    for (const cut of cuts) expect(await recovery.after(cut, pipeline, INPUT, BATCHES)).toEqual(recovery.expected(cut, outputs))
  })
})
