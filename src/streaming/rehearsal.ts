/**
 * The RDDs that outputs will read, made of inputs without rows: for an engine that wants to see them before the first batch comes, so
 * that nobody waits for what is done once (functions read and compiled, threads started).
 *
 * Only what is derived without asking the user is made: a function of transform() is called per batch and not before.
 */
import { Time } from '../core/time.js'
import { functionsOf } from '../plan/functions.js'
import type { FnRef } from '../plan/fn-ref.js'
import { makeNode, type CollectionNode, type RddNode } from '../plan/rdd-plan.js'
import type { OutputNode, StreamNode, StreamPlan } from '../plan/stream-plan.js'
import { united } from './stream-rdds.js'

/** What cannot be made, the first batch will tell. */
export const rehearsalOf = (plan: StreamPlan): RddNode[] => probesOf(plan.outputs, attempted)

/** Throws what a derivation throws. `gave`: what inputs gave once, instead of nothing. */
export const probesOf = (outputs: readonly Pick<OutputNode, 'parent'>[], make: typeof attempted = made => made(), gave?: (input: StreamNode) => RddNode | undefined): RddNode[] => {
  const made = new Map<StreamNode, RddNode | undefined>()
  const rddOf = (node: StreamNode): RddNode | undefined => {
    if (!made.has(node)) made.set(node, gave?.(node) ?? derived(node, rddOf))
    return made.get(node)
  }
  return [...new Set(outputs.map(({ parent }) => make(() => rddOf(parent))))].filter(rdd => rdd !== undefined)
}

/** The functions by which a stream is made, as far as that is known without calling any: what transform() makes is not. */
export const streamFunctions = (parent: StreamNode): FnRef[] =>
  probesOf([{ parent }], attempted).flatMap(functionsOf)

function derived(node: StreamNode, rddOf: (node: StreamNode) => RddNode | undefined): RddNode | undefined {
  switch (node.kind) {
    case 'input': return nothing(node)
    case 'derive': return given([rddOf(node.parent)], ([parent]) => node.derive(parent!))
    case 'union': return given(node.parents.map(rddOf), parents => united(parents, node))
    case 'window': return rddOf(node.parent)
    case 'windowedReduce': return given([rddOf(node.parent)], batches => node.step(undefined, [], batches))
    case 'state': return given([rddOf(node.parent)], ([batch]) => node.step(node.initial, batch, new Time(0)))
    case 'transform': return undefined
    default: return node satisfies never
  }
}

const nothing = ({ operator, site }: StreamNode): RddNode =>
  makeNode<CollectionNode>({ kind: 'collection', slices: [[]], numPartitions: 1, partitioner: undefined, operator, site })

const given = (rdds: readonly (RddNode | undefined)[], make: (rdds: RddNode[]) => RddNode | undefined): RddNode | undefined =>
  rdds.includes(undefined) ? undefined : make(rdds as RddNode[])

function attempted(make: () => RddNode | undefined): RddNode | undefined {
  try { return make() } catch { return undefined }
}
