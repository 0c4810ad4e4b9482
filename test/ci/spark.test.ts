/**
 * The engine on real Sparks: every kernel and action on local[2], then a standalone master with two workers, which are killed in the
 * middle. Skipped by name where a Spark or Java is missing.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EventBus } from '#src/core/events.js'
import { Milliseconds, StreamingContext, type SparkContext } from '#src/index.js'
import { ACTIONS, KERNELS, numbers, SORTED } from '../support/kernel-rows.ts'
import { LineFeeder } from '../support/line-feeder.ts'
import { ModelEngine } from '../support/model-engine.ts'
import * as p from '../support/plans.ts'
import { Cluster, commandOf, contextOn, homeOf, processesUnder, SPARKS } from '../support/real-spark.ts'
import { ROOT } from '../support/programs.ts'

const directory = mkdtempSync(join(tmpdir(), 'tspark-real-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

describe.each(SPARKS)('$name, local[2]', ({ version, skip }) => {
  describe.skipIf(skip)('', () => {
    let sc: SparkContext
    beforeAll(() => { sc = contextOn(version, 'local[2]') })
    afterAll(() => sc?.stop())

    test.each(Object.entries(KERNELS))('%s', async (_, rdd) => { expect(await p.run(sc.engine, rdd)).toEqual(await p.run(new ModelEngine(), rdd)) })
    test.each(SORTED)('%s', async (_, rdd, expected) => { expect(await p.collect(sc.engine, rdd)).toEqual(expected) })
    test.each(ACTIONS)('action %s', async (_, action, expected) => { expect(await p.run(sc.engine, numbers, action)).toEqual(expected) })

    test('what is shared', async () => {
      const names = sc.broadcast(new Map([['a', 'Ann']]))
      const rows = sc.longAccumulator()
      expect(await sc.parallelize(['a', 'b'], 2).map(key => { rows.add(1); return names.value.get(key) ?? key }).collect()).toEqual(['Ann', 'b'])
      expect(rows.value).toBe(2)
      names.destroy()
    })

    test('an endless loop is cancelled, and the executor is free', async () => {
      const endless = sc.parallelize([1, 2], 2).map(() => { for (;;) { /* until it is killed */ } })
      const job = endless.count()
      setTimeout(() => job.cancel('as asked'), 1000)
      await expect(job).rejects.toMatchObject({ code: 'JOB_CANCELLED' })
      expect(await sc.parallelize([1, 2, 3], 2).count()).toBe(3)
    })

    test('an error has the record and the operator', async () => {
      await expect(sc.parallelize([1, 2], 2).map(x => { if (x === 2) throw new RangeError('two'); return x }).collect()).rejects.toMatchObject({ code: 'TASK_FAILED', cause: { operator: 'map', record: '2', error: 'RangeError: two' } })
    })

    test('30 batches of state: lineage is cut on the way', async () => {
      const ssc = new StreamingContext(sc, Milliseconds(500))
      let totals: [string, number][] = []
      let batches = 0
      let done = (): void => {}
      const all = new Promise<void>(resolve => { done = resolve })
      const words = ssc.queueStream(Array.from({ length: 30 }, () => sc.parallelize(['a', 'b', 'a'], 2)))
      words.map(word => [word, 1]).updateStateByKey((values, sum?: number) => values.reduce((a, b) => a + b, sum ?? 0)).foreachRDD(async rdd => {
        totals = await rdd.collect()
        if (++batches === 30) done()
      })
      ssc.start()
      await all
      await ssc.stop(false)
      expect(totals.sort()).toEqual([['a', 60], ['b', 30]])
    })
  })
})

