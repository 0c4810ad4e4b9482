/**
 * What can go wrong on real Sparks, and what is asked of them seldom: more keys than memory holds, encryption, local-cluster, workers of other Nodes, a start that
 * cannot succeed, a driver that is killed.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { connect, createServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EventBus } from '#src/core/events.js'
import { greet } from '#src/engine/spark/preflight/greeting.js'
import { checkMaster } from '#src/engine/spark/preflight/master.js'
import type { SparkContext } from '#src/index.js'
import { ROOT } from '../support/programs.ts'
import { Cluster, contextOn, homeOf, SPARKS } from '../support/real-spark.ts'

const directory = mkdtempSync(join(tmpdir(), 'tspark-faults-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

/** With the context of `settings`, which is stopped afterwards. */
async function on<T>(version: string, master: string, settings: Record<string, string>, use: (sc: SparkContext) => Promise<T>, events = new EventBus()): Promise<T> {
  const sc = contextOn(version, master, settings, events)
  try { return await use(sc) } finally { await sc.stop() }
}

/** What Spark's own log of a run says its tasks spilled. */
function spilledBytes(folder: string): number {
  const lines = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile()).flatMap(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8').split('\n'))
  const ends = lines.filter(line => line.includes('"SparkListenerTaskEnd"')).map(line => JSON.parse(line) as { 'Task Metrics': { 'Disk Bytes Spilled': number } })
  return ends.reduce((sum, { 'Task Metrics': metrics }) => sum + metrics['Disk Bytes Spilled'], 0)
}

/** Keys that the workers make themselves; what comes of them is added up there, too. */
async function manyKeys(sc: SparkContext, keys: number): Promise<[count: number, sum: number]> {
  const sums = sc.range(0, keys, 1, 4).map(n => [`key ${n}`, n]).reduceByKey((a, b) => a + b, 4)
  const parts = await sums.mapPartitions(rows => {
    let [count, sum] = [0, 0]
    for (const [, n] of rows) { count++; sum += n }
    return [[count, sum]]
  }).collect()
  return parts.reduce(([count, sum], [n, total]) => [count + n!, sum + total!], [0, 0]) as [number, number]
}

const [first] = SPARKS

const code = (work: Promise<unknown>): Promise<unknown> => work.then(() => 'none', (error: { code?: string }) => error.code ?? error)
const listening = async (server: Server): Promise<number> => {
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  return (server.address() as AddressInfo).port
}

async function greeted(master: string, secret: string): Promise<string | undefined> {
  const { hostname, port } = new URL(master)
  const socket = connect(Number(port), hostname)
  try { return await greet(socket, secret) } finally { socket.destroy() }
}

describe.each(SPARKS)('$name', ({ version, skip }) => {
  describe.skipIf(skip)('', () => {
    // Ten million once: that takes half a minute on two quiet cores.
    const [keys, workerMemory] = version === first!.version ? [10_000_000, '256m'] : [1_000_000, '8m']
    test(`${keys} keys in workers of 512 MB; broadcasts and shuffles that Spark encrypts`, async () => {
      const log = mkdtempSync(join(directory, 'events-'))
      const settings = { 'spark.tspark.workerHeap': '512m', 'spark.tspark.workerMemory': workerMemory, 'spark.io.encryption.enabled': 'true', 'spark.eventLog.enabled': 'true', 'spark.eventLog.dir': pathToFileURL(log).href, 'spark.eventLog.compress': 'false', 'spark.eventLog.rolling.enabled': 'false' }
      await on(version, 'local[2]', settings, async sc => {
        const names = sc.broadcast(new Map([['a', 'Ann']]))
        const named = sc.parallelize(['a', 'b', 'a'], 3).map(key => [names.value.get(key) ?? key, 1]).reduceByKey((a, b) => a + b, 2)
        for (const _ of [1, 2]) expect((await named.collect()).sort()).toEqual([['Ann', 2], ['b', 1]])
        expect(await manyKeys(sc, keys)).toEqual([keys, keys * (keys - 1) / 2])
      })
      expect(spilledBytes(log)).toBeGreaterThan(10_000_000)
    })

    test('local-cluster[2,1,512]', async () => {
      await on(version, 'local-cluster[2,1,512]', {}, async sc => { expect(await manyKeys(sc, 1000)).toEqual([1000, 499_500]) })
    })

    describe('a start that cannot succeed', () => {
      let taken: Server
      let page: Server
      let cluster: Cluster
      beforeAll(async () => {
        [taken, page] = [createServer(), createHttpServer((_, answer) => { answer.end('a page') })]
        await Promise.all([taken, page].map(listening))
        cluster = await Cluster.start(version, 0, { 'spark.authenticate': 'true', 'spark.authenticate.secret': 'one' })
        expect(await greeted(cluster.master, 'another')).toBe('its spark.authenticate.secret is another') // the first words of a master that has just come up take long
      })
      afterAll(async () => {
        for (const server of [taken, page]) server?.close()
        await cluster?.stop()
      })
      const portOf = (server: Server): number => (server.address() as AddressInfo).port

      test.each<[string, string, () => [string, Record<string, string>]]>([
        ['a port that is taken', 'SPARK_PORT_TAKEN', () => ['local[2]', { 'spark.driver.port': String(portOf(taken)), 'spark.port.maxRetries': '0' }]],
        ['too little memory', 'CONF_INVALID', () => ['local[2]', { 'spark.driver.memory': '100m' }]],
        ['a page in the place of a master', 'MASTER_REFUSED', () => [`spark://127.0.0.1:${portOf(page)}`, {}]],
        ['a wrong secret', 'MASTER_REFUSED', () => [cluster.master, { 'spark.authenticate': 'true', 'spark.authenticate.secret': 'another' }]],
        ['no secret', 'MASTER_REFUSED', () => [cluster.master, {}]],
        ['no secret to give', 'CONF_INVALID', () => [cluster.master, { 'spark.authenticate': 'true' }]],
        ['a worker that is not there', 'WORKER_NOT_STARTED', () => ['local[2]', { 'spark.tspark.worker': '/nowhere/tspark-worker.cjs' }]],
      ])('%s: %s, before a JVM is started', async (_, expected, how) => {
        const [master, settings] = how()
        const events = new EventBus()
        const said: string[] = []
        events.on('message', ({ text }) => { said.push(text) })
        expect(await on(version, master, settings, sc => code(sc.parallelize([1], 1).count()), events)).toBe(expected)
        expect(said).toEqual([])
      })

      test('the master\'s secret, and AES beside it: nothing is found wrong', async () => {
        const settings = new Map([['spark.authenticate', 'true'], ['spark.authenticate.secret', 'one']])
        for (const encrypted of ['false', 'true']) await expect(checkMaster(cluster.master, new Map([...settings, ['spark.network.crypto.enabled', encrypted]]))).resolves.toBeUndefined()
      })
    })

    test('a master that takes the connection and never answers: that is told, and it can be left', async () => {
      const silent = createServer()
      const port = await listening(silent)
      const events = new EventBus()
      const told = new Promise<string>(resolve => { events.on('message', ({ text }) => { if (text.includes('not there yet')) resolve(text) }) })
      await on(version, `spark://127.0.0.1:${port}`, {}, async sc => {
        const job = code(sc.parallelize([1], 1).count())
        expect(await told).toContain(`it waits for spark://127.0.0.1:${port}`)
        await sc.stop()
        expect(await job).toMatch(/CONTEXT_STOPPED|JOB_CANCELLED/)
      }, events)
      silent.close()
    })
  })
})

