/**
 * Spark's own receivers on real Sparks: on local[2], where one core receives and the other works, and on a standalone cluster whose
 * executors are killed. Skipped by name where a Spark or Java is missing.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { EventBus } from '#src/core/events.js'
import { Milliseconds, StreamingContext, type DStream, type SparkContext } from '#src/index.js'
import { LineFeeder } from '../support/line-feeder.ts'
import { ROOT } from '../support/programs.ts'
import { Cluster, commandOf, contextOn, homeOf, processesUnder, SPARKS } from '../support/real-spark.ts'

// Counts, not rates: on a busy machine little would be let in.
const ON_EXECUTORS = { 'spark.tspark.receivers': 'executors', 'spark.streaming.backpressure.enabled': 'false' }
const directory = mkdtempSync(join(tmpdir(), 'tspark-receivers-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

let feeder: LineFeeder
beforeEach(async () => { feeder = await LineFeeder.open() })
afterEach(() => feeder.close())

/** Counts of words, and an event for each change. */
class Totals {
  readonly counts = new Map<string, number>()
  #wake = (): void => {}

  add(counts: readonly [string, number][]): void {
    for (const [word, count] of counts) this.counts.set(word, (this.counts.get(word) ?? 0) + count)
    this.#wake()
  }

  get sum(): number { return [...this.counts.values()].reduce((a, b) => a + b, 0) }
  async reach(sum: number): Promise<void> { while (this.sum < sum) await new Promise<void>(resolve => { this.#wake = resolve }) }
}

function counting(lines: DStream<string>): Totals {
  const totals = new Totals()
  lines.flatMap(line => line.split(' ')).map(word => [word, 1]).reduceByKey((a, b) => a + b, 2)
    .foreachRDD(async rdd => { totals.add(await rdd.collect() as [string, number][]) })
  return totals
}

describe.each(SPARKS)('$name, local[2]', ({ version, skip }) => {
  describe.skipIf(skip)('', () => {
    const events = new EventBus()
    let said: string[] = []
    events.on('message', ({ level, text }) => { if (!/is (ready|starting)|registered/.test(text)) said.push(`${level} ${text}`) })
    let sc: SparkContext
    beforeAll(() => { sc = contextOn(version, 'local[2]', ON_EXECUTORS, events) })
    beforeEach(() => { said = [] })
    afterAll(() => sc?.stop())

    test('every line is counted once; a server that goes and comes is said; a graceful stop takes the rest', async () => {
      const ssc = new StreamingContext(sc, Milliseconds(1000))
      const lines = ssc.socketTextStream('127.0.0.1', feeder.port)
      const totals = counting(lines)
      const inWindow: number[] = []
      lines.window(Milliseconds(3000), Milliseconds(1000)).count().foreachRDD(async rdd => { inWindow.push(...await rdd.collect()) })
      ssc.start()
      await feeder.connected()
      await feeder.send('to be\n'.repeat(1000), () => 0.4)
      await totals.reach(2000)
      await feeder.goAway()
      await expect.poll(() => said.join(), { timeout: 20_000 }).toContain(`127.0.0.1:${feeder.port} closed the connection`)
      await feeder.listen()
      await feeder.connected(2)
      await feeder.send('or not\n'.repeat(1000))
      const over = new Promise<void>(resolve => { events.on('receiverError', () => resolve()) })
      feeder.end()
      await over
      await ssc.stop(false, true)
      expect([...totals.counts].sort()).toEqual([['be', 1000], ['not', 1000], ['or', 1000], ['to', 1000]])
      expect(Math.max(...inWindow)).toBeGreaterThanOrEqual(1000)
      expect(said.filter(text => /^error|driver's machine/.test(text))).toEqual([])
      await expect.poll(() => feeder.clients.size).toBe(0)
    })
  })
})

// Each way on one of the versions: the JVM's half of it is the same in both.
const WAYS = [
  { way: 'a write-ahead log', settings: { 'spark.streaming.receiver.writeAheadLog.enable': 'true' } },
  { way: 'two copies of each block', settings: {} },
]

describe.each(SPARKS.map((spark, i) => ({ ...spark, ...WAYS[i % WAYS.length]! })))('$name, a master and two workers', ({ version, skip, way, settings }) => {
  describe.skipIf(skip)('', () => {
    let cluster: Cluster
    beforeAll(async () => { cluster = await Cluster.start(version, 2) })
    afterAll(() => cluster?.stop())

    const executors = (): number[] => processesUnder(process.pid, /CoarseGrainedExecutorBackend/)
    const isLogged = Object.keys(settings).length > 0

    test(`${way}: what was stored is counted once, whichever executor is killed`, async () => {
      const events = new EventBus()
      const elsewhere: string[] = []
      events.on('message', ({ text }) => { if (text.includes('driver\'s machine')) elsewhere.push(text) })
      const sc = contextOn(version, cluster.master, { 'spark.executor.memory': '512m', ...ON_EXECUTORS, ...settings }, events)
      const ssc = new StreamingContext(sc, Milliseconds(2000))
      const logs = join(directory, `logs ${version}`)
      if (isLogged) ssc.checkpoint(logs)
      const totals = counting(ssc.socketTextStream('127.0.0.1', feeder.port))
      let records = 0
      let wake = (): void => {}
      events.on('received', event => { records = event.records; wake() })
      ssc.start()
      await feeder.connected()
      const first = executors()
      expect(first).toHaveLength(2)
      for (let chunk = 1; chunk <= 3; chunk++) {
        await expect.poll(() => feeder.clients.size, { timeout: 60_000 }).toBe(1)
        await feeder.send('to be\n'.repeat(500))
        while (records < chunk * 500) await new Promise<void>(resolve => { wake = resolve })
        // It is stored and handed over; its batch is about to run.
        if (chunk < 3) {
          process.kill(first[chunk - 1]!, 'SIGKILL')
          await expect.poll(executors, { timeout: 60_000 }).toHaveLength(2)
        }
        await totals.reach(chunk * 1000)
      }
      expect([...totals.counts].sort()).toEqual([['be', 1500], ['to', 1500]])
      if (isLogged) expect(readdirSync(logs).some(name => name.startsWith('receivers-'))).toBe(true)
      expect(elsewhere).toEqual([])
      await sc.stop()
      await expect.poll(() => feeder.clients.size).toBe(0)
      if (isLogged) expect(readdirSync(logs).filter(name => name.startsWith('receivers-'))).toEqual([])
    })
  })
})

describe.each(SPARKS)('$name, the driver is killed while Spark receives', ({ version, skip }) => {
  test.skipIf(skip)('nothing of it runs 5 s later, and the connection has ended', async () => {
    const program = join(directory, 'receiving.mjs')
    writeFileSync(program, `
      import { Milliseconds, SparkConf, SparkContext, StreamingContext } from ${JSON.stringify(pathToFileURL(join(ROOT, 'dist/src/index.js')).href)}
      const sc = new SparkContext(new SparkConf().setMaster('local[2]').set('spark.tspark.engine', 'spark').set('spark.tspark.receivers', 'executors'))
      const ssc = new StreamingContext(sc, Milliseconds(500))
      ssc.socketTextStream('127.0.0.1', ${feeder.port}).foreachRDD(async rdd => { if (await rdd.count() > 0) console.log('at work') })
      ssc.start()
      await ssc.awaitTermination()`)
    const driver = spawn(process.execPath, [program], { env: { ...process.env, SPARK_HOME: homeOf(version) }, stdio: ['ignore', 'pipe', 'inherit'] })
    const atWork = new Promise<void>(resolve => { driver.stdout.on('data', data => { if (String(data).includes('at work')) resolve() }) })
    await feeder.connected()
    await feeder.send('a line\n')
    await atWork
    const all = processesUnder(driver.pid!, /./).filter(pid => pid !== driver.pid)
    expect(all.map(commandOf).filter(command => command.includes('java')).length).toBeGreaterThan(0)
    driver.kill('SIGKILL')
    await expect.poll(() => all.map(commandOf).filter(Boolean), { timeout: 5000, interval: 100 }).toEqual([])
    expect(feeder.clients.size).toBe(0)
  })
})
