/**
 * What a checkpoint holds, as plain data: times, the shape of the graph, which files hold which rows, what the inputs have given,
 * settings. No function is ever in it: the program brings its own, and hashes tell whether they have changed.
 *
 * All batches up to `completedMs` are done; those from there to `generatedMs` had their input assigned and were pending. What
 * comes from a file is looked at field by field here; an input's own data is for that input to look at.
 */

export interface Checkpoint {
  readonly batchMs: number
  readonly zeroMs: number
  readonly generatedMs: number
  readonly completedMs: number
  readonly operators: readonly OperatorShape[]
  readonly rows: SavedRows
  /** By the identity of the input, what its source gave. */
  readonly inputs: readonly (readonly [identity: string, data: unknown])[]
  /** What was set of the SparkConf. */
  readonly conf: readonly (readonly [key: string, value: string])[]
}

/** An operator that inputs, windows or state make worth recognising. */
export interface OperatorShape {
  readonly identity: string
  readonly kind: string
  /** Of the source text of the user's functions; '' where it has none. */
  readonly functions: string
  /** The window's length; 0 for others. */
  readonly windowMs: number
  readonly slideMs: number
}

/** What later batches read of earlier ones, all of it as it was when the batch at `timeMs` was done. */
export interface SavedRows {
  readonly timeMs: number
  readonly sets: readonly RowSet[]
  /** Operators whose rows cannot be kept, and what they hold. */
  readonly lacking: readonly (readonly [identity: string, what: string])[]
}

/** The rows of one stream at one time: a file for each partition. */
export interface RowSet {
  readonly identity: string
  readonly timeMs: number
  /** Whether state goes on from it; whether a window still reaches back to it. */
  readonly carried: boolean
  readonly remembered: boolean
  readonly parts: readonly Part[]
  /** Whether its keys lie by hash over as many partitions. */
  readonly hashed: boolean
}

export interface Part { readonly bytes: number; readonly crc: number }

/** The data as a Checkpoint, field by field; throws a sentence that names what is wrong. */
export function asCheckpoint(data: unknown): Checkpoint {
  const root = record(data, 'it')
  const rows = record(root.rows, 'rows')
  return {
    batchMs: time(root.batchMs, 'batchMs'),
    zeroMs: time(root.zeroMs, 'zeroMs'),
    generatedMs: time(root.generatedMs, 'generatedMs'),
    completedMs: time(root.completedMs, 'completedMs'),
    operators: list(root.operators, 'operators').map(asShape),
    rows: { timeMs: time(rows.timeMs, 'rows.timeMs'), sets: list(rows.sets, 'rows.sets').map(asRowSet), lacking: list(rows.lacking, 'rows.lacking').map(asPair) },
    inputs: list(root.inputs, 'inputs').map(each => { const [identity, value] = list(each, 'an input'); return [text(identity, 'an input'), value] }),
    conf: list(root.conf, 'conf').map(asPair),
  }
}

function asShape(data: unknown): OperatorShape {
  const { identity, kind, functions, windowMs, slideMs } = record(data, 'an operator')
  return { identity: text(identity, 'identity'), kind: text(kind, 'kind'), functions: text(functions, 'functions'), windowMs: time(windowMs, 'windowMs'), slideMs: time(slideMs, 'slideMs') }
}

function asRowSet(data: unknown): RowSet {
  const { identity, timeMs, carried, remembered, parts, hashed } = record(data, 'a set of rows')
  return {
    identity: text(identity, 'identity'), timeMs: time(timeMs, 'timeMs'),
    carried: carried === true, remembered: remembered === true, hashed: hashed === true,
    parts: list(parts, 'parts').map(part => { const { bytes, crc } = record(part, 'a part'); return { bytes: time(bytes, 'bytes'), crc: time(crc, 'crc') } }),
  }
}

const asPair = (data: unknown): [string, string] => { const [key, value] = list(data, 'a pair'); return [text(key, 'a key'), text(value, 'a value')] }

const wrong = (what: string, expected: string): Error => new Error(`${what} is not ${expected}`)

function record(data: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) throw wrong(what, 'an object')
  return data as Record<string, unknown>
}
function list(data: unknown, what: string): readonly unknown[] { if (Array.isArray(data)) return data; throw wrong(what, 'a list') }
function text(data: unknown, what: string): string { if (typeof data === 'string') return data; throw wrong(what, 'a text') }
/** Times, lengths and sums: whole numbers from 0. */
function time(data: unknown, what: string): number { if (Number.isSafeInteger(data) && Number(data) >= 0) return Number(data); throw wrong(what, 'a whole number') }
