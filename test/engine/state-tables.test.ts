/** Tables of keyed state by themselves: where keys are found, what is copied, when tables are kept and when they go. */
import { describe, expect, test } from 'vitest'
import { mapKey } from '#src/core/hash.js'
import { seededRandom } from '#src/core/random.js'
import { decodeRows, encodeRows } from '#src/engine/task/row-codec.js'
import { runTask } from '#src/engine/task/run.js'
import { copied, EXOTIC, kept, same } from '#src/engine/task/state/plain-data.js'
import { SlotIndex } from '#src/engine/task/state/slot-index.js'
import { StateTables } from '#src/engine/task/state/state-tables.js'
import type { Piece, RowBlock, TaskOutput } from '#src/engine/task/task.js'

const ODD_KEYS: unknown[] = ['', '\u0000', 'a', 'elevenchars', 'twelve chars', 'ÿÿÿÿ', 'ĀĀ', '\ud800', 0, -0, 1, -1, 2 ** 31, 2 ** 31 - 1, 0.5, NaN, Infinity, true, false, null, undefined, 1n, '1', [1], [[1]], ['1'], { a: 1 }, new Date(1)]

describe('the index of slots', () => {
  test('finds the keys that a Map finds, also after many have gone', () => {
    const random = seededRandom(5)
    const keys: unknown[] = []
    const index = new SlotIndex(keys)
    const model = new Map<unknown, number>()
    for (let i = 0; i < 20_000; i++) {
      const key = random() < 0.1 ? ODD_KEYS[Math.floor(random() * ODD_KEYS.length)] : random() < 0.5 ? `k${Math.floor(random() * 3000)}` : Math.floor(random() * 3000) - 1500
      expect(index.find(key)).toBe(model.get(mapKey(key)) ?? -1)
      if (!model.has(mapKey(key))) {
        model.set(mapKey(key), keys.push(key) - 1)
        index.add(keys.length - 1)
      } else if (random() < 0.6) {
        index.remove(key)
        model.delete(mapKey(key))
      }
    }
  })

  test('refuses what is no key', () => {
    for (const key of [new Map(), () => 1, Symbol('x')]) expect(() => new SlotIndex([]).find(key)).toThrow(expect.objectContaining({ code: 'KEY_UNSUPPORTED' }))
  })
})

describe('plain data', () => {
  const PLAIN: unknown[] = [1, -0, 'a long text of many characters', null, undefined, true, 5n, [], [1, [2, { a: [3] }]], {}, { b: 1, a: undefined, 1: 'x' }]
  test.each(PLAIN.map(value => [value]))('%o is kept as it is and shares nothing', value => {
    const own = kept(value)
    expect(own).toEqual(value)
    expect([same(value, own), same(copied(own), own)]).toEqual([true, true])
    if (typeof value === 'object' && value !== null) expect([own === value, copied(own) === own]).toEqual([false, false])
  })

  const hole = [1, , 3]
  class Point { x = 1 }
  const ODD = [new Map(), new Date(), new Point(), hole, Object.create(null), () => 1, Symbol('x'), [new Set()], JSON.parse('{"__proto__":1}'), new (class extends Array {})()]
  test.each(ODD.map(value => [value]))('%o is not', value => { expect(kept(value)).toBe(EXOTIC) })

  test('what contains itself is not', () => {
    const self: unknown[] = []
    self.push(self)
    expect(kept(self)).toBe(EXOTIC)
  })

  test.each([[[1], [1, 2]], [{ a: 1, b: 2 }, { b: 2, a: 1 }], [{ a: 1 }, { a: 1, b: undefined }], [0, -0], [[], {}], ['1', 1], [null, {}], [hole, [1, undefined, 3]], [new Point(), { x: 1 }]])('%o and %o differ', (a, b) => {
    expect(same(a, b)).toBe(false)
  })
})

const at = { operator: 'updateStateByKey', site: undefined }
const count = (_key: unknown, values: unknown[], state: unknown): number => values.length + ((state as number | undefined) ?? 0)
const plainly = (rows: Iterable<[unknown, unknown[][]]>): unknown[] => [...rows].map(([key, [values, state]]) => [key, `plain ${values!.length} ${String(state?.[0])}`])
const encoded = (rows: readonly unknown[]): RowBlock => encodeRows(rows, 'test', () => 'class')

