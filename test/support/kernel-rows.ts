/** Plans over every kernel, sorts and actions with what they give: each engine runs them. */
import type { AnyFunction } from '#src/plan/fn-ref.js'
import type { Action } from '#src/plan/job.js'
import type { RddNode } from '#src/plan/rdd-plan.js'
import * as p from './plans.ts'

const words = p.rows(['to be', 'or not', 'to', '', 'be __proto__ constructor'], 3)
export const numbers = p.rows([5, 3, 8, 1, 9, 2, 7], 3)
export const pairs = p.chain(p.flatMap((line: string) => line.split(' ')), p.map((word: string) => [word, 1]))(words)
const ages = p.rows([['ann', 31], ['bob', 24], ['ann', 32], ['cy', 40]])
const towns = p.rows([['bob', 'Ulm'], ['ann', 'Bern'], ['bob', 'Oslo'], ['dee', 'Rome']], 3)
const placed = p.partitionBy(2)(ages)
export const sum = (a: number, b: number): number => a + b

export const KERNELS: Record<string, RddNode> = {
  'collection': numbers,
  'collection of none': p.rows([], 2),
  'more partitions than rows': p.rows([1], 5),
  'range': p.range(5, 3, 10, 3),
  'range of fractions, downward': p.map((x: number) => x * 2)(p.range(1, -0.25, 7)),
  'range of none': p.range(0, 1, 0),
  'fold': p.fold(sum)(numbers),
  'fold with zero, some partitions empty': p.fold((list: number[], x: number) => [...list, x], () => [])(p.rows([1], 3)),
  'fold of none': p.fold(sum)(p.rows([], 2)),
  'map': p.map((x: number) => x * 2)(numbers),
  'map to undefined, null, NaN and −0': p.map((x: number) => [undefined, null, NaN, -0][x % 4])(numbers),
  'flatMap of arrays': p.flatMap((line: string) => line.split(' '))(words),
  'flatMap of a Set, a string, a generator': p.flatMap((x: number) => x % 3 === 0 ? new Set([x, x]) : x % 3 === 1 ? String(x) : (function* () { yield x; yield -x })())(numbers),
  'filter': p.filter((x: number) => x > 4)(numbers),
  'filter by truthiness': p.filter((line: string) => line)(words),
  'mapValues': p.mapValues((age: number) => age + 1)(ages),
  'flatMapValues': p.flatMapValues((age: number) => [age, -age])(ages),
  'glom': p.glom(numbers),
  'mapPartitions': p.mapPartitions((rows: Iterable<number>, index: number) => [[index, [...rows]]])(numbers),
  'mapPartitions that reads only one row': p.mapPartitions((rows: Iterator<number>) => [rows.next().value])(numbers),
  'mapPartitions with a generator, then map': p.chain(p.mapPartitions(function* (rows: Iterable<number>) { for (const x of rows) if (x > 2) yield x }), p.map((x: number) => -x))(numbers),
  'reduceByKey': p.reduceByKey(sum)(pairs),
  'reduceByKey to one partition': p.reduceByKey(sum, 1)(pairs),
  'reduceByKey of none': p.reduceByKey(sum)(p.rows([])),
  'groupByKey': p.groupByKey(3)(pairs),
  'partitionBy': p.partitionBy(3)(pairs),
  'reduceByKey of what is placed already': p.reduceByKey(sum)(placed),
  'distinct': p.distinct()(p.rows([[1, 2], { a: 1, b: 2 }, [1, 2], { b: 2, a: 1 }, 1, '1', 1n, null, undefined, NaN, NaN], 3)),
  'repartition': p.repartition(4)(numbers),
  'union': p.union(numbers, words, p.rows([], 1)),
  'union of parents placed alike': p.union(placed, p.partitionBy(2)(towns)),
  'coalesce': p.coalesce(2)(numbers),
  'coalesce to one': p.coalesce(1)(p.union(numbers, numbers)),
  'cogroup': p.cogroup(ages, towns),
  'cogroup of one that is placed already': p.cogroup(placed, towns, placed),
  'join': p.join('join', ages, towns),
  'leftOuterJoin': p.join('leftOuterJoin', ages, towns),
  'rightOuterJoin': p.join('rightOuterJoin', ages, towns),
  'fullOuterJoin': p.join('fullOuterJoin', ages, towns),
  'cartesian': p.cartesian(numbers, words),
  'persist': p.persist(p.reduceByKey(sum)(pairs)),
  'persist of what is persisted': p.map((x: number) => x + 1)(p.persist(p.map((x: number) => x * 2)(p.persist(numbers)))),
  'one RDD twice': p.union(pairs, pairs, p.reduceByKey(sum)(pairs), p.reduceByKey(sum)(pairs)),
  'shuffle after shuffle': p.chain(p.reduceByKey(sum), p.map(([word, n]: [string, number]) => [n, word]), p.groupByKey())(pairs),
  'longer than one run': p.filter((x: number) => x % 3 > 0)(p.rows(Array.from({ length: 10_000 }, (_, i) => i))),
}

