/** What can be wrong with a Spark, and how it is said; none of it ends the program. */
import { createServer, type AddressInfo } from 'node:net'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { SparkConf } from '#src/core/conf.js'
import { EventBus } from '#src/core/events.js'
import type { Engine } from '#src/engine/engine.js'
import { openEngine } from '#src/engine/registry.js'
import { findSpark } from '#src/engine/spark/spark-home.js'
import { fakeSpark, sparkOver } from '../../support/fake-spark.ts'
import { sum } from '../../support/kernel-rows.ts'
import * as p from '../../support/plans.ts'

const fake = fakeSpark()
const others = { old: fakeSpark({ spark: '3.3.1' }), java8: fakeSpark({ spark: '4.3.0', java: '1.8.0_292' }) }
afterAll(() => { for (const each of [fake, ...Object.values(others)]) each.remove() })
const before = { ...process.env }
afterEach(() => { for (const name of ['JAVA_HOME', 'FAKE_SPARK', 'SPARK_HOME']) if (before[name] === undefined) delete process.env[name]; else process.env[name] = before[name] })

const outcome = async (engine: Engine): Promise<unknown> => {
  try { return await p.collect(engine, p.rows([1, 2])) } catch (error) { return (error as { code?: string }).code ?? error } finally { await engine.stop() }
}

const ROWS: [string, string, () => { home?: string; env?: Record<string, string>; conf?: Record<string, string> }][] = [
  ['no Spark where SPARK_HOME says', 'SPARK_HOME_INVALID', () => ({ home: '/nowhere' })],
  ['a Spark that is too old', 'SPARK_VERSION_UNSUPPORTED', () => ({ home: others.old.home })],
  ['no Java where JAVA_HOME says', 'JAVA_NOT_FOUND', () => ({ env: { JAVA_HOME: '/nowhere' } })],
  ['a Java that is too old', 'JAVA_TOO_OLD', () => ({ home: others.java8.home, env: { JAVA_HOME: others.java8.javaHome } })],
  ['a launcher that fails', 'SPARK_START_FAILED', () => ({ env: { FAKE_SPARK: 'fails' } })],
  ['a gateway that refuses us', 'SPARK_GATEWAY_REFUSED', () => ({ env: { FAKE_SPARK: 'secret' } })],
  ['a port that is taken', 'SPARK_PORT_TAKEN', () => ({ env: { FAKE_SPARK: 'port' } })],
  ['too little memory', 'SPARK_START_FAILED', () => ({ env: { FAKE_SPARK: 'memory' } })],
  ['a master that is a web page', 'MASTER_REFUSED', () => ({ env: { FAKE_SPARK: 'http' } })],
  ['a master with another secret', 'MASTER_REFUSED', () => ({ env: { FAKE_SPARK: 'authentication' } })],
  ['a worker that is not there', 'WORKER_NOT_STARTED', () => ({ conf: { 'spark.tspark.worker': '/nowhere/tspark-worker.cjs' } })],
]
test.each(ROWS)('%s: %s', async (_, code, how) => {
  const { home = fake.home, env = {}, conf = {} } = how()
  Object.assign(process.env, { JAVA_HOME: fake.javaHome, ...env })
  expect(await outcome(sparkOver(home, conf))).toBe(code)
})

test('the message of a launcher that fails has what it said', async () => {
  Object.assign(process.env, { JAVA_HOME: fake.javaHome, FAKE_SPARK: 'fails' })
  const engine = sparkOver(fake.home)
  await expect(p.collect(engine, p.rows([1]))).rejects.toThrow('org.apache.spark.SparkException: the disk is on fire')
  await engine.stop()
})

test('what Spark says is in the message, and not its stack', async () => {
  Object.assign(process.env, { JAVA_HOME: fake.javaHome, FAKE_SPARK: 'memory' })
  const engine = sparkOver(fake.home)
  await expect(p.collect(engine, p.rows([1]))).rejects.toThrow(/^Spark did not start: System memory 100 must be at least 471859200. Please increase heap size$/)
  await engine.stop()
})

test('what was wrong can be mended meanwhile: the next job tries again, with all that was made before', async () => {
  Object.assign(process.env, { JAVA_HOME: '/nowhere' })
  const engine = sparkOver(fake.home)
  const counts = p.reduceByKey(sum, 1)(p.rows([['a', 1], ['b', 1], ['a', 1]]))
  await expect(p.collect(engine, counts)).rejects.toMatchObject({ code: 'JAVA_NOT_FOUND' })
  await expect(p.collect(engine, counts)).rejects.toMatchObject({ code: 'JAVA_NOT_FOUND' })
  process.env.JAVA_HOME = fake.javaHome
  expect(await p.collect(engine, counts)).toEqual([['a', 2], ['b', 1]])
  await engine.stop()
})