describe.skipIf(first!.skip)(`${first!.name}, once`, () => {
  test('a driver that is killed leaves nothing that the next one does not remove', async () => {
    const place = mkdtempSync(join(directory, 'tmp-'))
    const program = join(directory, 'held.mjs')
    writeFileSync(program, `
      import { SparkConf, SparkContext } from ${JSON.stringify(pathToFileURL(join(ROOT, 'dist/src/index.js')).href)}
      const sc = new SparkContext(new SparkConf().setMaster('local[2]').set('spark.tspark.engine', 'spark'))
      console.log(await sc.parallelize([1, 2, 3], 2).count())
      if (process.argv[2] === 'wait') setInterval(() => {}, 1000)
      else await sc.stop()`)
    const run = (how: string) => spawn(process.execPath, [program, how], { env: { ...process.env, SPARK_HOME: homeOf(first!.version), TMPDIR: place }, stdio: ['ignore', 'pipe', 'inherit'] })
    const killed = run('wait')
    await new Promise(resolve => { killed.stdout.once('data', resolve) })
    const ours = (): string[] => readdirSync(place).filter(name => name.startsWith('tspark-'))
    killed.kill('SIGKILL')
    await new Promise(resolve => { killed.once('exit', resolve) })
    expect(ours()).toHaveLength(1)
    const next = run('end')
    expect(await new Promise(resolve => { next.once('exit', resolve) })).toBe(0)
    expect(ours()).toEqual([])
  })

  describe.each(['22', '24'])('driver and workers on Node %s', major => {
    const node = nodeOf(major)
    test.skipIf(node === undefined)(node ? 'count words' : `(skipped: Node ${major} is not in .cache; .ci/run fetches it)`, async () => {
      const program = join(directory, 'versions.mjs')
      writeFileSync(program, `
        import { SparkConf, SparkContext } from ${JSON.stringify(pathToFileURL(join(ROOT, 'dist/src/index.js')).href)}
        const sc = new SparkContext(new SparkConf().setMaster('local[2]').set('spark.tspark.engine', 'spark'))
        const counts = await sc.parallelize(['to be', 'or not to be'], 2).flatMap(line => line.split(' ')).map(word => [word, 1]).reduceByKey((a, b) => a + b, 2).collect()
        const versions = await sc.parallelize([1, 2], 2).map(() => process.versions.node).collect()
        console.log(JSON.stringify({ counts: counts.sort(), versions: [process.versions.node, ...versions] }))
        await sc.stop()`)
      const child = spawn(node!, [program], { env: { ...process.env, SPARK_HOME: homeOf(first!.version) }, stdio: ['ignore', 'pipe', 'inherit'] })
      let said = ''
      child.stdout.on('data', data => { said += String(data) })
      expect(await new Promise(resolve => { child.once('close', resolve) })).toBe(0)
      const { counts, versions } = JSON.parse(said) as { counts: unknown; versions: string[] }
      expect(counts).toEqual([['be', 2], ['not', 1], ['or', 1], ['to', 2]])
      expect(versions.map(found => found.split('.')[0])).toEqual([major, major, major])
    })
  })
})

/** As .ci/run has fetched it from npm. */
function nodeOf(major: string): string | undefined {
  const cache = join(ROOT, '.cache')
  const name = existsSync(cache) ? readdirSync(cache).find(each => each.startsWith(`node-${major}.`)) : undefined
  const node = name && join(cache, name, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node')
  return node && existsSync(node) ? node : undefined
}
