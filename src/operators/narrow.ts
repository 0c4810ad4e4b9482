/**
 * One record or one partition at a time: nothing moves between partitions, so a chain of these is fused into one function.
 * mapValues and flatMapValues keep each key, and with it the partitioner.
 */
import { fnRef, type FnRef } from '../plan/fn-ref.js'
import { makeNode, type Derive, type NarrowNode, type NarrowOp, type RddNode } from '../plan/rdd-plan.js'

export const map = (f: FnRef): Derive => narrow('map', f)
export const flatMap = (f: FnRef): Derive => narrow('flatMap', f)
export const filter = (keep: FnRef): Derive => narrow('filter', keep, true)
export const mapValues = (f: FnRef): Derive => narrow('mapValues', f, true)
export const flatMapValues = (f: FnRef): Derive => narrow('flatMapValues', f, true)
export const mapPartitions = (f: FnRef, preservesPartitioning = false): Derive => narrow('mapPartitions', f, preservesPartitioning)

/** The only operator whose function may wait: at most `concurrency` promises at once. */
export const mapAsync = (f: FnRef, concurrency: number): Derive => parent =>
  makeNode<NarrowNode>({ kind: 'narrow', parent, op: 'mapAsync', f, concurrency, numPartitions: parent.numPartitions, partitioner: undefined, operator: f.operator, site: f.site })

/** One row per partition: f(so far, row), begun with zero(); without `zero` with the first row, and none where there is none. */
export const fold = (f: FnRef, zero?: FnRef): Derive => parent =>
  makeNode<NarrowNode>({ kind: 'narrow', parent, op: 'fold', f, ...zero && { zero }, numPartitions: parent.numPartitions, partitioner: undefined, operator: f.operator, site: f.site })

export const glom = (call: FnRef['site']): Derive => parent =>
  makeNode<NarrowNode>({ kind: 'narrow', parent, op: 'glom', f: undefined, numPartitions: parent.numPartitions, partitioner: undefined, operator: 'glom', site: call })

/** One derivation after another. */
export const chain = (...steps: Derive[]): Derive => parent => steps.reduce((node, step) => step(node), parent)

/** A helper of an operator: errors in it, and its place, are the calling operator's. */
export const helper = <F extends FnRef['fn']>(call: Call, fn: F): FnRef<F> => fnRef(fn, call.operator, call.site)
export type Call = Pick<FnRef, 'operator' | 'site'>

const narrow = (op: NarrowOp, f: FnRef, preservesPartitioning = false): Derive => (parent: RddNode) =>
  makeNode<NarrowNode>({
    kind: 'narrow', parent, op, f,
    numPartitions: parent.numPartitions,
    partitioner: preservesPartitioning ? parent.partitioner : undefined,
    operator: f.operator, site: f.site,
  })
