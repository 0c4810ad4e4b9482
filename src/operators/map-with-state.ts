/**
 * mapWithState as a derivation: the record of a partition (its states, and what the batch emitted) is made from the record before
 * it and the batch's pairs, which are shuffled to where the states are. Nothing of the state moves.
 *
 * A record is a run of rows rather than one big row, so that it stays columns for the codec and no size is a limit:
 * `[1, value]` per emitted value, then `[0, [key, [state, timeMs]]]` per state. What users see are derivations of it; that of the
 * emitted values ends where the states begin, and so its cost follows the batch and not the states.
 *
 * After Spark's MapWithStateRDD and its record.
 */
import { AtRecord } from '../core/at-record.js'
import { SparkError } from '../core/errors.js'
import { State } from '../core/state.js'
import { StateMap, type StateEntry } from '../core/state-map.js'
import { Time, type Duration } from '../core/time.js'
import type { FnRef } from '../plan/fn-ref.js'
import { samePartitioning, type PartitionerPlan } from '../plan/partitioner.js'
import { makeNode, type Derive, type KeyedStep, type RddNode, type ZipNode } from '../plan/rdd-plan.js'
import { makeStreamNode, type StateNode, type StreamNode } from '../plan/stream-plan.js'
import { emptyRdd, indices } from './combine.js'
import { flatMap, helper, map, mapPartitions, type Call } from './narrow.js'
import { shuffle } from './shuffle.js'

export type MappingFunction = (time: Time, key: unknown, value: unknown, state: State<unknown>) => unknown

export interface MapWithState {
  readonly f: FnRef
  /** Whether f is `(time, key, value, state)` and undefined means "emit nothing"; else `(key, value, state)`. */
  readonly timed: boolean
  readonly partitioner: PartitionerPlan
  readonly initial: RddNode | undefined
  readonly timeout: Duration | undefined
  /** Idle keys are looked for in every batch, not only where Spark does: at checkpoint batches. */
  readonly exact: boolean
}

type StateRow = [kind: 0, entry: StateEntry]
type EmittedRow = [kind: 1, value: unknown]
type Row = StateRow | EmittedRow

// Spark's default for this stream: a checkpoint every 10 batches.
const CHECKPOINT_SLIDES = 10

/** The stream of records: `emitted` and `snapshots` are derived from it. */
export function stateRecords(parent: StreamNode, spec: MapWithState): StateNode {
  const { f, initial = emptyRdd(f.site) } = spec
  return makeStreamNode<StateNode>({
    kind: 'state', parent, initial,
    step: (previous, batch, time, checkpoint = false) => step(spec, initial, previous!, batch, time.milliseconds, checkpoint),
    checkpointDuration: parent.slideDuration.times(CHECKPOINT_SLIDES),
    functions: [f],
    adopt: records => placedRecords(spec, records),
    slideDuration: parent.slideDuration, operator: f.operator, site: f.site,
  })
}

export const emitted = (call: Call): Derive => mapPartitions(helper(call, untilStates))
export const snapshots = (call: Call): Derive => flatMap(helper(call, (row: Row) => row[0] === 0 ? [[row[1][0], row[1][1][0]]] : []))

function* untilStates(rows: Iterable<Row>): Iterable<unknown> {
  for (const [kind, value] of rows) {
    if (kind === 0) return
    yield value
  }
}

function step(spec: MapWithState, initial: RddNode, previous: RddNode, batch: RddNode | undefined, timeMs: number, checkpoint: boolean): RddNode {
  const { f, partitioner, timeout, exact } = spec
  const parents = [previous === initial ? initialRecords(spec, initial, timeMs) : previous, ...batch ? [placed(f, batch, partitioner)] : []]
  const mapping = spec.timed ? f.fn as unknown as MappingFunction : untimed(f.fn as unknown as Untimed)
  const idleBeforeMs = timeout && timeMs - timeout.milliseconds
  const scan = timeout !== undefined && (exact || checkpoint)
  const undefinedToo = !spec.timed
  const batchUpdate: BatchUpdate = { mapping, timeMs, idleBeforeMs, scan, undefinedToo }
  const update = helper(f, ([rows, pairs = []]: [Iterable<Row>, Iterable<[unknown, unknown]>?]) => updateRecord(rows, pairs, batchUpdate))
  const keyed: KeyedStep = { step: 'map', f: helper(f, (states: StateMap, pairs: Iterable<[unknown, unknown]>) => updateStates(states, pairs, batchUpdate)), state: 0, left: 0 }
  const { numPartitions } = partitioner
  return makeNode<ZipNode>({
    kind: 'zip', parents, f: update, keyed, numPartitions, partitioner, operator: f.operator, site: f.site,
    pairs: indices(0, numPartitions).map(i => parents.map(() => i)),
  })
}

