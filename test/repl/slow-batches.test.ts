/** The sentence on a slow batch over the real engine: it names the operator though nobody but it listens to the engine's stages. */
import { expect, test } from 'vitest'
import { watchSlowBatches } from '#src/repl/slow-batches.js'
import { openContext } from '../support/context.js'

test('a batch that is too slow names the operator that takes the time', async () => {
  const { sc, ssc, batches, step } = openContext()
  const said: string[] = []
  let nowMs = 0
  // Every batch is slower than that, and each look at the clock finds it moved on: nothing is measured.
  const end = watchSlowBatches(sc.events, () => -1, text => said.push(text), () => nowMs += 1000)
  try {
    batches([['to', 'be']]).map(word => [word, 1]).reduceByKey((a, b) => a + b).foreachRDD(rdd => rdd.collect())
    ssc.start()
    await step()
    expect(said).toEqual([expect.stringMatching(/^the batch of 1000 ms took .* ms of it up to (reduceByKey|collect) at .*slow-batches\.test\.ts:\d+\. Batches will wait/)])
  } finally {
    end()
    await ssc.stop()
    await sc.stop()
  }
})
