/** Generated loops: what fails in them is told as it was, iterables are read no further than rows are wanted, folds keep what they come to. */
import { describe, expect, test } from 'vitest'
import { toFailure } from '#src/engine/task/failure.js'
import { drainInto, fuse, type Fn } from '#src/engine/task/fuse.js'
import { Count, Fold } from '#src/engine/task/loop.js'
import { loopText, type EndingKind, type LoopOp } from '#src/engine/task/loop-text.js'
import { ofRange } from '#src/engine/task/number-runs.js'
import { ofArray, pull, toArray } from '#src/engine/task/source.js'
import type { Step } from '#src/engine/task/task.js'

const at = (operator: string) => ({ operator, site: undefined })
const chain = (...ops: [Step['op'], Fn][]): { steps: Step[]; fns: Fn[] } =>
  ({ steps: ops.map(([op], fn) => ({ op, fn, index: 0, at: at(`${op} ${fn}`) })), fns: ops.map(([, f]) => f) })
const run = (rows: readonly unknown[], ...ops: [Step['op'], Fn][]): unknown[] => {
  const { steps, fns } = chain(...ops)
  return toArray(fuse(ofArray(rows), steps, fns))
}
const no = (): never => { throw new TypeError('no') }

const FAILING: [string, [Step['op'], Fn][], { operator: string; record: string; error: string }][] = [
  ['a map behind a flatMap', [['flatMap', row => [row, 2]], ['map', row => row === 2 ? no() : row]], { operator: 'map 1', record: '2', error: 'TypeError: no' }],
  ['a flatMap itself', [['map', row => row], ['flatMap', no]], { operator: 'flatMap 1', record: '1', error: 'TypeError: no' }],
  ['a generator after its first item', [['flatMap', function* () { yield 7; no() }], ['map', row => row]], { operator: 'flatMap 0', record: '1', error: 'TypeError: no' }],
  ['a filter behind a generator', [['flatMap', function* () { yield 7 }], ['filter', no]], { operator: 'filter 1', record: '7', error: 'TypeError: no' }],
  ['a number from flatMap', [['flatMap', () => 5]], { operator: 'flatMap 0', record: '1', error: expect.stringContaining('WRONG_RESULT') }],
  ['a promise from flatMapValues', [['map', row => ['k', row]], ['flatMapValues', async () => [1]]], { operator: 'flatMapValues 1', record: '(k,1)', error: expect.stringContaining('RETURNED_PROMISE') }],
  ['no pair', [['mapValues', row => row]], { operator: 'mapValues 0', record: '1', error: expect.stringContaining('NOT_A_PAIR') }],
  ['null is thrown', [['map', () => { throw null }]], { operator: 'map 0', record: '1', error: 'thrown: null' }], // eslint-disable-line no-throw-literal
]
test.each(FAILING)('%s', (_, ops, told) => {
  const caught = (): unknown => { try { return run([1], ...ops) } catch (error) { return error } }
  const failure = toFailure(caught(), at('count'))
  const error = failure.refusal ? `${failure.refusal.code} ${failure.error}` : failure.error
  expect({ operator: failure.at.operator, record: failure.record, error }).toEqual(told)
})

describe('iterables', () => {
  test('arrays, generators, Sets and strings in one flatMap', () => {
    const items = [[1, 2], (function* () { yield 3 })(), new Set([4, 5]), '67', [], new Set()]
    expect(run([0, 1, 2, 3, 4, 5], ['flatMap', i => items[i as number]], ['map', x => Number(x) * 10])).toEqual([10, 20, 30, 40, 50, 60, 70])
  })
  test('are read one item at a time, and closed when a later step fails', () => {
    const log: string[] = []
    const items = function* () { try { for (let i = 0; ; i++) { log.push(`item ${i}`); yield i } } finally { log.push('closed') } }
    expect(() => run([1], ['flatMap', items], ['map', x => { log.push(`map ${x as number}`); return x === 1 ? no() : x }])).toThrow()
    expect(log).toEqual(['item 0', 'map 0', 'item 1', 'map 1', 'closed'])
  })
  test('inside each other, on all ways', () => {
    const twice = [(x: unknown) => [x, x], function* (x: unknown) { yield x; yield x }] as Fn[]
    for (const a of twice) for (const b of twice) for (const c of twice)
      expect(run([1, 2], ['flatMap', a], ['filter', x => x === 2], ['flatMap', b], ['flatMap', c], ['map', x => [x, 0]], ['flatMapValues', () => [1]])).toEqual(Array.from({ length: 8 }, () => [2, 1]))
  })
})

