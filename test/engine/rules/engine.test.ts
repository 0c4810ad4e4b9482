/** Rules on the engine: jobs over files and received blocks give the same with and without them, and the setting is obeyed. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { seededRandom } from '#src/core/random.js'
import { shuffle } from '#src/operators/shuffle.js'
import { hashPartitioner } from '#src/plan/partitioner.js'
import { makeNode, type RddNode } from '#src/plan/rdd-plan.js'
import { filesNode } from '#src/sources/text-file.js'
import * as p from '../../support/plans.ts'
import { leafOf } from '../../support/ruled.ts'

const directory = mkdtempSync(join(tmpdir(), 'tspark-rules-'))
const ruled = p.embedded('local[2]')
const plain = p.embedded('local[2]', { 'spark.tspark.rules': 'false' })
const spilling = [p.embedded('local[2]', { 'spark.tspark.spillEveryRows': '2' }), p.embedded('local[2]', { 'spark.driver.memory': '3k' })]
afterAll(async () => {
  await Promise.all([ruled, plain, ...spilling].map(engine => engine.stop()))
  rmSync(directory, { recursive: true })
})

const random = seededRandom(7)
const text = Array.from({ length: 3000 }, (_, i) => Array.from({ length: i % 7 }, () => `w${Math.floor(random() ** 2 * 400)}`).join(i % 5 ? ' ' : ',')).join('\n')

function file(name: string, content: string, splits: number): RddNode {
  const path = join(directory, name)
  writeFileSync(path, content)
  return filesNode([{ path, bytes: Buffer.byteLength(content) } as never], { format: 'lines', minPartitions: splits, operator: 'textFile', site: undefined })
}

const words = p.flatMap((l: string) => l.split(' '))
const ones = p.map((w: string) => [w, 1])
const sums = p.reduceByKey((a: number, b: number) => a + b, 3)
const lines = file('words.txt', text, 7)

const JOBS: Readonly<Record<string, RddNode>> = {
  'word count': p.chain(words, ones, sums)(lines),
  'of two files': p.chain(words, ones, sums)(p.union(lines, file('more.txt', 'to be\r\nor not\r\n', 2))),
  'of neighbours': p.chain(p.coalesce(2), words, ones, sums)(lines),
  'distinct': p.chain(words, p.distinct(2))(lines),
  'and sorted': p.chain(words, ones, sums, p.sortByKey())(lines),
  'by first letters': p.chain(words, p.filter((w: string) => w.length > 1), p.map((w: string) => [w.slice(0, 2), w.length]), p.reduceByKey((a: number, b: number) => Math.max(a, b)))(lines),
  'sums of a field': p.chain(p.map((l: string) => l.split(',')), p.map(([a, b]: string[]) => [a, Number(b?.slice(1))]), sums)(lines),
}

test.each(Object.entries(JOBS))('%s', async (_, rdd) => {
  const expected = await p.run(plain, rdd)
  expect(expected.flat().length).toBeGreaterThan(0)
  for (const engine of [ruled, ...spilling]) expect(await p.run(engine, rdd)).toEqual(expected)
})

test('counts of words', async () => {
  const count = (engine: typeof ruled): Promise<unknown[]> => p.run(engine, p.chain(words, p.filter((w: string) => w !== ''))(lines), { kind: 'count' })
  expect(await count(ruled)).toEqual(await count(plain))
})

describe('a job tells its rules', () => {
  const job = { rdd: JOBS['word count']!, action: { kind: 'collect' }, description: 'a test' } as const
  test('where they are on', () => { expect(ruled.rules(job)).toEqual(['reduceByKey: combine: split at " ", added by key']) })
  test('none where they are off', () => { expect(plain.rules(job)).toEqual([]) })
})

test('a captured separator is what it is when the job starts', async () => {
  let separator = ' '
  const rdd = p.chain(p.flatMap((l: string) => l.split(separator)), p.distinct(1))(file('separated.txt', 'a b,c\n', 1))
  expect(await p.collect(ruled, rdd)).toEqual(['a', 'b,c'])
  separator = ','
  expect(await p.collect(ruled, rdd)).toEqual(['a b', 'c'])
})

test('a built-in that was replaced in the executor is used', async () => {
  const engine = p.embedded('local[1]')
  const replace = (rows: Iterable<unknown>): Iterable<unknown> => {
    const split = String.prototype.split
    String.prototype.split = function (this: string, ...args: unknown[]) { return split.apply(`${this} x`, args as never) } as never
    return rows
  }
  const rdd = p.chain(words, ones, p.reduceByKey((a: number, b: number) => a + b, 1))(file('patched.txt', 'a b\na\n', 1))
  expect(await p.collect(engine, rdd)).toEqual([['a', 2], ['b', 1]])
  await p.collect(engine, p.mapPartitions(replace)(p.rows([1], 1)))
  expect(await p.collect(engine, p.chain(words, ones, p.reduceByKey((a: number, b: number) => a + b, 1))(file('patched.txt', 'a b\na\n', 1)))).toEqual([['a', 2], ['b', 1], ['x', 2]])
  await engine.stop()
})

describe('small blocks that share a task', () => {
  const block = (lines: string): { format: 'lines'; records: number; bytes: number; data: unknown } => {
    const { buffer, byteLength } = leafOf(lines) as { buffer: SharedArrayBuffer; byteLength: number }
    return { format: 'lines', records: lines.split('\n').length - 1, bytes: byteLength, data: { buffer, byteLength } }
  }
  const blocks = makeNode({
    kind: 'blocks', numPartitions: 40, partitioner: undefined, operator: 'input', site: undefined,
    blocks: Array.from({ length: 40 }, (_, i) => block(`to be ${i % 7},1\nor not ${i},0.1\nto,0.2\n`)),
  } as never) as RddNode
  const SHARED: Readonly<Record<string, readonly [RddNode, rules: number]>> = {
    'word count': [p.chain(words, ones, sums)(blocks), 1],
    'distinct': [p.chain(words, p.distinct(2))(blocks), 1],
    'sums that are rounded': [p.chain(p.map((l: string) => l.split(',')), p.map(([a, b]: string[]) => [a, Number(b)]), sums)(blocks), 1],
    'merged in two ways': [shuffle({ operator: 'combineByKey', site: undefined }, hashPartitioner(2), {
      createCombiner: p.ref('create', (n: number) => n), mergeValue: p.ref('merge', (a: number, b: number) => a + b), mergeCombiners: p.ref('combine', (a: number, b: number) => a * 10 + b), mapSideCombine: true,
    })(p.chain(words, ones)(blocks)), 0],
  }
  test.each(Object.entries(SHARED))('%s', async (_, [rdd, rules]) => {
    expect(ruled.rules({ rdd, action: { kind: 'collect' }, description: 'a test' })).toHaveLength(rules)
    const expected = await p.run(plain, rdd)
    for (const engine of [ruled, ...spilling]) expect(await p.run(engine, rdd)).toEqual(expected)
  })
})
