/** Where a stream is received, what Java's words mean, and which settings the JVM is given. */
import { describe, expect, test } from 'vitest'
import { SparkConf } from '#src/core/conf.js'
import type { ReceiverSpec } from '#src/engine/engine.js'
import { factOf } from '#src/engine/spark/receiver-facts.js'
import { placeOf } from '#src/engine/spark/receiver-place.js'
import { jvmConf } from '#src/engine/spark/streaming-conf.js'

const CLUSTER = 'spark://host:7077'
const socket = { kind: 'socketText', stream: 0, name: 'logs:9999', host: 'logs', port: 9999, batchMs: 1000, checkpointDirectory: '/shared' } as const
const local = { ...socket, host: 'localhost' }
const custom = { kind: 'custom', stream: 0, name: 'Mine', receiver: {}, batchMs: 1000 } as const
const set = (value: string) => ({ 'spark.tspark.receivers': value })
const LOG = { 'spark.streaming.receiver.writeAheadLog.enable': 'true' }

const ROWS: [string, ReceiverSpec, string, Record<string, string>, 'driver' | 'executors', string?][] = [
  ['a socket, on a cluster', socket, CLUSTER, {}, 'executors'],
  ['localhost, on a cluster', local, CLUSTER, {}, 'driver'],
  ['localhost, asked for', local, CLUSTER, set('executors'), 'executors'],
  ['a socket, on one machine', socket, 'local[4]', {}, 'driver'],
  ['the same, asked for', socket, 'local[4]', set('executors'), 'executors'],
  ['a socket, set to the driver', socket, CLUSTER, set('driver'), 'driver'],
  ['a receiver in JavaScript', custom, CLUSTER, {}, 'driver'],
  ['the same, asked for', custom, CLUSTER, set('executors'), 'driver', 'it is written in JavaScript'],
  ['an end that is an end', { ...socket, once: true }, CLUSTER, set('executors'), 'driver', 'it ends with its connection, and Spark\'s receivers connect again for ever'],
  ['a clock that is stepped', { ...socket, batchMs: undefined }, CLUSTER, set('executors'), 'driver', 'its clock is moved by hand'],
  ['a log without a directory', { ...socket, checkpointDirectory: undefined }, CLUSTER, LOG, 'driver', 'spark.streaming.receiver.writeAheadLog.enable needs ssc.checkpoint(directory)'],
  ['a log', local, CLUSTER, LOG, 'executors'],
]
test.each(ROWS)('%s', (_, spec, master, settings, on, why) => {
  expect(placeOf(spec, { conf: new SparkConf(Object.entries(settings)), master })).toEqual({ on, ...why === undefined ? {} : { why } })
})

test('a place that is none', () => { expect(() => placeOf(socket, { conf: new SparkConf([['spark.tspark.receivers', 'moon']]), master: CLUSTER })).toThrow('executors or driver') })

describe('Java\'s words', () => {
  const delay = 'Restarting receiver with delay 2000ms: '
  test.each([
    [`${delay}Error connecting to logs:9999`, 'java.net.ConnectException: Connection refused\n\tat a.B', { kind: 'failed', code: 'ECONNREFUSED', message: 'java.net.ConnectException: Connection refused' }],
    ['Error starting receiver 0', 'java.net.UnknownHostException: logs\n\tat a.B', { kind: 'failed', code: 'ENOTFOUND', message: 'java.net.UnknownHostException: logs' }],
    [`${delay}Error connecting to logs:9999`, 'java.net.ConnectException: Connection timed out', { kind: 'failed', code: 'ETIMEDOUT', message: 'java.net.ConnectException: Connection timed out' }],
    ['Error starting receiver 0', 'java.net.NoRouteToHostException: No route to host', { kind: 'failed', code: 'EHOSTUNREACH', message: 'java.net.NoRouteToHostException: No route to host' }],
    [`${delay}Socket data stream had no more data`, '', { kind: 'closed', code: undefined, droppedBytes: 0 }],
    [`${delay}Error receiving data`, 'java.net.SocketException: Connection reset', { kind: 'closed', code: 'ECONNRESET', droppedBytes: 0 }],
    [`${delay}Error receiving data`, 'java.io.IOException: odd', { kind: 'closed', code: 'EIO', droppedBytes: 0 }],
    ['Stopped by driver', '', undefined],
  ])('%s: %s', (message, error, fact) => { expect(factOf(message, error)).toEqual(fact) })
})

describe('settings of the JVM', () => {
  const given = (settings: Record<string, string>) => Object.fromEntries(jvmConf(new SparkConf(Object.entries(settings))))
  const OURS = { 'spark.streaming.backpressure.enabled': 'false', 'spark.streaming.unpersist': 'false', 'spark.streaming.concurrentJobs': '1' }
  test.each<[string, Record<string, string>, Record<string, string>]>([
    ['nothing set: the rate of the beginning is ours', {}, { ...OURS, 'spark.streaming.backpressure.initialRate': '1000' }],
    ['whole numbers', { 'spark.streaming.receiver.maxRate': '0.5' }, { ...OURS, 'spark.streaming.backpressure.initialRate': '1000', 'spark.streaming.receiver.maxRate': '1' }],
    ['no limits', { 'spark.streaming.receiver.maxRate': '0', 'spark.streaming.backpressure.initialRate': '0' }, OURS],
    ['no estimate', { 'spark.streaming.backpressure.enabled': 'false' }, OURS],
    ['a log', { ...LOG, 'spark.streaming.backpressure.enabled': 'false' }, { ...OURS, ...LOG, 'spark.streaming.driver.writeAheadLog.allowBatching': 'false' }],
    ['the user\'s own', { 'spark.executor.memory': '1g', 'spark.streaming.backpressure.enabled': 'false' }, { ...OURS, 'spark.executor.memory': '1g' }],
  ])('%s', (_, settings, expected) => { expect(given(settings)).toEqual(expected) })
})
