/** What RDDs say of themselves, in Spark's words. */
import { afterAll, describe, expect, test } from 'vitest'
import { HashPartitioner, Partitioner, RangePartitioner, StorageLevel, type RDD } from '#src/index.js'
import { openSpark } from '../support/context.js'

const sc = openSpark()
afterAll(() => sc.stop())

/** Ids from 0 in order of making, places left out. */
function plain(rdd: RDD<any>): string[] {
  const ids = [...rdd.toDebugString().matchAll(/RDD2?\[(\d+)\]/g)].map(match => Number(match[1])).sort((a, b) => a - b)
  return rdd.toDebugString().replace(/RDD(2?)\[(\d+)\]/g, (_, two: string, id: string) => `RDD${two}[${ids.indexOf(Number(id))}]`).replace(/ at \S+:\d+/g, ' at HERE').split('\n')
}

const words = () => sc.parallelize(['a', 'b'], 2)
const pairs = () => words().map(w => [w, 1])

describe('toDebugString', () => {
  const ROWS: [string, () => RDD<any>, string[]][] = [
    ['a chain', pairs, [
      '(2) MapPartitionsRDD[1] at map at HERE []',
      ' |  ParallelCollectionRDD[0] at parallelize at HERE []']],
    ['a shuffle', () => pairs().reduceByKey((a, b) => a + b), [
      '(2) ShuffledRDD[2] at reduceByKey at HERE []',
      ' +-(2) MapPartitionsRDD[1] at map at HERE []',
      '    |  ParallelCollectionRDD[0] at parallelize at HERE []']],
    ['two shuffles', () => pairs().reduceByKey((a, b) => a + b).map(([w, n]) => [n, w]).groupByKey(10), [
      '(10) ShuffledRDD[4] at groupByKey at HERE []',
      ' +-(2) MapPartitionsRDD[3] at map at HERE []',
      '    |  ShuffledRDD[2] at reduceByKey at HERE []',
      '    +-(2) MapPartitionsRDD[1] at map at HERE []',
      '       |  ParallelCollectionRDD[0] at parallelize at HERE []']],
    ['what is kept and named', () => pairs().setName('pairs').cache(), [
      '(2) pairs MapPartitionsRDD[1] at map at HERE [Memory Deserialized 1x Replicated]',
      ' |  ParallelCollectionRDD[0] at parallelize at HERE []']],
    ['two parents', () => words().union(words()), [
      '(4) UnionRDD[2] at union at HERE []',
      ' |  ParallelCollectionRDD[0] at parallelize at HERE []',
      ' |  ParallelCollectionRDD[1] at parallelize at HERE []']],
    ['a cogroup of what lies right and what does not', () => pairs().partitionBy(2).cogroup(pairs(), 2), [
      '(2) CoGroupedRDD[5] at cogroup at HERE []',
      ' |  ShuffledRDD[2] at partitionBy at HERE []',
      ' +-(2) MapPartitionsRDD[1] at map at HERE []',
      '    |  ParallelCollectionRDD[0] at parallelize at HERE []',
      ' +-(2) MapPartitionsRDD[4] at map at HERE []',
      '    |  ParallelCollectionRDD[3] at parallelize at HERE []']],
    ['a product', () => words().cartesian(words()).coalesce(1), [
      '(1) CoalescedRDD[3] at coalesce at HERE []',
      ' |  CartesianRDD[2] at cartesian at HERE []',
      ' |  ParallelCollectionRDD[0] at parallelize at HERE []',
      ' |  ParallelCollectionRDD[1] at parallelize at HERE []']],
    ['nothing', () => sc.emptyRDD(), ['(0) EmptyRDD[0] at emptyRDD at HERE []']],
  ]
  test.each(ROWS)('%s', (_name, rdd, lines) => { expect(plain(rdd())).toEqual(lines) })

  test('what joins itself again and again ends', () => {
    let rdd: RDD<string> = words()
    for (let i = 0; i < 40; i++) rdd = rdd.union(rdd).coalesce(1)
    expect(plain(rdd).at(-1)).toBe('…')
  })
})

test('a line that prints an RDD', () => { expect(String(pairs())).toMatch(/^MapPartitionsRDD\[\d+\] at map at .*rdd-facts\.test\.\w+:\d+$/) })

test('dependencies, partitions, storage level', () => {
  const counts = pairs().reduceByKey((a, b) => a + b)
  expect(counts.dependencies.map(({ rdd, shuffle }) => [String(rdd).split('[')[0], shuffle])).toEqual([['MapPartitionsRDD', true]])
  expect(words().dependencies).toEqual([])
  expect(counts.partitions).toEqual([{ index: 0 }, { index: 1 }])
  expect([counts, counts.cache(), counts.localCheckpoint()].map(rdd => rdd.getStorageLevel())).toEqual([StorageLevel.NONE, StorageLevel.MEMORY_ONLY, StorageLevel.MEMORY_AND_DISK])
})

test('coalesce with a shuffle makes more partitions, too', async () => {
  expect([words().coalesce(5).getNumPartitions(), words().coalesce(5, true).getNumPartitions()]).toEqual([2, 5])
  expect((await words().coalesce(5, true).collect()).sort()).toEqual(['a', 'b'])
})

describe('partitioners', () => {
  class ByLength extends Partitioner {
    readonly numPartitions = 3
    getPartition(key: unknown): number { return (key as string).length % 3 }
  }
  const lengths = sc.parallelize(['a', 'bb', 'ccc', 'dddd']).map(w => [w, w.length])

  test('hash, own and range are told by the RDD', () => {
    const own = new ByLength()
    const range = new RangePartitioner(2, lengths)
    expect(lengths.partitioner).toBeUndefined()
    expect(lengths.reduceByKey((a, b) => a + b, 5).partitioner).toEqual(new HashPartitioner(5))
    expect(lengths.partitionBy(own).mapValues(n => n).partitioner).toBe(own)
    expect(lengths.partitionBy(range).partitioner).toBe(range)
    expect(lengths.sortByKey().partitioner).toBeInstanceOf(RangePartitioner)
  })

  test('a RangePartitioner places by order, and twice alike: no second shuffle', async () => {
    const range = new RangePartitioner(2, lengths)
    const placed = lengths.partitionBy(range)
    expect(await placed.keys().glom().collect()).toEqual([['a', 'bb'], ['ccc', 'dddd']])
    expect(placed.partitionBy(range).node).toBe(placed.node)
    expect(placed.partitionBy(lengths.sortByKey(true, 2).partitioner!).getNumPartitions()).toBe(2)
    expect(() => range.getPartition('a')).toThrow('sampled when a job runs')
  })
})