describe.each(SPARKS)('$name, a master and two workers', ({ version, skip }) => {
  describe.skipIf(skip)('', () => {
    let cluster: Cluster
    let sc: SparkContext
    const events = new EventBus()
    beforeAll(async () => {
      cluster = await Cluster.start(version, 2)
      sc = contextOn(version, cluster.master, { 'spark.executor.memory': '512m' }, events)
    })
    afterAll(async () => {
      await sc?.stop()
      await cluster?.stop()
    })

    const words = (): Promise<[string, number][]> => sc.parallelize(Array.from({ length: 4000 }, (_, i) => `word ${i % 7}`), 4)
      .map(line => { for (const end = Date.now() + 1; Date.now() < end;) { /* some work */ } return line })
      .flatMap(line => line.split(' ')).map(word => [word, 1]).reduceByKey((a, b) => a + b, 2).collect() as Promise<[string, number][]>
    const total = (counts: [string, number][]): number => counts.reduce((sum, [, count]) => sum + count, 0)

    test('a word count', async () => { expect(total(await words())).toBe(8000) })

    test.each([['a worker process', /tspark-worker\.cjs --child/], ['an executor', /CoarseGrainedExecutorBackend/]])('%s is killed in the middle', async (_, pattern) => {
      const job = words()
      await expect.poll(() => processesUnder(process.pid, pattern), { timeout: 60_000 }).not.toEqual([])
      process.kill(processesUnder(process.pid, pattern)[0]!, 'SIGKILL')
      expect(total(await job)).toBe(8000)
    })

    test('lines of a socket, while an executor is killed', async () => {
      const feeder = await LineFeeder.open()
      const ssc = new StreamingContext(sc, Milliseconds(1000))
      const totals = new Map<string, number>()
      let done = (): void => {}
      const all = new Promise<void>(resolve => { done = resolve })
      ssc.socketTextStream('localhost', feeder.port).flatMap(line => line.split(' ')).map(word => [word, 1]).reduceByKey((a, b) => a + b).foreachRDD(async rdd => {
        for (const [word, count] of await rdd.collect()) totals.set(word, (totals.get(word) ?? 0) + count)
        if ([...totals.values()].reduce((a, b) => a + b, 0) === 6000) done()
      })
      ssc.start()
      await feeder.connected()
      for (let i = 0; i < 10; i++) {
        await feeder.send('to be\n'.repeat(300))
        if (i === 4) process.kill(processesUnder(process.pid, /CoarseGrainedExecutorBackend/)[0]!, 'SIGKILL')
        await new Promise(resolve => { setTimeout(resolve, 300) })
      }
      await all
      await ssc.stop(false)
      await feeder.close()
      expect([...totals].sort()).toEqual([['be', 3000], ['to', 3000]])
    })
  })
})

describe.each(SPARKS)('$name, the driver is killed', ({ version, skip }) => {
  test.skipIf(skip)('nothing of it runs 5 s later', async () => {
    const program = join(directory, 'endless.mjs')
    writeFileSync(program, `
      import { SparkConf, SparkContext } from ${JSON.stringify(pathToFileURL(join(ROOT, 'dist/src/index.js')).href)}
      const sc = new SparkContext(new SparkConf().setMaster('local[2]').set('spark.tspark.engine', 'spark'))
      await sc.parallelize([1], 1).count()
      console.log('at work')
      await sc.parallelize([1, 2], 2).map(() => { for (;;) { /* for ever */ } }).count()`)
    const driver = spawn(process.execPath, [program], { env: { ...process.env, SPARK_HOME: homeOf(version) }, stdio: ['ignore', 'pipe', 'inherit'] })
    await new Promise<void>(resolve => { driver.stdout.on('data', data => { if (String(data).includes('at work')) resolve() }) })
    const mine = (): number[] => processesUnder(driver.pid!, /tspark-worker\.cjs --child/)
    await expect.poll(mine, { timeout: 60_000 }).toHaveLength(2)
    const all = processesUnder(driver.pid!, /./).filter(pid => pid !== driver.pid)
    driver.kill('SIGKILL')
    await expect.poll(() => all.map(commandOf).filter(Boolean), { timeout: 5000, interval: 100 }).toEqual([])
  })
})
