/**
 * Merging by key: the map side's combine, the reduce side's merge, and cogroup. Rows come in as pairs; one row per key goes
 * out, in the order in which keys were first seen.
 */
import type { Fn } from './fuse.js'
import { notAPair, promised, thrown } from './failure.js'
import { KeyTable } from './key-table.js'
import { deferred, drain, ofArray, type Push, type Source } from './source.js'
import type { AggregateBy, At } from './task.js'

export const aggregate = (input: Source, by: AggregateBy, at: At, fns: readonly Fn[]): Source => deferred(() => {
  const table = new KeyTable()
  drain(input, aggregator(table, by, at, fns))
  return ofArray(table.rows)
})

/** Merges each pushed pair into the table. */
export function aggregator(table: KeyTable, by: AggregateBy, at: At, fns: readonly Fn[]): Push {
  return by.from === 'values'
    ? merger(table, at, fns[by.create]!, fns[by.mergeValue]!)
    : merger(table, at, undefined, fns[by.mergeCombiners]!)
}

function merger(table: KeyTable, at: At, create: Fn | undefined, merge: Fn): Push {
  return row => {
    if (!Array.isArray(row) || row.length !== 2) throw notAPair(at, row)
    let merged: unknown
    try {
      const entry = table.find(row[0])
      if (entry) merged = entry[1] = merge(entry[1], row[1])
      else merged = table.add(row[0], create ? create(row[1]) : row[1])[1]
    } catch (error) { throw thrown(at, row, error) }
    if (merged instanceof Promise) throw promised(at, row)
  }
}

/** `[key, [values of input 0, values of input 1, …]]`, keys in first-seen order over the inputs. */
export const cogroup = (inputs: readonly Source[], at: At): Source => deferred(() => {
  const table = new KeyTable()
  inputs.forEach((input, side) => drain(input, row => {
    if (!Array.isArray(row) || row.length !== 2) throw notAPair(at, row)
    try {
      const entry = table.find(row[0]) ?? table.add(row[0], inputs.map(() => []))
      ;(entry[1] as unknown[][])[side]!.push(row[1])
    } catch (error) { throw thrown(at, row, error) }
  }))
  return ofArray(table.rows)
})
