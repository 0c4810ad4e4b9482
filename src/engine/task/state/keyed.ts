/**
 * A step of keyed state, run on a table: the one that this executor kept from the batch before, else one made from the committed rows.
 * What is given is committed before the task counts as done, so a table that is lost is made again from it.
 *
 * The plain way (cogroup, then the operator's function over all rows) gives the same rows; it is taken where there is no room for a
 * table, and for rows that no table may hold.
 */
import type { StateEntry } from '../../../core/state-map.js'
import { notAPair, thrownWithoutRecord } from '../failure.js'
import type { Fn } from '../fuse.js'
import type { TaskMemory } from '../memory.js'
import { encodeBlocks, ofBlocks } from '../row-codec.js'
import type { NameClass } from '../row-writer.js'
import { concat, drain, ofArray, type Source } from '../source.js'
import type { KeyedPiece, Piece, RowBlock, Task, TaskOutput } from '../task.js'
import { mapTable, type MapStates } from './map-table.js'
import { mergeTable, type MergeKey } from './merge-table.js'
import { EXOTIC, kept } from './plain-data.js'
import { columnsOf, committed, stateBlock, type Encode, type Run } from './state-block.js'
import { ROW_BYTES, StateTable } from './state-table.js'
import type { StateTables } from './state-tables.js'
import { updateTable, type TableChange, type UpdateKey } from './update-table.js'

export interface KeyedHost {
  readonly fns: readonly Fn[]
  readonly nameClass: NameClass
  readonly memory: TaskMemory
  readonly tables: StateTables
  /** Rows as an ordinary block. */
  readonly gathered: (rows: Source) => RowBlock[]
}

/** Undefined: it is for the plain way. */
export function runKeyed(task: Task, piece: KeyedPiece, sources: readonly Source[], host: KeyedHost): TaskOutput | undefined {
  const before = blocksBefore(task, piece)
  const table = before && fits(task, before, host) ? opened(before, piece, host.tables) : undefined
  if (!table) return undefined
  const others = piece.inputs.filter((_, i) => i !== piece.state).map(input => sources[input]!)
  return { kind: 'rows', blocks: given(table, stepped(table, piece, others, host.fns), before!, piece, host) }
}

/** None, or all blocks of the state before; undefined where they are still to be computed. */
function blocksBefore({ pieces }: Task, { inputs, state }: KeyedPiece): readonly RowBlock[] | undefined {
  if (state < 0) return []
  const input: Piece = pieces[inputs[state]!]!
  return input.kind === 'blocks' ? input.blocks : undefined
}

// V8 refuses a Map of more entries than 2^24.
const MOST_KEYS = 2 ** 24 - 16

/** Whether all that comes could be new keys, and there would still be room. */
function fits({ pieces }: Task, before: readonly RowBlock[], { memory, tables }: KeyedHost): boolean {
  const records = pieces.reduce((sum, piece) => sum + (piece.kind === 'blocks' ? recordsOf(piece.blocks) : 0), 0)
  return records < MOST_KEYS && records * ROW_BYTES <= room(before, memory, tables)
}

const recordsOf = (blocks: readonly RowBlock[]): number => blocks.reduce((sum, { records }) => sum + records, 0)

/** What tables of other states have left. */
function room(before: readonly RowBlock[], { share }: TaskMemory, tables: StateTables): number {
  const version = before[0]?.state?.version
  return share.tableBytes - tables.bytes + (version ? tables.bytesOf(version) : 0)
}

function opened(before: readonly RowBlock[], piece: KeyedPiece, tables: StateTables): StateTable | undefined {
  const layout = before.length === 1 ? before[0]!.state : undefined
  if (layout) return tables.take(layout.version) ?? new StateTable(columnsOf(before[0]!))
  return tableOf(ofBlocks(before), piece)
}

/** From plain rows, as an earlier plain way or an initial state has left them. Of rows with equal keys the first counts. */
function tableOf(rows: Source, { step, at }: KeyedPiece): StateTable | undefined {
  const table = new StateTable({ keys: [], values: [], times: step === 'map' ? [] : undefined, order: undefined, gone: [] })
  let exotic = false
  const add = (key: unknown, value: unknown, timeMs?: number): void => {
    const [ownKey, ownValue] = [kept(key), kept(value)]
    if (ownKey === EXOTIC || ownValue === EXOTIC) exotic = true
    else if (table.slot(ownKey) < 0) table.add(ownKey, ownValue, timeMs)
  }
  drain(rows, step === 'map'
    ? row => { const [kind, entry] = row as [number, StateEntry]; if (kind === 0) add(entry[0], ...entry[1]) }
    : row => {
        if (!Array.isArray(row) || row.length !== 2) throw notAPair(at, row)
        add(row[0], row[1])
      })
  return exotic ? undefined : table
}

interface Stepped { readonly emitted: readonly unknown[]; readonly change: TableChange }

function stepped(table: StateTable, { step, f, left, at }: KeyedPiece, others: readonly Source[], fns: readonly Fn[]): Stepped {
  const fn = fns[f]!
  try {
    switch (step) {
      case 'update': return { emitted: [], change: updateTable(table, others, fn as UpdateKey, at) }
      case 'merge': return { emitted: [], change: mergeTable(table, others.slice(0, left), others.slice(left), fn as MergeKey, at) }
      case 'map': return mapTable(table, concat(others), fn as MapStates, at)
      default: return step satisfies never
    }
  } catch (error) { throw thrownWithoutRecord(at, error) }
}

// A key that is gone costs as much as one that is there.
const MOST_GONE = 1 / 4

function given(made: StateTable, { emitted, change }: Stepped, before: readonly RowBlock[], { at }: KeyedPiece, { nameClass, memory, tables, gathered }: KeyedHost): readonly RowBlock[] {
  const roomBytes = room(before, memory, tables)
  const bytes = made.bytes()
  const first: Source = ofArray(emitted.map(value => [1, value]))
  if (change.exotic || bytes > roomBytes) return gathered(concat([first, made.plainRows()]))
  const compact = made.gone.length > made.slots * MOST_GONE
  const table = compact ? made.compacted() : made
  const fresh = new Set<Run>()
  const encode: Encode = (role, rows) => {
    const [{ parts }] = encodeBlocks([rows], at.operator, nameClass, memory.give) as [RowBlock]
    const run = { role, records: rows.length, parts }
    fresh.add(run)
    return run
  }
  const [prefix] = emitted.length > 0 ? gathered(first) : []
  const runs = [...prefix ? [{ role: 'emitted' as const, records: prefix.records, parts: prefix.parts }] : [], ...committed(table, compact ? undefined : before[0], change, encode)]
  const version = memory.share.path
  tables.put(version, table, bytes)
  return [stateBlock(runs, emitted.length + table.live, prefix?.classes ?? [], version, table.times !== undefined, fresh)]
}
