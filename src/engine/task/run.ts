/**
 * Runs one task: pieces become sources, the ending drains them. Takes the task as data and its rebuilt functions; gives blocks
 * of rows or a number. Knows no thread: the embedded executor and a cluster's worker process call it alike.
 */
import { aggregate, aggregator, cogroup } from './aggregate.js'
import { promised, thrown, Thrown, thrownWithoutRecord, notAPair } from './failure.js'
import { ofFileLines, ofWholeFile } from './files.js'
import { fuse, partitionwise, type Fn } from './fuse.js'
import { KeyTable } from './key-table.js'
import { ofLines } from './lines.js'
import { fuseAsync, waits } from './map-async.js'
import { placer } from './placement.js'
import { encodeBlocks, encodeRows, ofBlocks } from './row-codec.js'
import type { NameClass } from './row-writer.js'
import { borders, comparison, reservoir, sortByKey } from './sort.js'
import { concat, deferred, drain, pull, toArray, type Source } from './source.js'
import type { At, Ending, Piece, Task, TaskOutput } from './task.js'

export interface TaskHost { readonly fns: readonly Fn[]; readonly nameClass: NameClass }

/** Only an `apply` whose function is asynchronous, and a chain that waits, give a promise. Throws Thrown, or whatever went wrong. */
export function runTask(task: Task, host: TaskHost): TaskOutput | Promise<TaskOutput> {
  if (task.pieces.some(waits)) return runWaiting(task, host)
  const sources: Source[] = []
  for (let at = task.pieces.length - 1; at >= 0; at--) sources[at] = sourceOf(task.pieces[at]!, sources, host.fns)
  return finish(sources[0]!, task.ending, task.at, host)
}

async function runWaiting(task: Task, host: TaskHost): Promise<TaskOutput> {
  const sources: Source[] = []
  for (let at = task.pieces.length - 1; at >= 0; at--) {
    const piece = task.pieces[at]!
    sources[at] = waits(piece) ? await fuseAsync(sources[piece.input]!, piece.steps, host.fns) : sourceOf(piece, sources, host.fns)
  }
  return finish(sources[0]!, task.ending, task.at, host)
}

function sourceOf(piece: Piece, sources: readonly Source[], fns: readonly Fn[]): Source {
  switch (piece.kind) {
    case 'blocks': return ofBlocks(piece.blocks)
    case 'lines': return ofLines(piece.buffer, piece.byteLength)
    case 'fileLines': return ofFileLines(piece)
    case 'wholeFile': return ofWholeFile(piece.path)
    case 'chain': return fuse(sources[piece.input]!, piece.steps, fns)
    case 'concat': return concat(piece.inputs.map(input => sources[input]!))
    case 'aggregate': return aggregate(sources[piece.input]!, piece.by, piece.at, fns)
    case 'sort': return sortByKey(sources[piece.input]!, piece.ascending, comparison(fns[piece.compare]), piece.at)
    case 'cogroup': return cogroup(piece.inputs.map(input => sources[input]!), piece.at)
    case 'zip': return deferred(() => partitionwise(() => fns[piece.fn]!(piece.inputs.map(input => pull(sources[input]!)), piece.index), piece))
    default: return piece satisfies never
  }
}

function finish(source: Source, ending: Ending, at: At, host: TaskHost): TaskOutput | Promise<TaskOutput> {
  const { fns, nameClass } = host
  const rows = (values: readonly unknown[]): TaskOutput => ({ kind: 'rows', blocks: [encodeRows(values, at.operator, nameClass)] })
  switch (ending.kind) {
    case 'collect': return rows(toArray(source))
    case 'take': return rows(take(source, ending.n))
    case 'count': return { kind: 'value', value: count(source) }
    case 'foreach': foreach(source, fns[ending.fn]!, at); return { kind: 'value', value: 0 }
    case 'reduce': return rows(reduce(source, fns[ending.fn]!, at))
    case 'apply': return apply(source, fns[ending.fn]!, ending.index, at, value => rows([value]))
    case 'exchange': return { kind: 'rows', blocks: encodeBlocks(exchange(source, ending, at, fns), at.operator, nameClass) }
    case 'sample': return rows(sample(source, ending.size, ending.seed, at))
    case 'bounds': return rows(borders(toArray(source) as [unknown, number][], ending.numPartitions, comparison(fns[ending.compare]), at))
    default: return ending satisfies never
  }
}

const STOP = new Thrown({ operator: 'take', site: undefined }, undefined, false, undefined)

function take(source: Source, n: number): unknown[] {
  const rows: unknown[] = []
  if (n <= 0) return rows
  try {
    drain(source, row => { if (rows.push(row) === n) throw STOP })
  } catch (error) { if (error !== STOP) throw error }
  return rows
}

function count(source: Source): number {
  let found = 0
  drain(source, () => { found++ })
  return found
}

function foreach(source: Source, f: Fn, at: At): void {
  drain(source, row => {
    let out: unknown
    try { out = f(row) } catch (error) { throw thrown(at, row, error) }
    if (out instanceof Promise) throw promised(at, row)
  })
}

/** No row, or the one that is left. */
function reduce(source: Source, f: Fn, at: At): unknown[] {
  let left: unknown[] = []
  drain(source, row => {
    if (left.length === 0) { left = [row]; return }
    try { left[0] = f(left[0], row) } catch (error) { throw thrown(at, row, error) }
    if (left[0] instanceof Promise) throw promised(at, row)
  })
  return left
}

function apply(source: Source, f: Fn, index: number, at: At, wrap: (value: unknown) => TaskOutput): TaskOutput | Promise<TaskOutput> {
  const fail = (error: unknown): never => { throw thrownWithoutRecord(at, error) }
  let value: unknown
  try { value = f(pull(source), index) } catch (error) { fail(error) }
  return value instanceof Promise ? value.then(wrap, fail) : wrap(value)
}

function exchange(source: Source, ending: Ending & { kind: 'exchange' }, at: At, fns: readonly Fn[]): unknown[][] {
  const place = placer(ending.placement, at, fns)
  const buckets: unknown[][] = Array.from({ length: ending.placement.numPartitions }, () => [])
  const send = (row: unknown): void => {
    if (!Array.isArray(row) || row.length !== 2) throw notAPair(at, row)
    try { buckets[place(row[0])]!.push(row) } catch (error) { throw thrown(at, row, error) }
  }
  if (!ending.combine) drain(source, send)
  else combined(source, ending.combine, at, fns).forEach(send)
  return buckets
}

function combined(source: Source, by: NonNullable<(Ending & { kind: 'exchange' })['combine']>, at: At, fns: readonly Fn[]): readonly unknown[] {
  const table = new KeyTable()
  drain(source, aggregator(table, by, at, fns))
  return table.rows
}

function sample(source: Source, size: number, seed: number, at: At): unknown[] {
  const kept = reservoir(size, seed, at)
  drain(source, kept.push)
  return kept.rows()
}
