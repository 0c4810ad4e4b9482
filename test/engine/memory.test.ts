/** Memory that is too small: where rows go, when they come back, and that no file is left behind. */
import { execFile, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { LongAccumulator } from '#src/core/accumulator.js'
import { SparkConf } from '#src/core/conf.js'
import { StorageLevel } from '#src/core/storage-level.js'
import type { EmbeddedEngine } from '#src/engine/embedded/embedded-engine.js'
import { memoryLimits } from '#src/engine/embedded/memory-limits.js'
import type { PersistNode, RddNode } from '#src/plan/rdd-plan.js'
import { ModelEngine } from '../support/model-engine.ts'
import * as p from '../support/plans.ts'
import { ROOT } from '../support/programs.ts'
// @ts-expect-error plain JavaScript
import { adding } from './fixtures/counting.mjs'

const parent = mkdtempSync(join(tmpdir(), 'tspark-memory-'))
const engines: EmbeddedEngine[] = []
afterEach(async () => { for (const engine of engines.splice(0)) await engine.stop() })
afterAll(() => rmSync(parent, { recursive: true }))

function open(settings: Record<string, string> = {}): EmbeddedEngine {
  const engine = p.embedded('local[2]', { 'spark.local.dir': parent, ...settings })
  engines.push(engine)
  return engine
}

/** The files that the engines have, with their directories. */
const files = (): string[] => readdirSync(parent, { recursive: true, encoding: 'utf8' }).filter(name => name.includes('/'))
const noFiles = (): Promise<void> => vi.waitFor(() => expect(files()).toEqual([]))

let lastId = 1000
function counted(engine: EmbeddedEngine, rdd: RddNode): { rdd: RddNode; calls: () => number } {
  const accumulator = Object.assign(new LongAccumulator(), { id: ++lastId })
  engine.registerAccumulator(accumulator as never)
  return { rdd: p.map(adding(accumulator))(rdd), calls: () => accumulator.count }
}

const persist = (rdd: RddNode, level: StorageLevel): PersistNode => ({ ...p.persist(rdd), level })
// About 32 kB as persisted rows, 16 kB a partition.
const numbers = p.rows(Array.from({ length: 8000 }, (_, i) => i), 2)
// Storage holds 36 kB: one of them, and nothing of another.
const ROOM_FOR_ONE = { 'spark.driver.memory': '120k' }

describe('storage levels', () => {
  test('on disk: one directory and files for its owner alone, gone with unpersist and with stop', async () => {
    const engine = open()
    const { rdd, calls } = counted(engine, numbers)
    const kept = persist(rdd, StorageLevel.DISK_ONLY)
    const rows = await p.collect(engine, kept)
    expect(await p.collect(engine, kept)).toEqual(rows)
    expect(calls()).toBe(8000)
    expect(files()).toHaveLength(2)
    expect(files().map(name => statSync(join(parent, name)).mode & 0o777)).toEqual([0o600, 0o600])
    expect(readdirSync(parent).map(name => statSync(join(parent, name)).mode & 0o777)).toEqual([0o700])
    engine.unpersist(kept.id)
    await noFiles()
    await engine.stop()
    expect(readdirSync(parent)).toEqual([])
  })

  test.each([
    { level: StorageLevel.MEMORY_ONLY, again: 8000 },
    { level: StorageLevel.MEMORY_ONLY_SER, again: 8000 },
    { level: StorageLevel.MEMORY_AND_DISK, again: 0 },
    { level: StorageLevel.MEMORY_AND_DISK_SER, again: 0 },
  ])('$level.name: what another drives out is computed again for $again rows', async ({ level, again }) => {
    const engine = open(ROOM_FOR_ONE)
    const first = counted(engine, numbers)
    const second = counted(engine, p.map((x: number) => x + 1)(numbers))
    const [one, other] = [persist(first.rdd, level), persist(second.rdd, level)]
    const rows = await p.collect(engine, one)
    await p.collect(engine, one)
    expect(first.calls()).toBe(8000)
    await p.run(engine, other, { kind: 'count' })
    expect(await p.collect(engine, one)).toEqual(rows)
    expect(first.calls()).toBe(8000 + again)
    for (const { id } of [one, other]) engine.unpersist(id)
    await noFiles()
  })

  test('what was used last stays', async () => {
    const engine = open({ 'spark.driver.memory': '250k' }) // room for two
    const [a, b, c] = [0, 1, 2].map(k => counted(engine, p.map((x: number) => x + k)(numbers))) as [ReturnType<typeof counted>, ReturnType<typeof counted>, ReturnType<typeof counted>]
    const [first, second, third] = [a, b, c].map(({ rdd }) => persist(rdd, StorageLevel.MEMORY_ONLY)) as [PersistNode, PersistNode, PersistNode]
    for (const rdd of [first, second, first, third, first]) await p.run(engine, rdd, { kind: 'count' })
    expect([a.calls(), b.calls(), c.calls()]).toEqual([8000, 8000, 8000])
    await p.run(engine, second, { kind: 'count' })
    expect(b.calls()).toBeGreaterThan(8000)
  })

  test('what never fits in memory alone is computed each time', async () => {
    const engine = open({ 'spark.driver.memory': '4k' })
    const { rdd, calls } = counted(engine, numbers)
    const kept = persist(rdd, StorageLevel.MEMORY_ONLY)
    for (let times = 1; times <= 2; times++) {
      expect(await p.run(engine, kept, { kind: 'count' })).toEqual([4000, 4000])
      expect(calls()).toBe(8000 * times)
    }
    expect(engine.settled(kept)).toBe(undefined)
    await noFiles()
  })

  test('a leaf sees where its rows have gone', async () => {
    const engine = open(ROOM_FOR_ONE)
    const kept = persist(numbers, StorageLevel.MEMORY_AND_DISK_SER)
    const rows = await p.run(engine, kept)
    const leaf = engine.settled(kept)!
    await p.run(engine, persist(p.map((x: number) => -x)(numbers), StorageLevel.MEMORY_AND_DISK_SER), { kind: 'count' })
    await vi.waitFor(() => expect(files().length).toBeGreaterThan(0))
    expect(await p.run(engine, leaf)).toEqual(rows)
  })
})

const many = p.rows(Array.from({ length: 8000 }, (_, i) => [i * 7919 % 2000, i]), 4)
const sum = (a: number, b: number): number => a + b
const PLANS: Record<string, RddNode> = {
  'reduceByKey': p.reduceByKey(sum, 3)(many),
  'a merge that is not associative': p.reduceByKey((a: number, b: number) => a * 3 - b, 1)(p.partitionBy(1)(many)),
  'groupByKey of few long lists': p.groupByKey(2)(p.map(([key, value]: [number, number]) => [key % 3, value])(many)),
  'groupByKey of many': p.groupByKey(2)(many),
  'cogroup': p.cogroup(many, p.map(([key, value]: [number, number]) => [key % 100, `v${value}`])(many), many),
  'distinct': p.distinct(2)(p.map(([key]: [number, number]) => ({ key }))(many)),
  'partitionBy': p.partitionBy(3)(many),
  'sortBy': p.sortBy(([, value]: [number, number]) => -value, true, 1)(many),
  'sortByKey, stable': p.sortByKey(true, 1)(p.map(([key, value]: [number, number]) => [key % 10, value])(many)),
  'long strings': p.reduceByKey((a: string, b: string) => a > b ? a : b)(p.map(([key]: [number, number]) => [`${key % 50}`.repeat(500), `${key}`.repeat(500)])(many)),
}

describe.each(Object.entries({ 'in 50 kB': { 'spark.driver.memory': '50k' }, 'holding 100 rows': { 'spark.tspark.spillEveryRows': '100' } }))('8,000 rows %s', (_, settings) => {
  const engine = p.embedded('local[2]', { 'spark.local.dir': parent, ...settings })
  afterAll(() => engine.stop())
  test.each(Object.entries(PLANS))('%s gives what it gives in memory', async (_, plan) => {
    expect(await p.run(engine, plan)).toEqual(await p.run(new ModelEngine(), plan))
    await noFiles()
  })
})

test('functions that fail, and cancelled jobs, leave no file', async () => {
  const engine = open({ 'spark.tspark.spillEveryRows': '100' })
  await expect(p.collect(engine, p.map(() => { throw new Error('no') })(p.groupByKey()(many)))).rejects.toThrow('no')
  const endless = engine.runJob({ rdd: p.map(() => { for (;;); })(p.groupByKey()(many)), action: { kind: 'collect' }, description: 'endless' })
  await vi.waitFor(() => expect(files().length).toBeGreaterThan(0))
  endless.cancel()
  await expect(endless.results).rejects.toMatchObject({ code: 'JOB_CANCELLED' })
  await noFiles()
})

test('an executor that is lost leaves no file, and loses nothing', async () => {
  const engine = open({ 'spark.tspark.spillEveryRows': '100' })
  const running = p.run(engine, PLANS['groupByKey of many']!)
  await vi.waitFor(() => expect(files().length).toBeGreaterThan(0))
  for (const worker of engine.pool.workers) void worker.terminate()
  expect(await running).toEqual(await p.run(new ModelEngine(), PLANS['groupByKey of many']!))
  await noFiles()
})

/** A program on an engine whose files go to `directory`. */
const program = (directory: string, body: string): string => `
  import { EventBus } from '#src/core/events.js'
  import { SparkContext, SparkConf } from '#src/index.js'
  const sc = new SparkContext(new SparkConf().setMaster('local[2]').setAppName('spills').set('spark.local.dir', ${JSON.stringify(directory)}).set('spark.driver.memory', '100k'))
  const lists = sc.parallelize(Array.from({ length: 100_000 }, (_, i) => 'word ' + i)).map(w => [w, w.repeat(10)]).groupByKey()
  ${body}`

test('files go when the process exits', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program(parent, `
    import { readdirSync } from 'node:fs'
    const looking = setInterval(() => {
      if (!readdirSync(${JSON.stringify(parent)}, { recursive: true }).some(name => name.includes('/'))) return
      console.log('spilling')
      process.exit(0)
    }, 1)
    await lists.count()`)], { cwd: ROOT })
  expect(stdout).toBe('spilling\n')
  expect(readdirSync(parent)).toEqual([])
})