test('300 flatMaps, in several loops', () => {
  const steps = Array.from({ length: 300 }, (): [Step['op'], Fn] => ['flatMap', x => [(x as number) + 1]])
  expect(run([0, 1], ...steps)).toEqual([300, 301])
})

test('functions of the same text keep what each has captured', () => {
  const add = (n: number): Fn => x => (x as number) + n
  for (let n = 0; n < 50; n++) expect(run([1, 2], ['map', add(n)], ['map', add(-1)])).toEqual([n, n + 1])
})

const STRANGE = ['`', '${x}', "'", '\u2028', '*/', '\\']
test('functions reach a loop as values, whatever their text is', () => {
  const fns = STRANGE.map((text): Fn => Function('x', `return x + ${JSON.stringify(text)} // ${text.replace('\u2028', '')}`) as Fn)
  expect(run([''], ...fns.map((f): [Step['op'], Fn] => ['map', f]))).toEqual([STRANGE.join('')])
})

test('every text is JavaScript, and made of names from the tables alone', () => {
  const ops: LoopOp[] = ['map', 'filter', 'flatMap', 'mapValues', 'flatMapValues']
  const endings: EndingKind[] = ['push', 'count', 'foreach', 'fold', 'combineValues', 'combineCombiners']
  for (const leaf of ['rows', 'counted'] as const) for (const ending of endings) for (const op of ops) {
    const text = loopText(leaf, [op, op], ending)
    expect(() => new Function(text)).not.toThrow()
    expect(text).not.toMatch(/NaN|\[object|function(?! loop)|=>/)
  }
})

describe('folds', () => {
  const fold = (rows: readonly unknown[], fn: Fn, ...zero: unknown[]): unknown[] => drainInto(ofArray(rows), { kind: 'fold', state: new Fold(...zero), fn, at: at('fold') }).rows
  const plus: Fn = (a, b) => (a as number) + (b as number)
  const ROWS: [string, unknown[], unknown[]][] = [
    ['nothing, of nothing', fold([], plus), []],
    ['zero, of nothing', fold([], plus, 5), [5]],
    ['undefined is a zero', fold([], plus, undefined), [undefined]],
    ['the first row', fold([3], plus), [3]],
    ['numbers', fold([1, 2.5, 3], plus), [6.5]],
    ['−0 stays', fold([-0, -0], plus), [-0]],
    ['NaN stays', fold([1, NaN, 2], plus), [NaN]],
    ['numbers that become text', fold([1, 2, 'x', 3], plus), ['3x3']],
    ['text that becomes numbers', fold(['1', 2, 3, 4], (a, b) => Number(a) + Number(b)), [10]],
    ['numbers and text in turn', fold([1, 2, 3, 4, 5], (a, b) => typeof a === 'number' ? `${a}${b as number}` : Number(a) + (b as number), 0), ['375']],
    ['bigints', fold([1n, 2n], plus), [3n]],
    ['lists', fold([1, 2], (list, x) => [...list as unknown[], x], []), [[1, 2]]],
    ['many runs', fold(Array.from({ length: 5000 }, (_, i) => i), plus, 0), [12_497_500]],
  ]
  test.each(ROWS)('%s', (_, found, expected) => { expect(found).toEqual(expected) })
})

describe('ranges', () => {
  const RANGES: [start: number, step: number, length: number][] = [
    [0, 1, 0], [0, 1, 10_000], [5, 3, 5000], [-3, 1, 10], [10, -2, 8], [0.5, 0.25, 5000], [-0, 1, 3], [0, -1, 3], [2 ** 30 - 5, 1, 5], [2 ** 30 - 5, 1, 9], [2 ** 31 - 2, 1, 5], [2 ** 53 - 4, 1, 4], [0, 2 ** 29, 2], [1, 2 ** 29, 3],
  ]
  test.each(RANGES)('from %d by %d, %d numbers', (start, step, length) => {
    const expected = Array.from({ length }, (_, i) => start + i * step)
    const range = () => ofRange({ kind: 'range', start, step, length })
    const { steps, fns } = chain(['map', x => x], ['filter', () => true])
    expect(toArray(range())).toEqual(expected)
    expect(toArray(fuse(range(), steps, fns))).toEqual(expected)
    expect([...pull(fuse(range(), steps, fns))]).toEqual(expected)
    expect(drainInto(fuse(range(), steps, fns), { kind: 'count', state: new Count() }).count).toBe(length)
  })
})