export const SORTED: [string, RddNode, unknown[]][] = [
  ['sortByKey', p.sortByKey()(p.map((x: number) => [x, 'v'])(numbers)), [1, 2, 3, 5, 7, 8, 9].map(x => [x, 'v'])],
  ['sortByKey downward', p.sortByKey(false, 3)(p.map((x: number) => [x, 'v'])(numbers)), [9, 8, 7, 5, 3, 2, 1].map(x => [x, 'v'])],
  ['sortByKey with a comparison', p.sortByKey(true, 2, (a: number, b: number) => b - a)(p.map((x: number) => [x, 'v'])(numbers)), [9, 8, 7, 5, 3, 2, 1].map(x => [x, 'v'])],
  ['sortByKey keeps the order of equal keys', p.sortByKey(true, 3)(p.rows([[1, 'a'], [0, 'b'], [1, 'c'], [0, 'd'], [1, 'e']], 4)), [[0, 'b'], [0, 'd'], [1, 'a'], [1, 'c'], [1, 'e']]],
  ['sortBy', p.sortBy((word: string) => word.length)(p.rows(['ccc', 'a', 'bb', 'd'])), ['a', 'd', 'bb', 'ccc']],
  ['sortBy of none', p.sortBy((word: string) => word)(p.rows([])), []],
  ['sortBy mixed kinds', p.sortBy((x: unknown) => x)(p.rows(['b', 2, null, 10, NaN, 'a', undefined, true], 3)), [undefined, null, true, 2, 10, NaN, 'a', 'b']],
  ['sortBy, 20,000 rows', p.sortBy((x: number) => x, true, 4)(p.rows(Array.from({ length: 20_000 }, (_, i) => i * 7919 % 20_000), 4)), Array.from({ length: 20_000 }, (_, i) => i)],
]

export const f = (kind: 'foreach' | 'reduce' | 'apply', fn: AnyFunction): Action => ({ kind, f: p.ref(kind, fn) })
export const ACTIONS: [string, Action, unknown[]][] = [
  ['collect', { kind: 'collect' }, [[5, 3], [8, 1], [9, 2, 7]]],
  ['take 2', { kind: 'take', n: 2 }, [[5, 3], [8, 1], [9, 2]]],
  ['take 0', { kind: 'take', n: 0 }, [[], [], []]],
  ['count', { kind: 'count' }, [2, 2, 3]],
  ['foreach', f('foreach', () => {}), [undefined, undefined, undefined]],
  ['reduce', f('reduce', sum), [8, 9, 18].map(value => ({ empty: false, value }))],
  ['apply', f('apply', (rows: Iterable<number>, index: number) => `${index}: ${[...rows].join()}`), ['0: 5,3', '1: 8,1', '2: 9,2,7']],
  ['apply, asynchronous', f('apply', async (rows: Iterable<number>) => [...rows].length), [2, 2, 3]],
]