test('an error is said by the job that waits for it, else by itself', async () => {
  const said: string[] = []
  const events = new EventBus()
  events.on('message', ({ level, text }) => { if (level === 'error') said.push(text) })
  const engine = sparkOver('/nowhere', {}, events)
  await expect(p.collect(engine, p.rows([1]))).rejects.toMatchObject({ code: 'SPARK_HOME_INVALID' })
  expect(said).toEqual([])
  engine.warmUp!()
  await expect.poll(() => said).toEqual([expect.stringMatching(/^spark.tspark.sparkHome is \/nowhere.*\n {2}fix: /)])
  await engine.stop()
})

test('a Spark that never comes: what it does is told, and it can be left', async () => {
  Object.assign(process.env, { JAVA_HOME: fake.javaHome, FAKE_SPARK: 'noMaster' })
  const events = new EventBus()
  const told = new Promise(resolve => { events.on('message', ({ text }) => { if (text.includes('h:7077')) resolve(text) }) })
  const engine = sparkOver(fake.home, {}, events)
  const job = expect(p.collect(engine, p.rows([1]))).rejects.toMatchObject({ code: expect.stringMatching(/CONTEXT_STOPPED|JOB_CANCELLED/) as string })
  expect(await told).toBe('the master at h:7077 does not answer; Spark tries again for a minute')
  await engine.stop()
  await job
})

test('a master that nobody runs is said at once', async () => {
  process.env.JAVA_HOME = fake.javaHome
  const server = createServer()
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => { server.close(resolve) })
  const conf = new SparkConf([['spark.tspark.sparkHome', fake.home]])
  expect(await outcome(openEngine({ master: `spark://127.0.0.1:${port}`, conf, events: new EventBus() }) as Engine)).toBe('MASTER_UNREACHABLE')
})

describe('where Spark is looked for', () => {
  const around = (SPARK_HOME: string | undefined, pyspark = '', cache = '/nowhere') => ({ env: { SPARK_HOME }, pyspark: () => pyspark, cache })
  test.each<[string, string, ReturnType<typeof around>]>([
    ['the setting first', fake.home, around('/nowhere', '/nowhere')],
    ['then SPARK_HOME', '', around(fake.home, others.old.home)],
    ['then Python', '', around(undefined, fake.home)],
    ['then the cache', '', around('', '', fake.home)],
  ])('%s', (_, setting, place) => { expect(findSpark(setting, place)).toEqual({ path: fake.home, version: '3.5.7' }) })
  test('nowhere', () => { expect(() => findSpark('', around(undefined))).toThrow(expect.objectContaining({ code: 'SPARK_NOT_FOUND' }) as Error) })
})

describe('the table of engines', () => {
  const open = (master: string, engine = '') => openEngine({ master, conf: new SparkConf(engine ? [['spark.tspark.engine', engine]] : []), events: new EventBus() }).constructor.name
  test.each([['local[2]', '', 'EmbeddedEngine'], ['local[2]', 'spark', 'SparkEngine'], ['local:2', 'spark', 'SparkEngine'], ['spark://h:7077', '', 'SparkEngine'], ['yarn', '', 'SparkEngine'], ['k8s://https://h:6443', '', 'SparkEngine'], ['local', 'embedded', 'EmbeddedEngine']])('%s %s', (master, engine, name) => {
    expect(open(master, engine)).toBe(name)
  })
  test('what is none', () => {
    expect(() => open('nonsense')).toThrow('Could not parse Master URL')
    expect(() => open('local', 'flink')).toThrow('spark.tspark.engine is "flink"')
  })
})

test('a JVM that dies fails its jobs, and is said once; the program goes on', async () => {
  process.env.JAVA_HOME = fake.javaHome
  const events = new EventBus()
  const said: string[] = []
  events.on('message', ({ level, text }) => { if (level === 'error') said.push(text) })
  const engine = sparkOver(fake.home, {}, events)
  const pid = await p.run(engine, p.rows([1], 1), { kind: 'apply', f: p.ref('apply', () => process.ppid) }).then(([ppid]) => ppid as number)
  // The worker's parent is the daemon, whose parent is the "JVM".
  const jvm = Number(/^PPid:\s+(\d+)/m.exec((await import('node:fs')).readFileSync(`/proc/${pid}/status`, 'utf8'))![1])
  const endless = p.run(engine, p.rows([1], 1), { kind: 'apply', f: p.ref('apply', () => { for (;;) { /* until it is killed */ } }) })
  const lost = expect(endless).rejects.toMatchObject({ code: 'SPARK_LOST' })
  process.kill(jvm, 'SIGKILL')
  await lost
  await expect(p.collect(engine, p.rows([1]))).rejects.toMatchObject({ code: 'SPARK_LOST' })
  await vi.waitFor(() => expect(said).toHaveLength(1)) // its connections may break before its end is known
  await engine.stop()
  expect(said).toHaveLength(1)
})
