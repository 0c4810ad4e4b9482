/**
 * Merging by key: the map side's combine, the reduce side's merge, and cogroup. Rows come in as pairs; one row per key goes
 * out, in the order in which keys were first seen. What does not fit in memory: overflow.ts.
 */
import { drainInto, type Fn } from './fuse.js'
import { notAPair, thrown } from './failure.js'
import type { Entry } from './key-table.js'
import type { TaskMemory } from './memory.js'
import { OverflowingTable, type Merging } from './overflow.js'
import { deferred, drain, type Source } from './source.js'
import type { AggregateBy, At } from './task.js'

export const aggregate = (input: Source, by: AggregateBy, at: At, fns: readonly Fn[], memory: TaskMemory): Source => deferred(() => {
  const create = by.from === 'values' ? fns[by.create]! : undefined
  const merge = fns[by.from === 'values' ? by.mergeValue : by.mergeCombiners]!
  const merging: Merging = { create: value => create ? create(value) : value, merge: (combined, value) => merge(combined, value) }
  const table = new OverflowingTable(merging, at, memory)
  const ending = create ? { kind: 'combineValues', create } as const : { kind: 'combineCombiners' } as const
  drainInto(input, { ...ending, state: { table }, fn: merge, at })
  return table.rows()
})

/** `[key, [values of input 0, values of input 1, …]]`, keys in first-seen order over the inputs. */
export const cogroup = (inputs: readonly Source[], at: At, memory: TaskMemory): Source => deferred(() => {
  const append = (groups: unknown, value: unknown, side: number): unknown => {
    const lists = groups as unknown[][]
    // push() makes room for 17 values in an empty list: 136 bytes for each key that has one.
    if (lists[side]!.length === 0) lists[side] = [value]
    else lists[side]!.push(value)
    return groups
  }
  const create = (value: unknown, side: number): unknown[][] => {
    const groups: unknown[][] = []
    for (let i = 0; i < inputs.length; i++) groups.push(i === side ? [value] : [])
    return groups
  }
  const merging: Merging = { create, merge: append }
  const table = new OverflowingTable(merging, at, memory)
  inputs.forEach((input, side) => drain(input, row => {
    if (!Array.isArray(row) || row.length !== 2) throw notAPair(at, row)
    try {
      const entry = table.find(row[0])
      if (entry) append(entry[1], row[1], side)
      else if (table.frozen) return table.later(row as Entry, side)
      else table.add(row[0], create(row[1], side))
    } catch (error) { throw thrown(at, row, error) }
    table.grow(row[1])
  }))
  return table.rows()
})