function step(tables: StateTables, before: RowBlock | undefined, keys: readonly unknown[], { version, f = count, tableBytes = 1e6 }: { version: string; f?: typeof count; tableBytes?: number }): RowBlock {
  const pieces: Piece[] = [
    { kind: 'keyed', step: 'update', inputs: before ? [1, 2] : [1], state: before ? 1 : -1, left: 0, f: 0, plain: 1, cogrouped: true, at, index: 0 },
    { kind: 'blocks', blocks: [encoded(keys.map(key => [key, 1]))] }, ...before ? [{ kind: 'blocks' as const, blocks: [before] }] : [],
  ]
  const host = { fns: [f, plainly] as never, nameClass: () => 'class', tables, share: { heapBytes: 1e8, sharedBytes: 1e8, tableBytes, everyRows: 0, path: version } }
  return (runTask({ pieces, ending: { kind: 'collect' }, at }, host) as TaskOutput & { kind: 'rows' }).blocks[0]!
}

function read(tables: StateTables, block: RowBlock): unknown[] {
  const host = { fns: [], nameClass: () => 'class', tables }
  const output = runTask({ pieces: [{ kind: 'blocks', blocks: [block] }], ending: { kind: 'collect' }, at }, host) as TaskOutput & { kind: 'rows' }
  return decodeRows(output.blocks[0]!)
}

describe('a table', () => {
  test('goes on from batch to batch, and what is read from it is what was committed', () => {
    const tables = new StateTables()
    const one = step(tables, undefined, ['a', 'b'], { version: '1' })
    const two = step(tables, one, ['b', 'c'], { version: '2' })
    expect([tables.take('1'), tables.bytesOf('2') > 0]).toEqual([undefined, true])
    expect(read(tables, two)).toEqual([['b', 2], ['c', 1], ['a', 1]])
    expect(read(new StateTables(), two)).toEqual(read(tables, two))
    expect(read(tables, one)).toEqual([['a', 1], ['b', 1]])
  })

  test('is none after a failure, and is made again', () => {
    const tables = new StateTables()
    const one = step(tables, undefined, ['a', 'b'], { version: '1' })
    const fails = (): number => { throw new Error('no') }
    expect(() => step(tables, one, ['a'], { version: '2', f: fails })).toThrow()
    expect(tables.bytes).toBe(0)
    expect(read(tables, step(tables, one, ['a'], { version: '3' }))).toEqual([['a', 2], ['b', 1]])
  })

  test('goes when it is forgotten', () => {
    const tables = new StateTables()
    step(tables, undefined, ['a'], { version: '1' })
    expect(tables.bytes).toBeGreaterThan(0)
    tables.forget('1')
    tables.forget('1')
    expect(tables.bytes).toBe(0)
  })

  test('is not kept where there is no room for it: then the plain way is gone', () => {
    const tables = new StateTables()
    const one = step(tables, undefined, ['a', 'b'], { version: '1' })
    step(tables, undefined, ['x', 'y'], { version: 'of another state' })
    const two = step(tables, one, ['a'], { version: '2', tableBytes: tables.bytes })
    expect([two.state, read(tables, two)]).toEqual([undefined, [['a', 'plain 1 1'], ['b', 'plain 0 1']]])
    expect(read(tables, step(tables, two, ['a'], { version: '3' }))).toEqual([['a', '1plain 1 1'], ['b', '0plain 0 1']])
  })

  test('without any room there is none', () => {
    const tables = new StateTables()
    expect(read(tables, step(tables, undefined, ['a'], { version: '1', tableBytes: 0 }))).toEqual([['a', 'plain 1 undefined']])
    expect(tables.bytes).toBe(0)
  })

  test('lets go of keys that are gone', () => {
    const tables = new StateTables()
    const unlessTwice = (_key: unknown, values: unknown[], state: unknown): number => (values.length > 0 && state !== undefined ? undefined : 1) as number
    const keys = Array.from({ length: 100 }, (_, i) => i)
    const one = step(tables, undefined, keys, { version: '1', f: unlessTwice })
    const two = step(tables, one, [1, 2, 3], { version: '2', f: unlessTwice })
    const three = step(tables, two, keys.slice(10, 50), { version: '3', f: unlessTwice })
    expect(two.state!.runs.find(({ role }) => role === 'gone')?.records).toBe(3)
    expect(three.state!.runs.find(({ role }) => role === 'gone')).toBe(undefined)
    const rows = [0, 4, 5, 6, 7, 8, 9, ...keys.slice(50)].map(key => [key, 1])
    expect([read(tables, three), read(new StateTables(), three), three.records]).toEqual([rows, rows, rows.length])
  })
})
