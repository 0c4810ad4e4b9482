/**
 * State by key, as RDD derivations: the state of a batch is made from the state before it and the batch's pairs, both placed
 * by one partitioner, so that nothing of the state moves.
 *
 * Shape of an update function: (values of this batch, state or undefined) → new state, or undefined to forget the key.
 * It is called for every key that has state or values.
 */
import { AtRecord } from '../core/at-record.js'
import type { FnRef } from '../plan/fn-ref.js'
import type { PartitionerPlan } from '../plan/partitioner.js'
import { makeNode, type KeyedStep, type NarrowNode, type RddNode } from '../plan/rdd-plan.js'
import { Time } from '../core/time.js'
import { cogroup } from './join.js'
import { helper, mapPartitions, type Call } from './narrow.js'

type Update = (values: unknown[], state: unknown) => unknown
type TimedUpdate = (time: Time, key: unknown, values: unknown[], state: unknown) => unknown

/** How an update function is called: `(values, state)`, `(time, key, values, state)`, or once per partition with all its keys. */
export type UpdateForm = 'plain' | 'timed' | 'partition'
type PartitionUpdate = (rows: IterableIterator<[unknown, unknown[], unknown]>) => Iterable<[unknown, unknown]>

/** The `step` of a state kernel, for updateStateByKey in any of its forms. */
export function updateState(f: FnRef, form: UpdateForm, partitioner: PartitionerPlan, rememberPartitioner = true) {
  return (previous: RddNode | undefined, batch: RddNode | undefined, time: Time): RddNode | undefined => {
    const parents = [batch, previous].filter(node => node !== undefined)
    if (parents.length === 0) return undefined
    const roles = { batch: batch ? 0 : -1, state: previous ? parents.length - 1 : -1 }
    const node = mapPartitions(updater(f, form, time.milliseconds, roles), rememberPartitioner)(cogroup(f, parents, partitioner))
    if (form === 'partition' || !rememberPartitioner) return node
    return keyed(node, { step: 'update', f: helper(f, keyUpdate(f, form, time.milliseconds)), state: roles.state, left: 0 })
  }
}

/** Says what the node does key by key, too. */
function keyed(node: RddNode, step: KeyedStep): RddNode {
  const { id: _id, ...narrow } = node as NarrowNode
  return makeNode<NarrowNode>({ ...narrow, keyed: step })
}

interface Roles { readonly batch: number; readonly state: number }
type Grouped = Iterable<[unknown, unknown[][]]>

function updater(f: FnRef, form: UpdateForm, timeMs: number, roles: Roles): FnRef {
  if (form === 'partition') {
    const all = f.fn as unknown as PartitionUpdate
    return helper(f, (rows: Grouped) => all(withStates(rows, roles)))
  }
  const update = keyUpdate(f, form, timeMs)
  return helper(f, (rows: Grouped) => updateRows(rows, update, roles))
}

function* withStates(rows: Grouped, roles: Roles): IterableIterator<[unknown, unknown[], unknown]> {
  for (const [key, groups] of rows) yield [key, groups[roles.batch] ?? [], groups[roles.state]?.[0]]
}

const keyUpdate = (f: FnRef, form: UpdateForm, timeMs: number): KeyUpdate => named(form === 'timed' ? timedUpdate(f.fn as TimedUpdate, timeMs) : plainUpdate(f.fn as Update))
type KeyUpdate = (key: unknown, values: unknown[], state: unknown) => unknown
const plainUpdate = (f: Update): KeyUpdate => (_key, values, state) => f(values, state)
const timedUpdate = (f: TimedUpdate, timeMs: number): KeyUpdate => (key, values, state) => f(new Time(timeMs), key, values, state)

/** What is thrown is told with its key. */
const named = (update: KeyUpdate): KeyUpdate => (key, values, state) => {
  try { return update(key, values, state) } catch (error) { throw new AtRecord({ key, values, state }, error) }
}

/** Row by row: a list of all would be a second copy of the state. */
export function* updateRows(rows: Iterable<[unknown, unknown[][]]>, update: KeyUpdate, roles: { batch: number; state: number }): Iterable<[unknown, unknown]> {
  for (const [key, groups] of rows) {
    const state = update(key, groups[roles.batch] ?? [], groups[roles.state]?.[0])
    if (state !== undefined) yield [key, state]
  }
}

/**
 * The `step` of a windowed reduce with an inverse: the previous window's value, minus what left, plus what entered.
 * Keys stay with their "zero" value unless `keep` drops them.
 */
export function windowStep(f: FnRef, inverse: FnRef, partitioner: PartitionerPlan, call: Call) {
  const reduce = f.fn as Merge
  const invert = inverse.fn as Merge
  return (previous: RddNode | undefined, left: readonly RddNode[], entered: readonly RddNode[]): RddNode => {
    const had = previous ? 1 : 0
    const gone = left.length
    const mergeOne = keyMerge(reduce, invert)
    const merge = helper(call, (rows: Iterable<[unknown, unknown[][]]>) => mergeWindow(rows, mergeOne, had, gone))
    const node = mapPartitions(merge, true)(cogroup(call, [...(previous ? [previous] : []), ...left, ...entered], partitioner))
    return keyed(node, { step: 'merge', f: helper(call, mergeOne), state: had - 1, left: gone })
  }
}

type Merge = (a: unknown, b: unknown) => unknown

type KeyMerge = (key: unknown, before: unknown[], left: unknown[], entered: unknown[]) => unknown

export function* mergeWindow(rows: Iterable<[unknown, unknown[][]]>, merge: KeyMerge, had: number, gone: number): Iterable<[unknown, unknown]> {
  for (const [key, groups] of rows) {
    const before = groups.slice(0, had).flat()
    const left = groups.slice(had, had + gone).flat()
    const entered = groups.slice(had + gone).flat()
    yield [key, merge(key, before, left, entered)]
  }
}

const keyMerge = (reduce: Merge, invert: Merge): KeyMerge => (key, before, left, entered) => {
  try { return mergeKey(before, left, entered, reduce, invert) } catch (error) { throw new AtRecord({ key, before: before[0], left, entered }, error) }
}

function mergeKey(before: unknown[], left: unknown[], entered: unknown[], reduce: Merge, invert: Merge): unknown {
  const all = (values: unknown[]): unknown => values.reduce((a, b) => reduce(a, b))
  if (before.length === 0 && entered.length === 0) throw new Error(INCONSISTENT)
  if (before.length === 0) return all(entered)
  const kept = left.length ? invert(before[0], all(left)) : before[0]
  return entered.length ? reduce(kept, all(entered)) : kept
}

const INCONSISTENT = 'Neither previous window has value for key, nor new values found. Are you sure your key class hashes consistently?'
