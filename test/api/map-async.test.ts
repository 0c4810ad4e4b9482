/** mapAsync on the embedded engine: order, bounded concurrency, errors with the row, cancelling; and who is refused without it. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import type { SparkError } from '#src/index.js'
import { gathered, openContext, openSpark } from '../support/context.js'

const sc = openSpark()
afterAll(() => sc.stop())
const numbers = Array.from({ length: 20 }, (_, i) => i)

test('the order stays, whoever answers first; steps before and after it go on', async () => {
  const doubled = sc.parallelize(numbers, 3).filter(n => n % 2 === 0).mapAsync(async n => { await new Promise(done => setTimeout(done, (20 - n) % 7)); return [n, n * 2] }, { concurrency: 4 })
  expect(await doubled.mapValues(n => n + 1).collect()).toEqual(numbers.filter(n => n % 2 === 0).map(n => [n, n * 2 + 1]))
  expect(await doubled.mapAsync(async ([n]) => -n).glom().collect()).toEqual([[-0, -2, -4], [-6, -8, -10, -12], [-14, -16, -18]])
  expect(await doubled.reduceByKey((a, b) => a + b).count()).toBe(10)
  expect(await doubled.take(2)).toEqual([[0, 0], [2, 4]])
  expect(await sc.emptyRDD<number>().mapAsync(async n => n).collect()).toEqual([])
})

test.each([[1, 1], [3, 3], [100, 20]])('concurrency %i: never more than that wait at once', async (concurrency, most) => {
  const waiting = { now: 0, most: 0 }
  const seen = await sc.parallelize(numbers, 1).mapAsync(async n => {
    waiting.most = Math.max(waiting.most, ++waiting.now)
    await new Promise(setImmediate)
    waiting.now--
    return [n, waiting.most]
  }, { concurrency }).collect()
  expect(seen.at(-1)).toEqual([19, most])
})

test('an error names the row, and no further row is begun', async () => {
  const failing = sc.parallelize(numbers, 1).mapAsync(async n => {
    console.log(`begun ${n}`)
    if (n === 3) throw new TypeError('no threes')
    return n
  }, { concurrency: 1 })
  const printed: string[] = []
  const forget = sc.events.on('console', ({ text }) => printed.push(text.trim()))
  await expect(failing.collect()).rejects.toMatchObject({ code: 'TASK_FAILED', cause: { operator: 'mapAsync', record: '3', error: 'TypeError: no threes' } })
  forget()
  expect(printed).toEqual(['begun 0', 'begun 1', 'begun 2', 'begun 3'])
})

test('a job that waits for ever can be cancelled', async () => {
  const job = sc.parallelize([1, 2], 2).mapAsync(() => new Promise<number>(() => {})).collect()
  const ended = expect(job).rejects.toMatchObject({ code: 'JOB_CANCELLED' })
  await sleep(0)
  job.cancel()
  await ended
})

test('in a stream', async () => {
  const stage = openContext({ sc })
  const out = gathered(stage.batches([['a', 'bb'], [], ['ccc']]).mapAsync(async word => [word, await Promise.resolve(word.length)]))
  stage.ssc.start()
  await stage.step(3)
  await stage.ssc.stop()
  expect(out).toEqual([[['a', 1], ['bb', 2]], [], [['ccc', 3]]])
})

test.each<[string, () => Promise<unknown>]>([
  ['map', () => sc.parallelize([1]).map((async (n: number) => n) as never).collect()],
  ['filter', () => sc.parallelize([1]).filter((async () => true) as never).collect()],
  ['flatMap', () => sc.parallelize([1]).flatMap((async (n: number) => [n]) as never).collect()],
  ['mapValues', () => sc.parallelize([[1, 2]] as [number, number][]).mapValues((async (n: number) => n) as never).collect()],
])('an async function given to %s is refused with the advice', async (_name, run) => {
  await expect(run()).rejects.toMatchObject({ code: 'RETURNED_PROMISE', fix: expect.stringContaining('mapAsync(f, { concurrency') })
})

test.each([0, -1, 1.5, NaN])('a concurrency of %d is refused', concurrency => {
  expect(() => sc.parallelize([1]).mapAsync(async n => n, { concurrency })).toThrow(/positive whole number/)
})
