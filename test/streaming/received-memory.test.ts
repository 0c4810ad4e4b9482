/** What a batch has read is garbage when the next one runs, unless it is kept to be looked at: no job that is remembered, no plan and no promise holds it. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { EventBus } from '#src/core/events.js'
import { ManualClock, Seconds, SparkConf, SparkContext, StreamingContext } from '#src/index.js'
import type { BlocksNode } from '#src/plan/rdd-plan.js'
import { LineFeeder } from '../support/line-feeder.js'

setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc') as () => void

test('of a word count, the blocks of the last batch are left', async () => {
  const [clock, events, server] = [new ManualClock(), new EventBus(), await LineFeeder.open()]
  events.on('printed', () => {})
  const sc = new SparkContext(new SparkConf().setMaster('local[2]').set('spark.tspark.history', 0), 'received', events)
  const ssc = new StreamingContext(sc, Seconds(1), { clock })
  const handles: WeakRef<object>[] = []
  const lines = ssc.socketTextStream('127.0.0.1', server.port)
  lines.flatMap(line => line.split(' ')).map(word => [word, 1]).reduceByKey((a, b) => a + b).print()
  const during: number[] = []
  lines.foreachRDD(async rdd => {
    gc()
    during.push(handles.filter(handle => handle.deref()).length)
    for (const { data } of (rdd.node as BlocksNode).blocks) handles.push(new WeakRef((data as { buffer: object }).buffer))
    await rdd.count()
  })
  ssc.start()
  await server.connected()
  const alive: number[] = []
  for (let batch = 0; batch < 5; batch++) {
    const arrived = new Promise<void>(resolve => { const off = events.on('received', () => { off(); resolve() }) })
    await server.send('to be or not to be\n'.repeat(50))
    await arrived
    clock.advance(1000)
    await ssc.idle()
    for (let turn = 0; turn < 3; turn++) {
      await new Promise(setImmediate)
      gc()
    }
    alive.push(handles.filter(handle => handle.deref()).length)
  }
  await ssc.stop()
  await server.close()
  expect(handles.length).toBeGreaterThanOrEqual(5)
  expect(during).toEqual([0, 0, 0, 0, 0])
  expect(alive).toEqual([1, 1, 1, 1, 1]) // of the last one only, for slice()
})
