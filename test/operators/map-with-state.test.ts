/** State by key, piece by piece: the State object, the map of states, the record of a partition. Rows are those of Spark's own tests. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { State } from '#src/core/state.js'
import { StateMap } from '#src/core/state-map.js'
import { updateRecord, type MappingFunction } from '#src/operators/map-with-state.js'

const cases = JSON.parse(readFileSync(new URL('../conformance/cases.json', import.meta.url), 'utf8')) as { id: string; expected: any }[]
const expectedOf = (id: string): any => cases.find(row => row.id === id)!.expected

const SITUATIONS: Record<string, () => State<number>> = {
  'new or wrap(None)': () => new State<number>(),
  'wrap(1)': () => new State<number>().wrap({ state: 1 }),
  'update(2)': () => { const state = new State<number>(); state.update(2); return state },
  'update(2) then remove()': () => { const state = new State<number>(); state.update(2); state.remove(); return state },
  'timing out with 3': () => new State<number>().wrapTimingOut(3),
}
const ASKED: Record<string, (state: State<number>) => unknown> = {
  exists: state => state.exists(), getOption: state => state.getOption() ?? null, get: state => state.get(), isTimingOut: state => state.isTimingOut(),
  isUpdated: state => state.isUpdated(), isRemoved: state => state.isRemoved(), thenUpdate: state => state.update(5), thenRemove: state => state.remove(),
}

test.each((expectedOf('mws-state-object') as Record<string, unknown>[]).map(row => [row.situation as string, row]))('mws-state-object: %s', (situation, row) => {
  for (const [asked, answer] of Object.entries(row)) {
    if (asked === 'situation') continue
    const state = SITUATIONS[situation]!()
    const message = /^throws \w+ "(.*)"$/.exec(String(answer))?.[1]
    if (message) expect(() => ASKED[asked]!(state), asked).toThrow(message)
    else expect(ASKED[asked]!(state), asked).toEqual(answer)
  }
})

type Op = ['put', unknown, unknown, number] | ['remove', unknown] | ['copy']
const flat = (entries: Iterable<[unknown, [unknown, number]]>): unknown[] => [...entries].map(([key, [state, timeMs]]) => [key, state, timeMs]).sort((a, b) => Number(a[0]) - Number(b[0]))

test.each((expectedOf('statemap') as { parentOps?: Op[]; ops: Op[]; getByTime?: Record<string, unknown>; getAll: unknown; parentGetAll?: unknown }[]).map((row, i) => [i, row] as const))('statemap %i', (_i, row) => {
  const apply = (map: StateMap, ops: readonly Op[]): StateMap => ops.reduce((into, op) => {
    if (op[0] === 'copy') return new StateMap(into.getAll())
    if (op[0] === 'put') into.put(op[1], op[2], op[3])
    else into.remove(op[1])
    return into
  }, map)
  const parent = apply(new StateMap(), row.parentOps ?? [])
  const map = apply(parent, row.ops)
  expect(flat(map.getAll())).toEqual(row.getAll)
  for (const [timeMs, entries] of Object.entries(row.getByTime ?? {})) expect(flat(map.getByTime(Number(timeMs)))).toEqual(entries)
  if (row.parentGetAll) expect(flat(parent.getAll())).toEqual(row.parentGetAll)
})

test('keys are equal by structure', () => {
  const map = new StateMap()
  const keys = [NaN, 0, -0, 1, '1', 1n, null, undefined, ['a', [1]], ['a', [1]], { b: 1, a: 2 }, { a: 2, b: 1 }, new Date(5), new Date(5), 5]
  keys.forEach((key, i) => map.put(key, i, 0))
  expect([...map.getAll()].map(([, [state]]) => state)).toEqual([0, 2, 3, 4, 5, 6, 7, 9, 11, 13, 14])
})

interface RecordCase { init: number[]; data: string[]; timeoutThreshold?: number; states?: unknown; output?: unknown; removed?: unknown; timedOut?: unknown; called?: boolean }

test.each((expectedOf('mws-record-update') as RecordCase[]).map((row, i) => [i, row] as const))('mws-record-update %i', (_i, row) => {
  const seen = { removed: [] as unknown[], timedOut: [] as unknown[], called: false }
  const commands: Record<string, (state: State<number>) => unknown> = {
    'noop': () => undefined,
    'get-state': state => state.getOption() ?? -1,
    'update-state': state => state.update(state.exists() ? state.get() + 1 : 0),
    'remove-state': state => { seen.removed.push(state.get()); state.remove() },
  }
  const mapping: MappingFunction = (time, key, command, state) => {
    seen.called = true
    expect([time.milliseconds, key]).toEqual([2000, 'key'])
    if (state.isTimingOut()) { seen.timedOut.push(state.get()); return undefined }
    return commands[command as string]!(state as State<number>)
  }
  const before = row.init.map((state): [0, [unknown, [unknown, number]]] => [0, ['key', [state, 1000]]])
  const idleBeforeMs = row.timeoutThreshold
  const rows = [...updateRecord(before, row.data.map(command => ['key', command]), { mapping, timeMs: 2000, idleBeforeMs, scan: idleBeforeMs !== undefined, undefinedToo: false })]
  const of = (kind: number): unknown[] => rows.filter(found => found[0] === kind).map(found => found[1])
  if (row.states) expect(of(0).map(entry => (entry as unknown[])[1])).toEqual(row.states)
  if (row.output) expect(of(1)).toEqual(row.output)
  if (row.removed) expect(seen.removed).toEqual(row.removed)
  if (row.timedOut) expect(seen.timedOut).toEqual(row.timedOut)
  if (row.called !== undefined) expect(seen.called).toBe(row.called)
})

test('mws-state-rdd: each step starts from the one it names, which stays as it was', () => {
  const base: Rows = [[0, ['k1', [0, 123]]], [0, ['k2', [0, 123]]]]
  const made = new Map<string, Rows>([['base', base]])
  const touched = new Set<unknown>()
  const mapping: MappingFunction = (_time, key, value, state) => {
    touched.add(key)
    if (value === 1) state.update(state.exists() ? state.get() as number + 1 : 0)
    if (value === 2 && state.exists()) state.remove()
  }
  for (const { step, from, data, states } of expectedOf('mws-state-rdd') as { step: string; from: string; data: [string, number][]; states: [string, number, number][] }[]) {
    touched.clear()
    const rows = [...updateRecord(made.get(from)!, data, { mapping, timeMs: 345, idleBeforeMs: undefined, scan: false, undefinedToo: false })] as Rows
    made.set(step, rows)
    expect(rows.map(([, [key, [state, timeMs]]]) => [key, state, timeMs]).sort(), step).toEqual(states)
    expect([...touched].sort(), step).toEqual([...new Set(data.map(([key]) => key))].sort())
  }
})
type Rows = [0, [unknown, [unknown, number]]][]
