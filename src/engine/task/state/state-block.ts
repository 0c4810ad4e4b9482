/**
 * The committed form of a table: a block whose parts are runs of encoded columns. A later batch's block has the earlier one's parts
 * and adds what has changed; runs are written anew, as one, once what was added outgrows half of what it was added to. So a
 * batch writes what it has changed, and a reader, who needs no table for it, decodes at most half as much again.
 *
 * keys: in the order of slots; later runs are new keys. values: one per slot, then (slots, changed) per batch. order: slots in the order
 * of rows, then per batch the slots that came to the front of it. gone: slots whose keys were removed. emitted: rows before the states.
 * Parts that lie in files belong to one block alone: then all is written.
 */
import { decodeRows, ofParts } from '../row-codec.js'
import { concat, deferred, type Source } from '../source.js'
import type { Part, RowBlock, StateRole } from '../task.js'
import { rowsOf, StateTable, type Columns } from './state-table.js'

export interface Run { readonly role: StateRole; readonly records: number; readonly parts: readonly Part[] }
export type Encode = (role: StateRole, rows: readonly unknown[]) => Run

/** What a batch has done to a table. */
export interface Change {
  /** Slots whose values are others now, new ones included. */
  readonly changed: readonly number[]
  /** Slots that come first from now on, first of all first; absent where rows stay in their places. */
  readonly front: readonly number[] | undefined
}

/** The table's runs after that change. `before`: the block it was made from; one of plain rows has no runs. */
export function committed(table: StateTable, before: RowBlock | undefined, change: Change, encode: Encode): Run[] {
  const old = before?.state && before.parts.every(part => typeof part.in !== 'string') ? runsOf(before) : []
  const of = (role: StateRole): Run[] => old.filter(run => run.role === role)
  return [
    ...keyRuns(table, of('keys'), encode),
    ...valueRuns(table, of('values'), of('slots'), of('changed'), change.changed, encode),
    ...change.front ? orderRuns(table, of('order'), of('front'), change.front, encode) : [],
    ...goneRuns(table, of('gone'), encode),
  ]
}

export const stateBlock = (runs: readonly Run[], records: number, classes: readonly string[], version: string, stamped: boolean, fresh: ReadonlySet<Run>): RowBlock => ({
  parts: runs.flatMap(({ parts }) => parts),
  records, classes,
  state: { version, stamped, runs: runs.map(({ role, records: count, parts }) => ({ role, records: count, parts: parts.length })), freshBytes: bytesOf(fresh) },
})

/** The rows that were put before the states, then these. */
export const ofState = (block: RowBlock): Source => withEmitted(block, () => {
  const columns = columnsOf(block)
  return rowsOf(columns, columns.order ?? liveSlots(columns))
})

export function withEmitted(block: RowBlock, states: () => Source): Source {
  const emitted = runsOf(block).filter(({ role }) => role === 'emitted').flatMap(({ parts }) => parts)
  return emitted.length > 0 ? concat([ofParts(emitted), deferred(states)]) : deferred(states)
}

/** Every slot's key and value, decoded. */
export function columnsOf(block: RowBlock): Columns {
  const runs = runsOf(block)
  const of = (role: StateRole): Run[] => runs.filter(run => run.role === role)
  const keys = of('keys').flatMap(rowsIn)
  const values = of('values').flatMap(rowsIn)
  const [slots, changed] = [of('slots'), of('changed')]
  slots.forEach((run, i) => overwrite(values, rowsIn(run) as number[], rowsIn(changed[i]!)))
  values.length = keys.length // new keys that were gone at once have none
  const gone = of('gone').flatMap(rowsIn) as number[]
  const order = of('order').length > 0 ? orderOf(of('order'), of('front'), gone, keys.length) : undefined
  const times = block.state!.stamped ? values.map(value => (value as [unknown, number])[1]) : undefined
  return { keys, values: times ? values.map(value => (value as [unknown, number])[0]) : values, times, order, gone }
}

function overwrite(values: unknown[], slots: readonly number[], changed: readonly unknown[]): void {
  for (let i = 0; i < slots.length; i++) values[slots[i]!] = changed[i]
}

