/** RDD operators on the embedded engine, each beside a plain array model: also over empty partitions, and with none at all. */
import { afterAll, describe, expect, test } from 'vitest'
import { HashPartitioner, type RDD, type SparkContext } from '#src/index.js'
import { openSpark } from '../support/context.js'

const sc: SparkContext = openSpark()
afterAll(() => sc.stop())

const NUMBERS = [5, 3, 5, 1, 4, 1, 9]
const WORDS = ['to', 'be', 'or', 'not', 'to', 'be']
const PAIRS: [string, number][] = [['a', 1], ['b', 2], ['a', 3], ['c', 4], ['a', 5]]
const OTHERS: [string, string][] = [['a', 'x'], ['d', 'y'], ['a', 'z']]

async function gathered<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const seen: T[] = []
  for await (const row of rows) seen.push(row)
  return seen
}

const sorted = (rows: readonly unknown[]): unknown[] => [...rows].map(row => JSON.stringify(row)).sort()
const set = <T>(rows: readonly T[]): T[] => [...new Set(rows)]
const sum = (rows: readonly number[]): number => rows.reduce((a, b) => a + b, 0)
const ofKey = <V>(pairs: readonly (readonly [string, V])[], key: string): V[] => pairs.filter(([k]) => k === key).map(([, v]) => v)

// More partitions than rows: some are empty.
const PARTITIONS = [1, 3, 8]

