/**
 * What holds over time: values are read at each capture and names only once, rebuilt copies are the task's own, classes stay
 * the same class, frames lead to the user's own line, and nothing grows faster than what is captured.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { capture, captureValue } from '#src/closure/capture.js'
import type { Portable } from '#src/closure/portable.js'
import { rebuild, rebuildValue, type RebuildHost } from '#src/closure/rebuild.js'
import { classById, idOfClass } from '#src/core/classes.js'
import { moduleExportOf, registerModule } from '#src/core/modules.js'
import { fnRef, type AnyFunction } from '#src/plan/fn-ref.js'
import { closeExecutor, inExecutor } from './executor.js'
import * as live from './fixtures/live.mjs'
import * as helpers from './fixtures/helpers.mjs'

afterAll(closeExecutor)

const HOST: RebuildHost = { module: () => { throw new Error('no module is needed') }, broadcast: id => id, accumulator: id => ({ id }) }
const captured = (...fns: AnyFunction[]): Portable => structuredClone(capture(fns.map(fn => fnRef(fn, 'map'))))
const again = (...fns: AnyFunction[]): ((...args: unknown[]) => unknown)[] => rebuild(captured(...fns), HOST) as never

describe('values', () => {
  test('are those of the moment of capture', () => {
    const [before] = again(live.above)
    live.setThreshold(10)
    const [after] = again(live.above)
    expect([before!(5), after!(5)]).toEqual([true, false])
  })

  test('are copies: what a task does to them, nobody else sees', () => {
    const [one, two] = [again(live.copied)[0]!, again(live.copied)[0]!]
    ;(one() as string[]).push('from a task')
    live.push('b')
    expect([one(), two(), live.copied()]).toEqual([['a', 'from a task'], ['a'], ['a', 'b']])
  })

  test('of functions without variables need no look into scopes, and give the same data each time', () => {
    expect(capture([fnRef(live.nothingCaptured, 'map')])).toEqual(capture([fnRef(live.nothingCaptured, 'map')]))
    expect(capture([fnRef(live.nothingCaptured, 'map')]).entries.map(({ data }) => (data as { variables: unknown }).variables)).toEqual([[]])
  })

  test('of closures with the same text are each their own, over one code', () => {
    const portable = captured(...[1, 2, 3].map(n => live.makeClosure(n)))
    expect(portable.codes.length).toBe(1)
    expect(rebuild(portable, HOST).map(f => (f as () => unknown)())).toEqual([1, 2, 3])
  })
})

describe('frames', () => {
  const FILE = new URL('./fixtures/live.mjs', import.meta.url).href
  const LINES = readFileSync(fileURLToPath(FILE), 'utf8').split('\n')

  test.each(live.throwers.map((fn: AnyFunction, i: number) => ({ fn, i })))('of thrower $i stand where the original stands', async ({ fn }) => {
    const [here, there] = [await frameOf(fn as () => unknown), await frameOf(again(fn)[0]!)]
    expect(there).toEqual(here)
    expect(here.place).toMatch(new RegExp(`^${FILE}:\\d+:\\d+$`))
  })

  test('of a method of a class name its line', async () => {
    const { place } = await frameOf(again(live.throwInClass)[0]!)
    expect(Number(place.split(':').at(-2))).toBe(LINES.findIndex(line => line.includes('// here: class')) + 1)
  })

  async function frameOf(fn: () => unknown): Promise<{ message: string; place: string }> {
    try { await fn() } catch (error) {
      const { message, stack } = error as Error
      return { message, place: /\(?(file:[^)]*)\)?/.exec(stack!.split('\n')[1]!)![1]! }
    }
    throw new Error('nothing was thrown')
  }
})

describe('classes', () => {
  test('stay what they are on their own thread', () => {
    const [make, check] = again(live.makeRow, live.isRow)
    expect([check!(make!(1)), make!(1) instanceof live.Row]).toEqual([true, true])
  })

  test('stay the same class in an executor from one batch to the next, with the variables of the newest', async () => {
    const batch = (): Portable => captured(() => keep(live.makeRow(3)), () => kept(live.isRow), () => kept(live.doubled))
    expect((await inExecutor(batch(), 'each') as unknown[]).slice(1)).toEqual([true, 6])
    live.setFactor(10)
    expect((await inExecutor(captured(() => kept(live.isRow), () => kept(live.doubled)), 'each'))).toEqual([true, 30])
  })

  test('have an id that leads back to them', () => {
    capture([fnRef(live.makeRow, 'map')])
    expect(classById(idOfClass(live.Row)!)).toBe(live.Row)
  })

  // The executor's own global, so that a row outlives its batch there as it does in a cached partition.
  const keep = new Function('row', 'return globalThis.$row = [row]') as (row: unknown) => void
  const kept = new Function('probe', 'return probe(globalThis.$row[0])') as (probe: unknown) => unknown
})

describe('modules', () => {
  test('that are registered give their functions and classes by name, their objects by value', async () => {
    const url = new URL('./fixtures/helpers.mjs', import.meta.url).href
    const bySource = captured(helpers.greet)
    registerModule(url, helpers)
    const { greet, Greeter, limits } = helpers
    const byName = captured(() => [helpers.greet('x'), helpers.Greeter.name])
    const each = capture([fnRef(greet, 'map'), fnRef(Greeter as never, 'map')])
    expect([bySource.modules, byName.modules, each.modules]).toEqual([[], [url], [url]])
    expect(each.entries.map(({ kind }) => kind)).toEqual(['export', 'export'])
    expect(captureValue(limits, 'limits').entries[0]!.kind).toBe('object')
    expect(idOfClass(Greeter)).toBe(`${url}#Greeter`)
    expect(moduleExportOf(helpers)).toEqual({ url, export: '*' })
    expect(await inExecutor(byName, 'each')).toEqual([['hello, x', 'Greeter']])
  })

  test('that export something else by now are not believed', () => {
    const first = () => 1
    const namespace = { f: first }
    registerModule('file:///changing.mjs', namespace)
    namespace.f = () => 2
    expect(moduleExportOf(first)).toBeUndefined()
  })

  test('whose exports come late are looked at again', () => {
    const namespace: { late?: () => number } = { late: undefined }
    registerModule('file:///late.mjs', namespace)
    namespace.late = () => 1
    capture([])
    expect(moduleExportOf(namespace.late)).toEqual({ url: 'file:///late.mjs', export: 'late' })
  })
})

describe('a value', () => {
  test('travels as a function does', () => {
    const value = { at: new Date(5), rows: [new live.Row(1)], f: live.nothingCaptured }
    const there = rebuildValue(structuredClone(captureValue(value, 'row')), HOST) as typeof value
    expect([there.at, there.rows[0]!.n, there.f(1)]).toEqual([new Date(5), 1, [1, 1]])
    expect(there.rows[0]).toBeInstanceOf(live.Row)
  })

  test('may be as deep as memory allows', () => {
    let list: { next: unknown } | null = null
    for (let i = 0; i < 100_000; i++) list = { next: list }
    let depth = 0
    for (let at = rebuildValue(captureValue(list, 'list'), HOST) as typeof list; at; at = at.next as typeof list) depth++
    expect(depth).toBe(100_000)
  })

  test('may have a hundred thousand entries', () => {
    const map = new Map(Array.from({ length: 100_000 }, (_, i) => [`key ${i}`, { i }]))
    const there = rebuildValue(captureValue(map, 'map'), HOST) as typeof map
    expect([there.size, there.get('key 99999')]).toEqual([100_000, { i: 99_999 }])
  })
})