/** The first states count as touched by the first batch. */
function initialRecords({ f, partitioner }: MapWithState, initial: RddNode, timeMs: number): RddNode {
  const toRows = (pairs: Iterable<[unknown, unknown]>): Row[] => {
    const states = new StateMap()
    for (const [key, state] of pairs) states.put(key, state, timeMs)
    return [...states.getAll()].map((entry): Row => [0, entry])
  }
  return mapPartitions(helper(f, toRows))(placed(f, initial, partitioner))
}

const placed = (call: Call, pairs: RddNode, partitioner: PartitionerPlan): RddNode =>
  samePartitioning(pairs.partitioner, partitioner) ? pairs : shuffle(call, partitioner)(pairs)

/** Records from disk lie by the partitioner of the run that wrote them; this one may have more executors, or a partitioner of its own. */
function placedRecords({ f, partitioner }: MapWithState, records: RddNode): RddNode {
  if (samePartitioning(records.partitioner, partitioner)) return records
  const keyed = flatMap(helper(f, (row: Row) => row[0] === 0 ? [[row[1][0], row]] : []))(records)
  return map(helper(f, ([, row]: [unknown, Row]) => row))(shuffle(f, partitioner)(keyed))
}

type Untimed = (key: unknown, value: unknown, state: State<unknown>) => unknown
const untimed = (f: Untimed): MappingFunction => (_time, key, value, state) => f(key, value, state)

export interface BatchUpdate {
  readonly mapping: MappingFunction
  readonly timeMs: number
  /** States that were last touched before this time out, where there is a timeout. */
  readonly idleBeforeMs: number | undefined
  /** Whether this batch looks for them. */
  readonly scan: boolean
  /** Whether undefined is a value to emit. */
  readonly undefinedToo: boolean
}

/** One partition's record after a batch: the function is called for each pair, in order, then for each key that times out. */
export function* updateRecord(before: Iterable<Row>, pairs: Iterable<[unknown, unknown]>, update: BatchUpdate): Iterable<Row> {
  const states = statesOf(before)
  for (const value of updateStates(states, pairs, update)) yield [1, value]
  for (const entry of states.getAll()) yield [0, entry]
}

/** Gives what was emitted. */
export function updateStates(states: StateMap, pairs: Iterable<[unknown, unknown]>, update: BatchUpdate): unknown[] {
  const values: unknown[] = []
  touchAll(states, pairs, update, values)
  if (update.scan) timeOut(states, update, values)
  return values
}

export function statesOf(rows: Iterable<Row>): StateMap {
  const states = new StateMap()
  for (const [kind, entry] of rows) if (kind === 0) states.add(entry)
  return states
}

function touchAll(states: StateMap, pairs: Iterable<[unknown, unknown]>, update: BatchUpdate, values: unknown[]): void {
  const { mapping, timeMs, idleBeforeMs } = update
  const time = new Time(timeMs)
  const state = new State<unknown>()
  for (const [key, value] of pairs) {
    const known = states.get(key)
    try { emit(mapping(time, key, value, state.wrap(known && { state: known[1][0] })), update, values) } catch (error) { throw new AtRecord({ key, value, state: known?.[1][0] }, error) }
    if (state.isRemoved()) states.remove(key)
    else if (state.isUpdated() || (state.exists() && idleBeforeMs !== undefined)) states.put(key, state.get(), timeMs)
  }
}

function timeOut(states: StateMap, update: BatchUpdate, values: unknown[]): void {
  const { mapping, timeMs, idleBeforeMs } = update
  const time = new Time(timeMs)
  const state = new State<unknown>()
  for (const [key, [idle]] of states.getByTime(idleBeforeMs!)) {
    try { emit(mapping(time, key, undefined, state.wrapTimingOut(idle)), update, values) } catch (error) { throw new AtRecord({ key, timingOut: idle }, error) }
    states.remove(key)
  }
}

function emit(value: unknown, { undefinedToo }: BatchUpdate, values: unknown[]): void {
  if (value instanceof Promise) throw new SparkError('RETURNED_PROMISE', { operator: 'mapWithState' })
  if (value !== undefined || undefinedToo) values.push(value)
}