describe.each(PARTITIONS)('over %i partitions', n => {
  const numbers = sc.parallelize(NUMBERS, n)
  const words = sc.parallelize(WORDS, n)
  const pairs = sc.parallelize(PAIRS, n)
  const others = sc.parallelize(OTHERS, 2)

  const LISTS: [string, () => RDD<unknown>, unknown[]][] = [
    ['intersection', () => numbers.intersection(sc.parallelize([1, 5, 7])), [1, 5]],
    ['intersection of structured rows', () => pairs.intersection(sc.parallelize([['b', 2], ['b', 3]])), [['b', 2]]],
    ['subtract keeps repeated rows', () => numbers.subtract(sc.parallelize([1, 9])), [5, 3, 5, 4]],
    ['subtract nothing', () => numbers.subtract(sc.emptyRDD<number>()), NUMBERS],
    ['groupBy', () => words.groupBy(w => w.length), [[2, ['to', 'be', 'or', 'to', 'be']], [3, ['not']]]],
    ['zipWithIndex', () => words.zipWithIndex(), WORDS.map((w, i) => [w, i])],
    ['zip', () => words.zip(words.map(w => w.length)), WORDS.map(w => [w, w.length])],
    ['zipPartitions of three', () => words.zipPartitions(words, words, (a, b, c) => { const [bs, cs] = [[...b], [...c]]; return [...a].map((w, i) => w + bs[i] + cs[i]) }), WORDS.map(w => w + w + w)],
    ['aggregateByKey with a zero that is changed', () => pairs.aggregateByKey([] as number[], (all, v) => { all.push(v); return all }, (a, b) => [...a, ...b]), [['a', [1, 3, 5]], ['b', [2]], ['c', [4]]]],
    ['foldByKey', () => pairs.foldByKey(0, (a, b) => a + b), [['a', 9], ['b', 2], ['c', 4]]],
    ['cogroup', () => pairs.cogroup(others), [['a', [[1, 3, 5], ['x', 'z']]], ['b', [[2], []]], ['c', [[4], []]], ['d', [[], ['y']]]]],
    ['cogroup of three', () => pairs.cogroup(others, others, 2), [['a', [[1, 3, 5], ['x', 'z'], ['x', 'z']]], ['b', [[2], [], []]], ['c', [[4], [], []]], ['d', [[], ['y'], ['y']]]]],
    ['groupWith three others', () => pairs.groupWith(others, others, others).filter(([k]) => k === 'd'), [['d', [[], ['y'], ['y'], ['y']]]]],
    ['subtractByKey', () => pairs.subtractByKey(others), [['b', 2], ['c', 4]]],
    ['filterByRange', () => pairs.filterByRange('b', 'c'), [['b', 2], ['c', 4]]],
    ['countApproxDistinctByKey', () => pairs.countApproxDistinctByKey(), [['a', 3], ['b', 1], ['c', 1]]],
    ['sampleByKeyExact', () => pairs.sampleByKeyExact(false, { a: 0.5, b: 1, c: 0 }, 7).mapValues(() => 1), [['a', 1], ['a', 1], ['b', 1]]],
    ['sampleByKey with certainty', () => pairs.sampleByKey(false, new Map([['a', 1], ['b', 0], ['c', 1]])), [['a', 1], ['a', 3], ['c', 4], ['a', 5]]],
  ]
  test.each(LISTS)('%s', async (_name, rdd, expected) => { expect(sorted(await rdd().collect())).toEqual(sorted(expected)) })

  const VALUES: [string, () => Promise<unknown>, unknown][] = [
    ['fold', () => numbers.fold(0, (a, b) => a + b), sum(NUMBERS)],
    ['fold keeps the order', () => words.fold('', (a, b) => a + b), WORDS.join('')],
    ['aggregate with a zero that is changed', () => numbers.aggregate([] as number[], (all, x) => { all.push(x); return all }, (a, b) => [...a, ...b]), NUMBERS],
    ['aggregate into a Map', () => words.aggregate(new Map<string, number>(), (m, w) => m.set(w, (m.get(w) ?? 0) + 1), (a, b) => { for (const [w, c] of b) a.set(w, (a.get(w) ?? 0) + c); return a }),
      new Map([['to', 2], ['be', 2], ['or', 1], ['not', 1]])],
    ['treeReduce keeps the order', () => words.treeReduce((a, b) => a + b), WORDS.join('')],
    ['treeReduce, deep', () => words.repartition(30).treeReduce((a, b) => [...a + b].sort().join(''), 4), [...WORDS.join('')].sort().join('')],
    ['treeAggregate', () => numbers.treeAggregate(0, (a, x) => a + x, (a, b) => a + b, 3), sum(NUMBERS)],
    ['top', () => numbers.top(3), [9, 5, 5]],
    ['takeOrdered', () => numbers.takeOrdered(3), [1, 1, 3]],
    ['takeOrdered of more than there are', () => numbers.takeOrdered(100), [...NUMBERS].sort((a, b) => a - b)],
    ['takeOrdered by an own order, ties as they stand', () => words.takeOrdered(3, (a, b) => b.length - a.length), ['not', 'to', 'be']],
    ['top 0', () => numbers.top(0), []],
    ['max', () => numbers.max(), 9],
    ['min', () => numbers.min(), 1],
    ['max by an own order', () => words.max((a, b) => a.length - b.length), 'not'],
    ['sum', () => numbers.sum(), sum(NUMBERS)],
    ['mean', () => numbers.mean(), expect.closeTo(sum(NUMBERS) / NUMBERS.length, 12)],
    ['histogram', () => numbers.histogram(2), [[1, 5, 9], [4, 3]]],
    ['histogram of borders', () => numbers.histogram([1, 4, 5]), [3, 3]],
    ['reduceByKeyLocally', () => pairs.reduceByKeyLocally((a, b) => a + b), new Map([['a', 9], ['b', 2], ['c', 4]])],
    ['lookup', () => pairs.lookup('a'), [1, 3, 5]],
    ['lookup where keys are placed', () => pairs.partitionBy(4).lookup('a'), [1, 3, 5]],
    ['lookup of none', () => pairs.reduceByKey((a, b) => a + b).lookup('q'), []],
    ['countApproxDistinct', () => numbers.countApproxDistinct(), set(NUMBERS).length],
    ['takeSample of all', async () => sorted(await numbers.takeSample(false, 100, 1)), sorted(NUMBERS)],
    ['toLocalIterator', () => gathered(words.toLocalIterator()), WORDS],
    ['foreachPartitionAsync', () => words.foreachPartitionAsync(rows => { for (const row of rows) row.trim() }), undefined],
    ['countAsync', () => words.countAsync(), WORDS.length],
    ['takeAsync', () => words.takeAsync(2), ['to', 'be']],
  ]
  test.each(VALUES)('%s', async (_name, action, expected) => { expect(await action()).toEqual(expected) })

  test('zipWithUniqueId gives each row a number of its own: k · n + i', async () => {
    const ids = await words.zipWithUniqueId().glom().collect()
    expect(ids).toEqual((await words.glom().collect()).map((part, i) => part.map((w, k) => [w, k * n + i])))
  })

  test('repartitionAndSortWithinPartitions', async () => {
    const parts = await pairs.repartitionAndSortWithinPartitions(2).glom().collect()
    const place = new HashPartitioner(2)
    expect(parts).toEqual([0, 1].map(i => [...PAIRS].sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0).filter(([k]) => place.getPartition(k) === i)))
    expect(ofKey(parts.flat(), 'a')).toEqual([1, 3, 5])
  })

  test('randomSplit loses nothing and doubles nothing', async () => {
    const parts = await Promise.all(numbers.randomSplit([1, 2, 3], 5).map(part => part.collect()))
    expect(sorted(parts.flat())).toEqual(sorted(NUMBERS))
  })
})

