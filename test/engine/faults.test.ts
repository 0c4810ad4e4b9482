/** What goes wrong in executors: functions that throw, threads that die, loops that never end. The counts are right all the same. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EventBus, type Events, type TaskFailure } from '#src/core/events.js'
import type { SparkError } from '#src/core/errors.js'
import type { EmbeddedEngine } from '#src/engine/embedded/embedded-engine.js'
import type { AnyFunction } from '#src/plan/fn-ref.js'
import type { RddNode } from '#src/plan/rdd-plan.js'
import * as p from '../support/plans.ts'
// @ts-expect-error plain JavaScript
import { deepDown, noFours } from './fixtures/failing.mjs'

const events = new EventBus()
const heard: Events['console'][] = []
events.on('console', event => heard.push(event))

const dir = mkdtempSync(join(tmpdir(), 'tspark-faults-'))
let engine: EmbeddedEngine
beforeAll(() => { engine = p.embedded('local[2]', {}, events) })
afterAll(async () => {
  await engine.stop()
  rmSync(dir, { recursive: true })
})

const numbers = p.rows([1, 2, 3, 4, 5, 6], 3)
const errorOf = (rdd: RddNode, kind: 'collect' | 'count' = 'collect'): Promise<SparkError> => p.run(engine, rdd, { kind }).then(() => { throw new Error('it did not fail') }, error => error as SparkError)
const nextConsole = (): Promise<Events['console']> => new Promise(resolve => { const off = events.on('console', event => { off(); resolve(event) }) })

describe('a function that throws', () => {
  test('is told with operator, place, record, line and stack', async () => {
    const error = await errorOf(p.map(noFours())(numbers))
    expect([error.code, error.message]).toEqual(['TASK_FAILED', 'map: TypeError: no fours'])
    const failure = error.cause as TaskFailure
    expect(failure).toMatchObject({
      operator: 'map', site: { file: 'program.ts', line: 3 }, error: 'TypeError: no fours', record: '4',
      thrownAt: { file: expect.stringContaining('failing.mjs'), line: 3, column: 22, text: `  if (x === 4) throw new TypeError('no fours')` },
    })
    expect(failure.stack).toContain('failing.mjs:3:22')
  })

  test('is shown where the user wrote it, not inside what it called', async () => {
    const error = await errorOf(p.map(deepDown())(p.rows(['[1]', '[2'], 1)))
    expect(error.cause).toMatchObject({ record: '[2', thrownAt: { line: 8, text: 'const parse = line => JSON.parse(line)' } })
  })

  test('is named by its own operator, in a fused chain', async () => {
    const rdd = p.chain(p.map((x: number) => x), p.filter((x: number) => { if (x === 2) throw new Error('here'); return true }), p.map((x: number) => x))(numbers)
    expect((await errorOf(rdd)).cause).toMatchObject({ operator: 'filter', record: '2' })
  })

  const nasty = p.map((x: number) => { throw [null, undefined, 'text', 42, Object.freeze({ toString() { throw new Error('no text either') } }), new Proxy({}, { get() { throw new Error('trap') }, getPrototypeOf() { throw new Error('trap') } })][x - 1] })
  test.each([1, 2, 3, 4, 5, 6])('may throw anything (%i)', async x => {
    const error = await errorOf(nasty(p.rows([x], 1)))
    expect([error.code, (error.cause as TaskFailure).record, (error.cause as TaskFailure).thrownAt]).toEqual(['TASK_FAILED', String(x), undefined])
  })

  test('has its record cut to 200 characters', async () => {
    const error = await errorOf(p.map(() => { throw new Error('long') })(p.rows(['x'.repeat(1000)])))
    expect((error.cause as TaskFailure).record).toHaveLength(200)
  })

  test('is not called again', async () => {
    const rdd = p.map((x: number) => { console.log(`called with ${x}`); throw new Error('once') })(p.rows([77], 1))
    await errorOf(rdd)
    await p.collect(engine, numbers)
    expect(heard.filter(({ text }) => text === 'called with 77\n')).toHaveLength(1)
  })
})

const map = p.map, sum = (a: number, b: number): number => a + b
const WRONG: [string, RddNode, string, string][] = [
  ['flatMap to a number', p.flatMap((x: number) => x as never)(numbers), 'WRONG_RESULT', 'flatMap: expected something iterable, such as an array, but the function returned'],
  ['flatMap to nothing', p.flatMap(() => {})(numbers), 'WRONG_RESULT', 'but the function returned undefined'],
  ['mapPartitions to a number', p.mapPartitions(() => 5)(numbers), 'WRONG_RESULT', 'mapPartitions: expected something iterable'],
  ['reduceByKey of words', p.reduceByKey(sum)(p.rows(['hello'], 1)), 'NOT_A_PAIR', 'reduceByKey works on pairs [key, value], but got "hello" (a string)'],
  ['groupByKey of triples', p.groupByKey()(p.rows([[1, 2, 3]], 1)), 'NOT_A_PAIR', 'groupByKey works on pairs [key, value], but got (1,2,3) (an array of 3)'],
  ['mapValues of numbers', p.mapValues((x: number) => x)(numbers), 'NOT_A_PAIR', 'mapValues works on pairs'],
  ['sortByKey of numbers', p.sortByKey()(p.rows([1], 1)), 'NOT_A_PAIR', 'sortByKey works on pairs'],
  ['cogroup of numbers', p.cogroup(numbers, numbers), 'NOT_A_PAIR', 'cogroup works on pairs'],
  ['a key without equality', p.reduceByKey(sum)(p.rows([[new Map(), 1]], 1)), 'KEY_UNSUPPORTED', 'a Map cannot be a key'],
  ['map to a promise', map(async (x: number) => x)(numbers), 'RETURNED_PROMISE', 'map: the function returned a Promise'],
  ['filter by a promise', p.filter(async () => false)(numbers), 'RETURNED_PROMISE', 'filter: the function returned a Promise'],
  ['flatMap to a promise', p.flatMap(async () => [1])(numbers), 'RETURNED_PROMISE', 'flatMap: the function returned a Promise'],
  ['reduceByKey to a promise', p.reduceByKey(async (a: number) => a)(p.rows([[1, 1], [1, 1]], 1)), 'RETURNED_PROMISE', 'reduceByKey: the function returned a Promise'],
  ['a function as a record', map((x: number) => () => x)(numbers), 'ROW_UNSUPPORTED', 'map: a function cannot be a record'],
  ['a symbol as a value', p.groupByKey()(map((x: number) => [x, Symbol('s')])(numbers)), 'ROW_UNSUPPORTED', 'a symbol cannot be a record'],
]
test.each(WRONG)('%s is refused', async (_, rdd, code, said) => {
  const error = await errorOf(rdd)
  expect([error.code, error.message]).toEqual([code, expect.stringContaining(said)])
  expect(error.fix.length).toBeGreaterThan(10)
})

describe('an executor that dies', () => {
  // The first to get there dies; whoever tries again finds the mark.
  const dieOnce = (name: string, die: AnyFunction) => {
    const mark = join(dir, name)
    return p.map((x: number) => {
      const fs = process.getBuiltinModule('node:fs')
      if (x === 5 && !fs.existsSync(mark)) {
        fs.writeFileSync(mark, '')
        die()
      }
      return [x % 2, x]
    })
  }

  test('by process.exit: its task runs again', async () => {
    const counts = p.reduceByKey(sum)(dieOnce('exit', () => process.exit(1))(numbers))
    expect(Object.fromEntries(await p.collect(engine, counts) as [number, number][])).toEqual({ 0: 12, 1: 9 })
  })

  test('by terminate, from outside: its task runs again', async () => {
    const waiting = dieOnce('terminate', () => { console.log('ready'); for (;;); })
    const ready = nextConsole()
    const counts = p.collect(engine, p.reduceByKey(sum)(waiting(numbers)))
    await ready
    for (const worker of engine.pool.workers) void worker.terminate()
    expect(Object.fromEntries(await counts as [number, number][])).toEqual({ 0: 12, 1: 9 })
  })

  test('always: the job fails after maxFailures, and says how', async () => {
    const patient = p.embedded('local[1]', { 'spark.task.maxFailures': '2' })
    const error = await p.run(patient, p.map(() => process.exit(3))(p.rows([1], 1))).catch(error => error as SparkError) as SparkError
    expect([error.code, error.message]).toEqual(['EXECUTOR_LOST', expect.stringMatching(/map failed 2 times.*code 3/)])
    expect(await p.collect(patient, p.rows([1]))).toEqual([1])
    await patient.stop()
  })

  test('loses nothing that was persisted', async () => {
    const kept = p.persist(p.map((x: number) => x * 2)(numbers))
    await p.run(engine, kept, { kind: 'count' })
    await Promise.all(engine.pool.workers.map(worker => worker.terminate()))
    expect(await p.collect(engine, kept)).toEqual([2, 4, 6, 8, 10, 12])
  })

  test('a promise left behind harms nobody', async () => {
    const said = nextConsole()
    expect(await p.collect(engine, p.map((x: number) => { void Promise.reject(new Error('unheard')); return x })(p.rows([1], 1)))).toEqual([1])
    expect(await said).toMatchObject({ stream: 'stderr', text: expect.stringContaining('unheard') })
  })
})

describe('cancel', () => {
  const endless = p.map(() => { console.log('looping'); for (;;); })

  test('out of an endless loop: the executors are free again', async () => {
    const looping = nextConsole()
    const job = engine.runJob({ rdd: endless(numbers), action: { kind: 'collect' }, description: 'endless' })
    await looping
    job.cancel('by hand')
    await expect(job.results).rejects.toMatchObject({ code: 'JOB_CANCELLED', message: expect.stringContaining('by hand') })
    expect(await p.collect(engine, numbers)).toEqual([1, 2, 3, 4, 5, 6])
  })

  test('leaves another job alone', async () => {
    const looping = nextConsole()
    const job = engine.runJob({ rdd: endless(p.rows([1], 1)), action: { kind: 'collect' }, description: 'endless' })
    await looping
    const other = p.collect(engine, p.map((x: number) => x + 1)(numbers))
    job.cancel()
    await expect(job.results).rejects.toMatchObject({ code: 'JOB_CANCELLED' })
    expect(await other).toEqual([2, 3, 4, 5, 6, 7])
  })

  test('of a job that computes what another waits for: the other computes it', async () => {
    const mark = join(dir, 'persisting')
    const kept = p.persist(p.map((x: number) => {
      const fs = process.getBuiltinModule('node:fs')
      if (!fs.existsSync(mark)) { fs.writeFileSync(mark, ''); console.log('persisting'); for (;;); }
      return x
    })(p.rows([1], 1)))
    const looping = nextConsole()
    const first = engine.runJob({ rdd: kept, action: { kind: 'collect' }, description: 'first' })
    await looping
    const second = p.collect(engine, kept)
    first.cancel()
    await expect(first.results).rejects.toMatchObject({ code: 'JOB_CANCELLED' })
    expect(await second).toEqual([1])
  })

  test('after the end does nothing', async () => {
    const job = engine.runJob({ rdd: numbers, action: { kind: 'count' }, description: 'count' })
    expect(await job.results).toEqual([2, 2, 2])
    job.cancel()
    expect(await job.results).toEqual([2, 2, 2])
  })
})

test('stop rejects what runs, and what comes after', async () => {
  const stopped = p.embedded('local[1]')
  const job = stopped.runJob({ rdd: p.map(() => { for (;;); })(numbers), action: { kind: 'collect' }, description: 'endless' })
  const rejected = expect(job.results).rejects.toMatchObject({ code: 'JOB_CANCELLED' })
  await stopped.stop()
  await rejected
  expect(() => stopped.runJob({ rdd: numbers, action: { kind: 'count' }, description: 'late' })).toThrow('stopped')
})

test('console and process.stdout of functions are events, in order', async () => {
  heard.length = 0
  await p.collect(engine, p.map((x: number) => { console.log('a', x); console.error('b'); process.stdout.write('c'); return x })(p.rows([{ y: 1 }], 1)))
  expect(heard).toEqual([{ stream: 'stdout', text: 'a { y: 1 }\n' }, { stream: 'stderr', text: 'b\n' }, { stream: 'stdout', text: 'c' }])
})

test('idle executors do not keep a program alive', async () => {
  const program = `
    import { SparkConf } from '#src/core/conf.js'
    import { EventBus } from '#src/core/events.js'
    import { embeddedEngine } from '#src/engine/embedded/embedded-engine.js'
    import { collection } from '#src/operators/combine.js'
    const engine = embeddedEngine({ master: 'local[2]', conf: new SparkConf(), events: new EventBus() })
    const rdd = collection([1, 2, 3], 2, { operator: 'parallelize', site: undefined })
    console.log(await engine.runJob({ rdd, action: { kind: 'count' }, description: 'count' }).results)`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], { cwd: fileURLToPath(new URL('../../', import.meta.url)) })
  expect(stdout).toBe('[ 1, 2 ]\n')
})

test('an endless loop that prints is held back, and can be cancelled', async () => {
  const flood = new EventBus()
  const flooded = p.embedded('local[1]', {}, flood)
  const job = flooded.runJob({ rdd: p.map(() => { for (;;) console.log('x'.repeat(1000)) })(p.rows([1], 1)), action: { kind: 'collect' }, description: 'flood' })
  const rejected = expect(job.results).rejects.toMatchObject({ code: 'JOB_CANCELLED' })
  let printed = 0
  await new Promise<void>(resolve => { flood.on('console', () => { if (++printed === 2000) resolve() }) })
  job.cancel()
  await rejected
  const atCancel = printed
  expect(await p.collect(flooded, p.rows([1]))).toEqual([1])
  expect(printed - atCancel).toBeLessThan(300) // 256 KiB on the way at most
  await flooded.stop()
})

test('jobs tell their start, tasks and end', async () => {
  const told: unknown[] = []
  const off = (['jobStart', 'taskEnd', 'jobEnd'] as const).map(kind => events.on(kind, event => told.push([kind, event])))
  await p.collect(engine, p.reduceByKey(sum, 1)(p.map((x: number) => [x, 1])(p.rows([1], 1))))
  for (const end of off) end()
  expect(told).toMatchObject([['jobStart', { description: 'a test', tasks: 2 }], ['taskEnd', { done: 1, tasks: 2 }], ['taskEnd', { done: 2 }], ['jobEnd', { error: undefined }]])
})
