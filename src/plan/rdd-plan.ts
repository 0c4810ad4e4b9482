/**
 * The kernels of an RDD: frozen data that engines interpret. A new operator is a composition of these and touches no engine.
 *
 * Leaves: collection, files, blocks. Then narrow (one record at a time or one partition at a time), shuffle (keys to
 * partitions, with or without combining), union, cogroup, zip (pairs of partitions), coalesce, persist.
 * Rows keep their order: partitions in index order; a shuffled partition keeps first-seen order over its map partitions.
 */
import type { CallSite } from '../core/call-site.js'
import type { NumberRange } from '../core/number-range.js'
import type { StorageLevel } from '../core/storage-level.js'
import type { FnRef } from './fn-ref.js'
import type { PartitionerPlan } from './partitioner.js'

interface Node {
  readonly id: number
  readonly numPartitions: number
  /** How keys are placed, where that is known. */
  readonly partitioner: PartitionerPlan | undefined
  /** The operator that made it, as the user called it, and where. */
  readonly operator: string
  readonly site: CallSite | undefined
}

/** Rows that the driver holds, or could name, cut into one slice per partition. */
export interface CollectionNode extends Node { readonly kind: 'collection'; readonly slices: readonly (readonly unknown[] | NumberRange)[] }

/** Lines of files (`lines`), or each file whole as [path, text] (`whole`). Splits are byte ranges; a line belongs to the split it begins in. */
export interface FilesNode extends Node { readonly kind: 'files'; readonly format: 'lines' | 'whole'; readonly splits: readonly FileSplit[] }
export interface FileSplit { readonly path: string; readonly start: number; readonly end: number }

/** What the engine holds already, a partition each: received bytes, or rows that a persist has committed. Opaque to all but the engine. */
export interface BlocksNode extends Node { readonly kind: 'blocks'; readonly blocks: readonly BlockRef[] }
export interface BlockRef {
  /** `lines`: UTF-8 text still to be split at line ends; `rows`: rows in the engine's own encoding. */
  readonly format: 'lines' | 'rows'
  readonly records: number
  readonly bytes: number
  readonly data: unknown
}

/**
 * map: f(row) → row. flatMap: f(row) → iterable. filter: f(row) → boolean. mapPartitions: f(iterator, index) → iterable.
 * mapValues and flatMapValues work on the second of a pair and keep its key, and so the partitioner.
 * mapAsync: f(row) → promise of a row, at most `concurrency` at once; the order of the rows stays.
 * fold: of a partition one row, f(so far, row), begun with zero(); without `zero` with the first row, and then none of no rows.
 */
export type NarrowOp = 'map' | 'flatMap' | 'filter' | 'mapPartitions' | 'mapValues' | 'flatMapValues' | 'glom' | 'mapAsync' | 'fold'
export interface NarrowNode extends Node { readonly kind: 'narrow'; readonly parent: RddNode; readonly op: NarrowOp; readonly f: FnRef | undefined; readonly concurrency?: number; readonly zero?: FnRef; readonly keyed?: KeyedStep }

/**
 * What a node does to keyed state, key by key, for engines that keep such state where its partition lives. The node's own function
 * says the same for all rows of a partition, to all other engines. The cogroup before it, or the zip itself, has the state before
 * as parent `state` (−1: there is none), placed as the node is; its other parents are what has come.
 *
 * update: f(key, values, state) → state, or undefined to remove it; called for every key, those that have values first.
 * merge: f(key, [value before] or [], values of the first `left` others, values of the rest) → value; called for keys that have any of these.
 * map: f(states, pairs) → rows to give before the states; `states` is asked and told as core/state-map.ts.
 */
export interface KeyedStep { readonly step: 'update' | 'merge' | 'map'; readonly f: FnRef; readonly state: number; readonly left: number }

export interface Aggregator {
  readonly createCombiner: FnRef
  readonly mergeValue: FnRef
  readonly mergeCombiners: FnRef
  readonly mapSideCombine: boolean
}

/** Pairs to the partition of their key. With an aggregator, one row per key; with `sort`, rows of a partition ordered by key. */
export interface ShuffleNode extends Node {
  readonly kind: 'shuffle'
  readonly parent: RddNode
  readonly partitioner: PartitionerPlan
  readonly aggregator: Aggregator | undefined
  readonly sort: { readonly ascending: boolean; readonly compare: FnRef | undefined } | undefined
}

/** Partitions of all parents, one after another. Parents that are placed alike may be asked to keep their partitioner: `aligned`. */
export interface UnionNode extends Node { readonly kind: 'union'; readonly parents: readonly RddNode[]; readonly aligned: boolean }

/** One row per key: [key, [values of parent 0, values of parent 1, …]]. Parents not placed by `partitioner` are shuffled. */
export interface CogroupNode extends Node { readonly kind: 'cogroup'; readonly parents: readonly RddNode[]; readonly partitioner: PartitionerPlan }

/** Output partition i is f([iterator over partition pairs[i][k] of parent k, for each k], i). Zips and products alike. */
export interface ZipNode extends Node { readonly kind: 'zip'; readonly parents: readonly RddNode[]; readonly pairs: readonly (readonly number[])[]; readonly f: FnRef; readonly keyed?: KeyedStep }

/** Output partition i is the parent's partitions groups[i], one after another. */
export interface CoalesceNode extends Node { readonly kind: 'coalesce'; readonly parent: RddNode; readonly groups: readonly (readonly number[])[] }

/** Computed once per partition, then read from the engine's store. */
export interface PersistNode extends Node { readonly kind: 'persist'; readonly parent: RddNode; readonly level: StorageLevel }

/** How an RDD is made, as frozen data. */
export type RddNode = CollectionNode | FilesNode | BlocksNode | NarrowNode | ShuffleNode | UnionNode | CogroupNode | ZipNode | CoalesceNode | PersistNode

let lastId = 0
type Made<N extends RddNode> = Omit<N, 'id'>
/** Freezes a node and numbers it. */
export const makeNode = <N extends RddNode>(node: Made<N>): N => Object.freeze({ ...node, id: lastId++ }) as unknown as N

export function parentsOf(node: RddNode): readonly RddNode[] {
  switch (node.kind) {
    case 'collection': case 'files': case 'blocks': return []
    case 'narrow': case 'shuffle': case 'coalesce': case 'persist': return [node.parent]
    case 'union': case 'cogroup': case 'zip': return node.parents
    default: return node satisfies never
  }
}

/** From a node to the node that an operator makes of it: what operators/ is made of. */
export type Derive = (parent: RddNode) => RddNode
