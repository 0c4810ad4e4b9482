/**
 * Runs one task: pieces become sources, the ending drains them. Takes the task as data and its rebuilt functions; gives blocks
 * of rows or a number. Knows no thread: the embedded executor and a cluster's worker process call it alike.
 */
import { aggregate, cogroup } from './aggregate.js'
import { Buckets } from './buckets.js'
import { thrown, Thrown, thrownWithoutRecord, notAPair } from './failure.js'
import { ofFileLines, ofWholeFile } from './files.js'
import { drainInto, fuse, type Fn } from './fuse.js'
import { ofLines } from './lines.js'
import { Count, Fold } from './loop.js'
import { partitionwise } from './loop-help.js'
import { fuseAsync, waits } from './map-async.js'
import { TaskMemory, UNLIMITED } from './memory.js'
import { ofRange } from './number-runs.js'
import { placer } from './placement.js'
import { encodeRows, ofBlocks } from './row-codec.js'
import { runRule } from './rules/rules.js'
import type { NameClass } from './row-writer.js'
import { borders, comparison, reservoir, sortByKey } from './sort.js'
import { concat, deferred, drain, pull, toArray, type Source } from './source.js'
import { runKeyed } from './state/keyed.js'
import { ofState } from './state/state-block.js'
import type { StateTables } from './state/state-tables.js'
import type { At, Ending, KeyedPiece, MemoryShare, Piece, RowBlock, Task, TaskOutput } from './task.js'

export interface TaskHost {
  readonly fns: readonly Fn[]
  readonly nameClass: NameClass
  readonly share?: MemoryShare
  /** Makes the functions anew, with the values that were captured. */
  readonly again?: () => readonly Fn[]
  /** Of keyed state, where the host keeps tables between tasks. */
  readonly tables?: StateTables
  /** Tests: told why a rule stepped aside. */
  readonly aside?: (why: unknown) => void
}

/** Only an `apply` whose function is asynchronous, and a chain that waits, give a promise. Throws Thrown, or whatever went wrong. */
export function runTask(task: Task, host: TaskHost): TaskOutput | Promise<TaskOutput> {
  const memory = new TaskMemory(host.share ?? UNLIMITED, task)
  const done = <O>(output: O): O => { memory.close(false); return output }
  const failed = (error: unknown): never => { memory.close(true); throw error }
  try {
    const output = task.pieces.some(waits) ? runWaiting(task, host, memory) : runAtOnce(task, host, memory)
    return output instanceof Promise ? output.then(done, failed) : done(output)
  } catch (error) { return failed(error) }
}

function runAtOnce(task: Task, host: TaskHost, memory: TaskMemory): TaskOutput | Promise<TaskOutput> {
  const ruled = runRule(task, { fns: host.fns, memory, aside: host.aside, finish: (source, ending) => finish(source, { ...task, ending }, host, memory) as TaskOutput })
  if (ruled) return ruled
  const sources: Source[] = []
  const fnsOf = functionsOf(task, host)
  const tables = readable(task, host)
  for (let at = task.pieces.length - 1; at >= 0; at--) sources[at] = sourceOf(task.pieces[at]!, sources, fnsOf(at), memory, tables)
  return keyed(task, sources, host, memory) ?? finish(sources[0]!, task, host, memory)
}

async function runWaiting(task: Task, host: TaskHost, memory: TaskMemory): Promise<TaskOutput> {
  const sources: Source[] = []
  const fnsOf = functionsOf(task, host)
  const tables = readable(task, host)
  for (let at = task.pieces.length - 1; at >= 0; at--) {
    const piece = task.pieces[at]!
    sources[at] = waits(piece) ? await fuseAsync(sources[piece.input]!, piece.steps, fnsOf(at)) : sourceOf(piece, sources, fnsOf(at), memory, tables)
  }
  return keyed(task, sources, host, memory) ?? finish(sources[0]!, task, host, memory)
}

/** Of each piece: a partition begins with what was captured, not with what the one before it assigned. */
function functionsOf({ members }: Task, { fns, again }: TaskHost): (at: number) => readonly Fn[] {
  const sets = [fns]
  return at => sets[members?.[at] ?? 0] ??= again!()
}

/** A task that changes a table reads the rows as they were committed. */
const readable = ({ pieces }: Task, { tables }: TaskHost): StateTables | undefined => pieces[0]?.kind === 'keyed' ? undefined : tables

/** The step of keyed state that a task is for, on a table. */
function keyed(task: Task, sources: readonly Source[], { fns, nameClass, tables }: TaskHost, memory: TaskMemory): TaskOutput | undefined {
  const [piece] = task.pieces
  if (piece?.kind !== 'keyed' || !tables) return undefined
  return runKeyed(task, piece, sources, { fns, nameClass, memory, tables, gathered: rows => gathered(rows, task.at, nameClass, memory) })
}