/** What came to the front last is first. */
function orderOf(base: readonly Run[], fronts: readonly Run[], gone: readonly number[], slots: number): Int32Array {
  const seen = new Uint8Array(slots)
  for (const slot of gone) seen[slot] = 1
  const order = new Int32Array(slots - gone.length)
  let length = 0
  for (const run of [...fronts].reverse().concat(base)) for (const slot of rowsIn(run) as number[]) {
    if (seen[slot]) continue
    seen[slot] = 1
    order[length++] = slot
  }
  return order
}

function liveSlots({ keys, gone }: Columns): Int32Array {
  const dead = new Set(gone)
  return Int32Array.from(keys.keys()).filter(slot => !dead.has(slot))
}

function runsOf({ parts, state }: RowBlock): Run[] {
  let at = 0
  return state!.runs.map(({ role, records, parts: count }) => ({ role, records, parts: parts.slice(at, at += count) }))
}

const rowsIn = ({ parts, records }: Run): unknown[] => decodeRows({ parts, records, classes: [] })

function keyRuns(table: StateTable, old: readonly Run[], encode: Encode): readonly Run[] {
  const known = sum(old)
  if (known === table.slots && old.length > 0) return old
  const stay = old.slice(0, rewrittenFrom(old, table.slots - known))
  return [...stay, encode('keys', table.keys.slice(sum(stay)))]
}

function valueRuns(table: StateTable, base: readonly Run[], slots: readonly Run[], values: readonly Run[], changed: readonly number[], encode: Encode): readonly Run[] {
  const from = rewrittenFrom([...base, ...slots], changed.length)
  if (from === 0) return [encode('values', everyValue(table))]
  const stay = [...base, ...slots.slice(0, from - 1).flatMap((run, i) => [run, values[i]!])]
  const all = from - 1 < slots.length ? union([...slots.slice(from - 1).map(run => rowsIn(run) as number[]), changed]) : changed
  return all.length > 0 ? [...stay, encode('slots', all), encode('changed', all.map(valueAt(table)))] : stay
}

function orderRuns(table: StateTable, base: readonly Run[], fronts: readonly Run[], front: readonly number[], encode: Encode): readonly Run[] {
  const old = [...base, ...fronts]
  const from = rewrittenFrom(old, front.length)
  if (from === 0) return [encode('order', [...table.order!])]
  const all = from < old.length ? union([front, ...old.slice(from).reverse().map(run => rowsIn(run) as number[])]) : front
  return all.length > 0 ? [...old.slice(0, from), encode('front', all)] : old.slice(0, from)
}

function goneRuns({ gone }: StateTable, old: readonly Run[], encode: Encode): readonly Run[] {
  if (gone.length === 0) return []
  return sum(old) === gone.length ? old : [encode('gone', gone)]
}

// So many runs are read one after another before they are made one.
const MOST_RUNS = 16

/** From which run on all are written anew, as one: none but the new one, what was added to the first, or all. */
function rewrittenFrom(runs: readonly Run[], added: number): number {
  if (runs.length === 0 || sum(runs.slice(1)) + added > runs[0]!.records / 2) return 0
  return runs.length > MOST_RUNS ? 1 : runs.length
}

const sum = (runs: readonly Run[]): number => runs.reduce((total, { records }) => total + records, 0)
const union = (lists: readonly (readonly number[])[]): number[] => [...new Set(lists.flat())]

const valueAt = ({ values, times }: StateTable) => (slot: number): unknown => times ? [values[slot], times[slot]] : values[slot]

/** A key that is gone has a neighbour's value in its place, so that a column of numbers is one. */
function everyValue(table: StateTable): unknown[] {
  const value = valueAt(table)
  const rows: unknown[] = []
  let last: unknown = table.live > 0 ? value(table.rowSlots()[0]!) : 0
  for (let slot = 0; slot < table.slots; slot++) rows.push(table.isGone(slot) ? last : last = value(slot))
  return rows
}

function bytesOf(runs: Iterable<Run>): number {
  let bytes = 0
  for (const { parts } of runs) for (const { start, end } of parts) bytes += end - start
  return bytes
}