// A disk of one megabyte, in a mount namespace of its own.
const onSmallDisk = (script: string) => spawnSync('unshare', ['-Urm', 'sh', '-c', `mount -t tmpfs -o size=1m none "${parent}" && exec "${process.execPath}" --input-type=module -e "$1"`, 'sh', script], { cwd: ROOT, encoding: 'utf8' })
const canMount = existsSync('/usr/bin/unshare') && onSmallDisk('').status === 0

test.skipIf(!canMount)('a full disk is told with the settings that help; when there is room again, jobs go on', () => {
  const { stdout, stderr } = onSmallDisk(program(parent, `
    import { readdirSync } from 'node:fs'
    try { await lists.count() } catch (error) { console.log(String(error)) }
    while (readdirSync(${JSON.stringify(parent)}, { recursive: true }).length > 1) await new Promise(setImmediate)
    console.log(await sc.parallelize(Array.from({ length: 5000 }, (_, i) => [i % 100, 'x'])).groupByKey().count())
    await sc.stop()`))
  expect(stdout, stderr).toMatch(/^SparkError \[SPILL_FAILED\]: .*cannot be written to .*ENOSPC[^]*spark\.local\.dir[^]*spark\.driver\.memory[^]*\n100\n$/)
})

test.each([['2g', 2 * 1024 ** 3], ['512', 512 * 1024 ** 2], ['100k', 100 * 1024]])('spark.driver.memory=%s is shared out', (text, bytes) => {
  const { storageBytes, taskBytes } = memoryLimits(new SparkConf().set('spark.driver.memory', text).set('spark.memory.fraction', '0.5'), 2)
  expect([storageBytes, taskBytes]).toEqual([bytes / 4, bytes / 4 / 2 / 2])
})