function sourceOf(piece: Piece, sources: readonly Source[], fns: readonly Fn[], memory: TaskMemory, tables: StateTables | undefined): Source {
  switch (piece.kind) {
    case 'blocks': return ofStored(piece.blocks, tables)
    case 'range': return ofRange(piece)
    case 'lines': return ofLines(piece.buffer, piece.byteLength)
    case 'fileLines': return ofFileLines(piece)
    case 'wholeFile': return ofWholeFile(piece.path)
    case 'chain': return fuse(sources[piece.input]!, piece.steps, fns)
    case 'concat': return concat(piece.inputs.map(input => sources[input]!))
    case 'aggregate': return aggregate(sources[piece.input]!, piece.by, piece.at, fns, memory)
    case 'sort': return sortByKey(sources[piece.input]!, piece.ascending, comparison(fns[piece.compare]), piece.at, memory)
    case 'cogroup': return cogroup(piece.inputs.map(input => sources[input]!), piece.at, memory)
    case 'zip': return deferred(() => partitionwise(() => fns[piece.fn]!(piece.inputs.map(input => pull(sources[input]!)), piece.index), piece))
    case 'keyed': return plainly(piece, piece.inputs.map(input => sources[input]!), fns, memory)
    default: return piece satisfies never
  }
}

/** Keyed state is read from its table, where there is one here. */
function ofStored(blocks: readonly RowBlock[], tables: StateTables | undefined): Source {
  if (!blocks.some(({ state }) => state)) return ofBlocks(blocks)
  return concat(blocks.map(block => tables?.rowsOf(block) ?? (block.state ? ofState(block) : ofBlocks([block]))))
}

/** Keyed state as the general kernels say it. */
function plainly(piece: KeyedPiece, inputs: readonly Source[], fns: readonly Fn[], memory: TaskMemory): Source {
  const rows = (): unknown => piece.cogrouped ? pull(cogroup(inputs, piece.at, memory)) : inputs.map(pull)
  return deferred(() => partitionwise(() => fns[piece.plain]!(rows(), piece.index), piece))
}

function finish(source: Source, { pieces: [last], ending, at }: Task, host: TaskHost, memory: TaskMemory): TaskOutput | Promise<TaskOutput> {
  const { fns, nameClass } = host
  const stored = last?.kind === 'blocks' ? last : undefined
  const rows = (values: readonly unknown[]): TaskOutput => ({ kind: 'rows', blocks: [encodeRows(values, at.operator, nameClass)] })
  switch (ending.kind) {
    case 'collect': return { kind: 'rows', blocks: gathered(source, at, nameClass, memory) }
    case 'take': return rows(take(source, ending.n))
    case 'count': return { kind: 'value', value: stored ? recordsOf(stored.blocks) : drainInto(source, { kind: 'count', state: new Count() }).count }
    case 'foreach': drainInto(source, { kind: 'foreach', state: {}, fn: fns[ending.fn]!, at }); return { kind: 'value', value: 0 }
    case 'reduce': return rows(drainInto(source, { kind: 'fold', state: new Fold(), fn: fns[ending.fn]!, at }).rows)
    case 'apply': return apply(source, fns[ending.fn]!, ending.index, at, value => rows([value]))
    case 'exchange': return { kind: 'rows', blocks: exchange(source, ending, at, host, memory) }
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

const recordsOf = (blocks: readonly RowBlock[]): number => blocks.reduce((sum, { records }) => sum + records, 0)

function apply(source: Source, f: Fn, index: number, at: At, wrap: (value: unknown) => TaskOutput): TaskOutput | Promise<TaskOutput> {
  const fail = (error: unknown): never => { throw thrownWithoutRecord(at, error) }
  let value: unknown
  try { value = f(pull(source), index) } catch (error) { fail(error) }
  return value instanceof Promise ? value.then(wrap, fail) : wrap(value)
}

function gathered(source: Source, at: At, nameClass: NameClass, memory: TaskMemory): RowBlock[] {
  const all = new Buckets(1, { operator: at.operator, nameClass, keep: memory.give, meter: memory.bufferMeter() })
  drain(source, row => all.push(0, row))
  return all.blocks()
}

function exchange(source: Source, ending: Ending & { kind: 'exchange' }, at: At, { fns, nameClass }: TaskHost, memory: TaskMemory): RowBlock[] {
  const { placement, combine } = ending
  const place = placer(placement, at, fns)
  const buckets = new Buckets(placement.numPartitions, { operator: at.operator, nameClass, keep: memory.give, meter: memory.bufferMeter() })
  drain(combine ? aggregate(source, combine, at, fns, memory) : source, row => {
    if (!Array.isArray(row) || row.length !== 2) throw notAPair(at, row)
    let bucket: number
    try { bucket = place(row[0]) } catch (error) { throw thrown(at, row, error) }
    buckets.push(bucket, row)
  })
  return buckets.blocks()
}

function sample(source: Source, size: number, seed: number, at: At): unknown[] {
  const kept = reservoir(size, seed, at)
  drain(source, kept.push)
  return kept.rows()
}
