/**
 * What follows from a StreamPlan and is the same for all its batches: the nodes in order, which RDDs are persisted, which are
 * derived at each of their times whether or not an output asks, and how long each is remembered.
 *
 * A window reads its parent's past RDDs, so its parent is persisted (never the window itself) and remembered for the window's
 * length; state and windowed reductions carry their own result. The rules and the figures are Spark's.
 */
import { StorageLevel } from '../core/storage-level.js'
import { carriesState, streamParents, tenSeconds } from '../plan/stream-plan.js'
import type { StreamNode, StreamPlan } from '../plan/stream-plan.js'

export interface StreamGraph {
  readonly plan: StreamPlan
  /** Parents before children. */
  readonly nodes: readonly StreamNode[]
  /** By node id; absent: computed anew for each output. */
  readonly levels: ReadonlyMap<number, StorageLevel>
  /** Derived at each of their times: what windows will read, and what carries state. */
  readonly held: readonly StreamNode[]
  /** Parents of windows: of them past RDDs are read. */
  readonly read: ReadonlySet<StreamNode>
  /** After how many ms of stream time what later batches read is written to disk: at multiples of any of these. */
  readonly checkpointMs: readonly number[]
  /** By node id: for how long after its time an RDD is kept. */
  readonly rememberMs: ReadonlyMap<number, number>
}

const known = new WeakMap<StreamPlan, StreamGraph>()

export function graphOf(plan: StreamPlan): StreamGraph {
  const graph = known.get(plan) ?? derive(plan)
  known.set(plan, graph)
  return graph
}

function derive(plan: StreamPlan): StreamGraph {
  const nodes = inOrder([...plan.inputs, ...plan.outputs.map(output => output.parent)])
  const read = new Set(nodes.filter(readsPast).flatMap(streamParents))
  return {
    plan,
    nodes,
    levels: levelsOf(plan, nodes),
    held: nodes.filter(node => read.has(node) || carriesState(node)),
    read,
    checkpointMs: checkpointsOf(plan, nodes),
    rememberMs: rememberOf(plan, nodes),
  }
}

function inOrder(roots: readonly StreamNode[]): readonly StreamNode[] {
  const seen = new Set<StreamNode>()
  const visit = (node: StreamNode): void => {
    if (seen.has(node)) return
    streamParents(node).forEach(visit)
    seen.add(node) // after its parents
  }
  roots.forEach(visit)
  return [...seen]
}

/** Whether its RDD is made of earlier ones too. */
export const looksBack = (node: StreamNode): boolean => readsPast(node) || carriesState(node)

const readsPast = (node: StreamNode): boolean => node.kind === 'window' || node.kind === 'windowedReduce'

function levelsOf(plan: StreamPlan, nodes: readonly StreamNode[]): ReadonlyMap<number, StorageLevel> {
  const levels = new Map<number, StorageLevel>()
  const asked = (node: StreamNode): StorageLevel | undefined => {
    const level = plan.settings.get(node.id)?.level
    return level === StorageLevel.NONE ? undefined : level
  }
  for (const node of nodes) {
    const level = asked(node) ?? (carriesState(node) ? StorageLevel.MEMORY_ONLY_SER : undefined)
    if (level && node.kind !== 'window') levels.set(node.id, level)
  }
  for (const node of nodes.filter(readsPast)) {
    for (const parent of streamParents(node)) {
      if (!levels.has(parent.id)) levels.set(parent.id, asked(node) ?? StorageLevel.MEMORY_ONLY_SER)
    }
  }
  return levels
}

// All is written at once, so that one checkpoint is one moment of the stream. What users set holds; else Spark's defaults.
function checkpointsOf(plan: StreamPlan, nodes: readonly StreamNode[]): readonly number[] {
  const set = nodes.map(node => plan.settings.get(node.id)?.checkpointInterval).filter(interval => interval !== undefined)
  const defaults = nodes.filter(looksBack).map(node => node.kind === 'state' ? node.checkpointDuration : tenSeconds(node.slideDuration))
  return [...new Set((set.length > 0 ? set : defaults).map(interval => interval.milliseconds))]
}

function rememberOf(plan: StreamPlan, nodes: readonly StreamNode[]): ReadonlyMap<number, number> {
  const rememberMs = new Map(nodes.map(node => [node.id, ownRememberMs(plan, node)]))
  for (const node of [...nodes].reverse()) {
    if (node.kind !== 'window' && node.kind !== 'windowedReduce') continue
    const neededMs = rememberMs.get(node.id)! + node.windowDuration.milliseconds
    rememberMs.set(node.parent.id, Math.max(rememberMs.get(node.parent.id)!, neededMs))
  }
  return rememberMs
}

// Spark remembers a stream that is checkpointed for two checkpoint intervals, others for one slide.
const ownRememberMs = (plan: StreamPlan, node: StreamNode): number => Math.max(
  node.slideDuration.milliseconds,
  plan.rememberDuration?.milliseconds ?? 0,
  2 * (plan.settings.get(node.id)?.checkpointInterval?.milliseconds ?? 0))
