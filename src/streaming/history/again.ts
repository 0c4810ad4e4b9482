/**
 * What runs when a batch that failed is run again: that batch and all since, so that state and windows become what they would have been. Those between
 * the moment that is kept and the failure are run as they were and without a word. Of each batch only such outputs run as had failed, as read a stream
 * that has been replaced since, or as look back at what was left out: what was right already is not done twice.
 */
import { ancestors, streamParents, type OutputNode, type StreamNode, type StreamPlan } from '../../plan/stream-plan.js'
import type { Batch } from '../batch.js'
import { looksBack } from '../stream-graph.js'
import type { KeptBatch } from './history.js'
import { withAll } from './replay.js'

/** From `fromMs` on through `plan`, the graph as it is now. */
export function batchesAgain(batches: readonly KeptBatch[], fromMs: number, plan: StreamPlan, submissionMs: number): Batch[] {
  const differing = new Set<number>()
  return batches.map(batch => {
    const { time, inputs } = batch
    if (time.milliseconds < fromMs) return { time, inputs, plan: batch.plan, submissionMs, replayed: true, again: new Set() }
    const outputs = outputsAgain(batch, plan, differing)
    for (const { parent } of outputs) for (const node of ancestors(parent)) if (looksBack(node)) differing.add(node.id)
    for (const id of batch.outcome.leftOut) differing.add(id)
    return { time, inputs: withAll(inputs, plan), plan, submissionMs, replayed: false, again: new Set(outputs.map(({ id }) => id)) }
  })
}

/** Of those that the batch had. `differing`: streams whose earlier batches are not what they were. */
function outputsAgain({ plan: before, outcome }: KeptBatch, { outputs }: StreamPlan, differing: ReadonlySet<number>): OutputNode[] {
  const olds = new Map(before.outputs.map(output => [output.id, output]))
  const reads = (node: StreamNode): boolean => looksBack(node) && [node, ...streamParents(node)].some(({ id }) => differing.has(id))
  return outputs.filter(({ id, parent }) => {
    const old = olds.get(id)
    return old && (!outcome.done.has(id) || !isSame(old.parent, parent) || [...ancestors(parent)].some(reads))
  })
}

/** Whether two streams are made alike: edits make new nodes of what reads an edited one, and of no other. */
function isSame(a: StreamNode, b: StreamNode, known = new Map<StreamNode, boolean>()): boolean {
  if (a === b) return true
  const found = known.get(a)
  if (found !== undefined) return found
  const [of, others] = [streamParents(a), streamParents(b)]
  const same = isMadeAlike(a, b) && of.length === others.length && of.every((parent, i) => isSame(parent, others[i]!, known))
  known.set(a, same)
  return same
}

function isMadeAlike(a: StreamNode, b: StreamNode): boolean {
  const parts = (node: StreamNode): [string, unknown][] => Object.entries(node).filter(([name]) => name !== 'parent' && name !== 'parents')
  const others = new Map(parts(b))
  return parts(a).length === others.size && parts(a).every(([name, value]) => others.get(name) === value)
}
