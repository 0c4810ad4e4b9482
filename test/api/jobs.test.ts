/** Jobs by name: groups, tags, what is known of them; and the accumulators that tasks add to. */
import { afterAll, describe, expect, test } from 'vitest'
import type { JobPromise } from '#src/index.js'
import { openSpark } from '../support/context.js'

const sc = openSpark()
afterAll(() => sc.stop())

const endless = (): JobPromise<number> => sc.range(1).map(() => { for (;;); }).count()

describe('cancelling', () => {
  const WAYS: [string, () => void, () => void, string][] = [
    ['a group', () => sc.setJobGroup('g', 'a group'), () => sc.cancelJobGroup('g'), 'part of cancelled job group g'],
    ['a tag', () => sc.addJobTag('t'), () => sc.cancelJobsWithTag('t'), 'part of cancelled job tag t'],
    ['all', () => {}, () => sc.cancelAllJobs(), 'as part of cancellation of all jobs'],
    ['one', () => {}, () => sc.cancelJob(sc.statusTracker.getActiveJobIds().at(-1)!, 'since it is too long'), 'since it is too long'],
  ]
  test.each(WAYS)('%s', async (_name, name, cancel, reason) => {
    name()
    const job = endless()
    sc.clearJobGroup()
    sc.clearJobTags()
    const rejected = expect(job).rejects.toThrow(reason)
    sc.cancelJobGroup('another')
    sc.cancelJobsWithTag('another')
    cancel()
    await rejected
    expect(sc.statusTracker.getActiveJobIds()).toEqual([])
  })
})

test('statusTracker tells how the jobs of a group stand', async () => {
  sc.setJobGroup('counts')
  await sc.range(3).count()
  await expect(sc.range(3).map(() => { throw new Error('no') }).count()).rejects.toThrow('no')
  sc.clearJobGroup()
  const ids = sc.statusTracker.getJobIdsForGroup('counts')
  expect(ids.map(id => sc.statusTracker.getJobInfo(id)?.status)).toEqual(['SUCCEEDED', 'FAILED'])
  expect(sc.statusTracker.getJobIdsForGroup()).not.toContain(ids[0])
})

test('a description is what the job is called', async () => {
  const said: string[] = []
  const off = sc.events.on('jobStart', ({ description }) => { said.push(description) })
  sc.setJobDescription('the report')
  await sc.range(3).count()
  sc.setJobDescription(undefined)
  await sc.range(3).count()
  off()
  expect([said[0], said[1]?.startsWith('count at ')]).toEqual(['the report', true])
})

test('tags and local properties', () => {
  sc.addJobTag('a')
  sc.addJobTag('b')
  sc.removeJobTag('a')
  expect(sc.getJobTags()).toEqual(new Set(['b']))
  sc.clearJobTags()
  sc.setLocalProperty('k', 'v')
  expect([sc.getLocalProperty('k'), sc.getJobTags().size]).toEqual(['v', 0])
})

test('runJob: of all partitions, or of some', async () => {
  const rdd = sc.range(0, 10, 1, 4)
  expect(await sc.runJob(rdd, (rows, i) => [i, [...rows].length])).toEqual([[0, 2], [1, 3], [2, 2], [3, 3]])
  expect(await sc.runJob(rdd, rows => [...rows], [3, 0])).toEqual([[7, 8, 9], [0, 1]])
})

test('double and collection accumulators', async () => {
  const sum = sc.doubleAccumulator('half')
  const seen = sc.collectionAccumulator<[string, number]>('rows')
  await sc.range(0, 4, 1, 2).foreach(n => { sum.add(n / 2); seen.add(['n', n]) })
  expect([sum.value, sum.count, sum.avg]).toEqual([3, 4, 0.75])
  expect(seen.value.map(([, n]) => n).sort()).toEqual([0, 1, 2, 3])
  expect(String(sum)).toMatch(/^DoubleAccumulator\(id: \d+, name: half, value: 3\)$/)
})

test('union takes RDDs or a list of them; version and isLocal', async () => {
  expect(await sc.union(sc.range(1), sc.range(2)).collect()).toEqual([0, 0, 1])
  expect(await sc.union([sc.range(1), sc.range(2)]).count()).toBe(3)
  expect([sc.isLocal, sc.version]).toEqual([true, expect.stringMatching(/^\d+\.\d+/)])
})

test('a broadcast that is unpersisted is sent again; one that is destroyed is not', async () => {
  const known = sc.broadcast(new Set([1]))
  const matches = sc.range(3).filter(n => known.value.has(n))
  expect(await matches.count()).toBe(1)
  known.unpersist()
  expect(await matches.count()).toBe(1)
  known.destroy()
  await expect((async () => matches.count())()).rejects.toMatchObject({ code: 'BROADCAST_DESTROYED' })
})
