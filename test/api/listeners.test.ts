/** StreamingListener and StatsReportListener: which calls come, in which order, with what in them. */
import { afterAll, expect, test } from 'vitest'
import { BatchInfo, Receiver, StatsReportListener, Time, type StreamingListener } from '#src/index.js'
import { openContext, openSpark } from '../support/context.js'

const sc = openSpark()
afterAll(() => sc.stop())

function recorder(): { readonly calls: [string, any][]; readonly listener: StreamingListener } {
  const calls: [string, any][] = []
  const names = ['onStreamingStarted', 'onReceiverStarted', 'onReceiverError', 'onReceiverStopped', 'onBatchSubmitted', 'onBatchStarted', 'onBatchCompleted', 'onOutputOperationStarted', 'onOutputOperationCompleted']
  return { calls, listener: Object.fromEntries(names.map(name => [name, (event: unknown) => { calls.push([name.slice(2), event]) }])) }
}

test('a batch is submitted, started, its outputs run, and it is completed', async () => {
  const stage = openContext({ sc })
  const { calls, listener } = recorder()
  stage.ssc.addStreamingListener(listener)
  stage.ssc.addStreamingListener(listener)
  stage.ssc.addStreamingListener({ onBatchStarted() { throw new Error('harms nobody') } })
  const numbers = stage.batches([[1, 2, 3]])
  numbers.count().print()
  numbers.foreachRDD(() => { throw new Error('no') })
  stage.ssc.start()
  stage.ssc.awaitTermination().catch(() => {})
  await stage.step(1)
  stage.ssc.removeStreamingListener(listener)
  await stage.step(1)
  await stage.ssc.stop()
  expect(calls.map(([name]) => name)).toEqual([
    'StreamingStarted', 'BatchSubmitted', 'BatchStarted', 'OutputOperationStarted', 'OutputOperationCompleted', 'OutputOperationStarted', 'OutputOperationCompleted', 'BatchCompleted',
  ])
  const info: BatchInfo = calls.at(-1)![1].batchInfo
  expect(info).toBeInstanceOf(BatchInfo)
  expect([info.batchTime, info.numRecords, info.schedulingDelay, info.processingDelay, info.totalDelay]).toEqual([new Time(1000), 3, 0, 0, 0])
  expect(calls[1]![1].batchInfo.totalDelay).toBe(undefined)
  expect([...info.outputOperationInfos.values()].map(({ id, name, startTime, endTime, failureReason }) => [id, name, startTime, endTime, failureReason])).toEqual([
    [0, 'count', 1000, 1000, undefined], [1, 'batches', 1000, 1000, 'Error: no'],
  ].map(row => [row[0], expect.any(String), ...row.slice(2)]))
})

test('who listens to one context hears nothing of another on the same SparkContext', async () => {
  const [first, second] = [openContext({ sc }), openContext({ sc })]
  const heard: number[] = []
  first.ssc.addStreamingListener({ onBatchCompleted: ({ batchInfo }) => { heard.push(batchInfo.numRecords) } })
  for (const { stage, rows } of [{ stage: first, rows: [1] }, { stage: second, rows: [1, 2] }]) {
    stage.batches([rows]).foreachRDD(() => {})
    stage.ssc.start()
    await stage.step(1)
    await stage.ssc.stop()
  }
  expect(heard).toEqual([1])
})

test('receivers are told of, with their last error', async () => {
  const stage = openContext({ sc })
  const { calls, listener } = recorder()
  class Odd extends Receiver<number> { onStart(): void { this.reportError('odd header') } onStop(): void {} }
  stage.ssc.addStreamingListener(listener)
  stage.ssc.receiverStream(new Odd()).print()
  const told = new Promise(resolve => { sc.events.on('receiverError', resolve) })
  stage.ssc.start()
  await told
  await stage.ssc.stop()
  const receivers = calls.filter(([name]) => name.startsWith('Receiver')).map(([name, { receiverInfo }]) => [name, receiverInfo.name, receiverInfo.active, receiverInfo.lastErrorMessage])
  expect(receivers).toEqual([['ReceiverStarted', 'Odd', true, ''], ['ReceiverError', 'Odd', true, 'odd header'], ['ReceiverStopped', 'Odd', false, 'odd header']])
})

test('StatsReportListener tells how the last delays are distributed', () => {
  const lines: string[] = []
  const stats = new StatsReportListener(3, line => lines.push(line))
  for (const delay of [1000, 10, 20, 30]) stats.onBatchCompleted({ batchInfo: new BatchInfo(new Time(0), new Map(), 100, 105, 105 + delay, new Map()) })
  expect(lines.slice(-6)).toEqual([
    'Total delay: (count: 3, mean: 25.000000, stdev: 8.164966, max: 35.000000, min: 15.000000)',
    '\t0%\t5%\t10%\t25%\t50%\t75%\t90%\t95%\t100%',
    '\t15 ms\t15 ms\t15 ms\t15 ms\t25 ms\t35 ms\t35 ms\t35 ms\t35 ms',
    'Processing time: (count: 3, mean: 20.000000, stdev: 8.164966, max: 30.000000, min: 10.000000)',
    '\t0%\t5%\t10%\t25%\t50%\t75%\t90%\t95%\t100%',
    '\t10 ms\t10 ms\t10 ms\t10 ms\t20 ms\t30 ms\t30 ms\t30 ms\t30 ms',
  ])
})
