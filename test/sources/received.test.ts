/** What was received is taken by batches of its own time: after a restart the batches of the time between come first, and are empty. */
import { expect, test } from 'vitest'
import { Time } from '#src/core/time.js'
import { collection } from '#src/operators/combine.js'
import { ReceivedSource } from '#src/sources/received.js'
import { rowsOf, sourceContext } from '../support/source-context.js'

test('batches up to the start take nothing', async () => {
  const source = new ReceivedSource('localhost:9999', { kind: 'socketText', host: 'localhost', port: 9999 })
  const received = { rdd: collection(['line'], 1, { operator: 'test', site: undefined }), records: 1, bytes: 5 }
  source.start({ ...sourceContext(3000), startReceiver: () => ({ take: async () => received, stop: async () => {}, ended: () => false }) })
  const taken = await Promise.all([1000, 3000, 4000].map(async ms => rowsOf((await source.batch(new Time(ms)))!.rdd)))
  expect(taken).toEqual([[], [], ['line']])
})