describe('with no rows at all', () => {
  const none = sc.emptyRDD<number>()
  const noPairs = sc.parallelize<[string, number]>([], 2)
  const ROWS: [string, () => Promise<unknown>, unknown][] = [
    ['fold', () => none.fold(7, (a, b) => a + b), 7],
    ['aggregate', () => none.aggregate('z', (a, x) => a + x, (a, b) => a + b), 'z'],
    ['treeAggregate', () => none.treeAggregate(1, (a, x) => a + x, (a, b) => a + b), 1],
    ['sum', () => none.sum(), 0],
    ['mean', () => none.mean(), NaN],
    ['stats', async () => (await none.stats()).count, 0],
    ['histogram of borders', () => none.histogram([0, 1, 2]), [0, 0]],
    ['top', () => none.top(2), []],
    ['takeSample', () => none.takeSample(true, 3), []],
    ['zipWithIndex', () => none.zipWithIndex().collect(), []],
    ['sample', () => none.sample(true, 2, 1).collect(), []],
    ['intersection', () => none.intersection(none, 2).collect(), []],
    ['countApproxDistinct', () => none.countApproxDistinct(), 0],
    ['countApprox', async () => String((await none.countApprox(60_000)).initialValue), '[0.000, 0.000]'],
    ['aggregateByKey', () => noPairs.aggregateByKey(0, (a, v) => a + v, (a, b) => a + b).collect(), []],
    ['cogroup', () => noPairs.cogroup(noPairs).collect(), []],
    ['toLocalIterator', () => gathered(none.toLocalIterator()), []],
  ]
  test.each(ROWS)('%s', async (_name, action, expected) => { expect(await action()).toEqual(expected) })

  test.each([['max', () => none.max()], ['min', () => none.min()], ['treeReduce', () => none.treeReduce((a, b) => a + b)], ['histogram', () => none.histogram(3)]])(
    '%s says that there are none', async (_name, action) => { await expect(action()).rejects.toMatchObject({ code: 'EMPTY_COLLECTION' }) })
})

describe('statistics', () => {
  const stats = sc.parallelize([1, 2, 3, 4], 3)
  test.each<[string, () => Promise<number>, number]>([
    ['variance', () => stats.variance(), 1.25], ['popVariance', () => stats.popVariance(), 1.25], ['sampleVariance', () => stats.sampleVariance(), 5 / 3],
    ['stdev', () => stats.stdev(), Math.sqrt(1.25)], ['popStdev', () => stats.popStdev(), Math.sqrt(1.25)], ['sampleStdev', () => stats.sampleStdev(), Math.sqrt(5 / 3)],
  ])('%s', async (_name, action, expected) => { expect(await action()).toBeCloseTo(expected, 12) })

  test('stats reads as Spark prints it', async () => {
    expect(String(await stats.stats())).toBe('(count: 4, mean: 2.500000, stdev: 1.118034, max: 4.000000, min: 1.000000)')
  })

  const HISTOGRAMS: [string, number[], number | number[], boolean, unknown][] = [
    ['one bucket of equal numbers', [2, 2], 3, false, [[2, 2], [2]]],
    ['the last border is inside', [1, 2, 3], [1, 2, 3], false, [1, 2]],
    ['what lies outside is not counted', [-1, 0, 10, 11, NaN], [0, 10], false, [2]],
    ['even borders', [0, 4, 5, 10], [0, 5, 10], true, [2, 2]],
    ['uneven borders', [0, 1, 2, 50], [0, 2, 3, 100], false, [2, 1, 1]],
  ]
  test.each(HISTOGRAMS)('histogram: %s', async (_name, rows, buckets, even, expected) => {
    expect(await sc.parallelize(rows, 2).histogram(buckets as number[], even)).toEqual(expected)
  })
})

describe('what cannot be', () => {
  const numbers = sc.parallelize([1, 2, 3], 2)
  const asynchronous = (async (a: number) => a) as never
  const IN_THE_JOB: [string, () => Promise<unknown>, string][] = [
    ['zip of partitions that differ in length', () => numbers.zip(sc.parallelize([1, 2], 2)).collect(), 'Can only zip RDDs with same number of elements in each partition'],
    ['an async fold', () => numbers.fold(0, asynchronous), 'the function returned a Promise'],
    ['an async aggregate', () => numbers.aggregate(0, asynchronous, asynchronous), 'the function returned a Promise'],
    ['rows that cannot be keys', () => sc.parallelize([new Map()]).subtract(sc.emptyRDD<Map<never, never>>()).collect(), 'a Map cannot be a key'],
    ['what a fold throws', () => numbers.fold(0, () => { throw new Error('boom') }), 'fold: Error: boom'],
  ]
  test.each(IN_THE_JOB)('%s fails the job', async (_name, act, said) => { await expect(act()).rejects.toThrow(said) })

  const WHERE_TYPED: [string, () => unknown, string][] = [
    ['zip of different numbers of partitions', () => numbers.zip(sc.parallelize([1], 3)), "Can't zip RDDs with unequal numbers of partitions: List(2, 3)"],
    ['zipPartitions without a function', () => numbers.zipPartitions(numbers as never, undefined as never), 'needs a function, not undefined'],
    ['aggregate without one of its functions', () => numbers.aggregate(0, (a, b) => a + b, 3 as never), 'needs a function, not number'],
    ['a number of partitions', () => numbers.groupBy(n => n, 0), 'must be a positive whole number, not 0'],
    ['a key that cannot be', () => numbers.map(n => [n, n]).partitionBy(2).lookup(new Map() as never), 'a Map cannot be a key'],
  ]
  test.each(WHERE_TYPED)('%s is refused where it is typed', (_name, act, said) => { expect(act).toThrow(said) })
})
