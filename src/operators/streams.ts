/**
 * From one stream node to the next: an RDD operator applied to every batch, joints of streams, windows, state. Durations are
 * checked here, where they are typed, not when the context starts.
 */
import { SparkError } from '../core/errors.js'
import type { Duration } from '../core/time.js'
import type { FnRef } from '../plan/fn-ref.js'
import type { PartitionerPlan } from '../plan/partitioner.js'
import type { Derive, RddNode } from '../plan/rdd-plan.js'
import {
  makeStreamNode, tenSeconds, type DeriveNode, type StateNode, type StreamNode, type TransformNode, type UnionStreamNode, type WindowedReduceNode, type WindowNode,
} from '../plan/stream-plan.js'
import { emptyRdd } from './combine.js'
import type { Call } from './narrow.js'
import { reduceByKey } from './shuffle.js'
import { updateState, windowStep, type UpdateForm } from './state.js'

/** `operator` on every batch; its name and place are those of the RDD node it makes. */
export function derived(parent: StreamNode, operator: Derive): DeriveNode {
  const { operator: name, site } = operator(emptyRdd()) // a dry run: nodes are data, nothing is computed
  return makeStreamNode<DeriveNode>({ kind: 'derive', parent, derive: operator, slideDuration: parent.slideDuration, operator: name, site })
}

export const transformed = (call: Call, parents: readonly StreamNode[], f: TransformNode['f']): TransformNode =>
  makeStreamNode<TransformNode>({ kind: 'transform', parents, f, slideDuration: sameSlide(parents), ...call })

export const united = (call: Call, parents: readonly StreamNode[]): UnionStreamNode =>
  makeStreamNode<UnionStreamNode>({ kind: 'union', parents, slideDuration: sameSlide(parents), ...call })

export function windowed(call: Call, parent: StreamNode, windowDuration: Duration, slideDuration: Duration): WindowNode {
  checkMultiples('windowed DStream', parent, windowDuration, slideDuration)
  return makeStreamNode<WindowNode>({ kind: 'window', parent, windowDuration, slideDuration, ...call })
}

/** A window over pairs that keeps its value by adding what entered and taking away what left. */
export function reducedWindow(f: FnRef, inverse: FnRef, pairs: StreamNode, windowDuration: Duration, slideDuration: Duration, partitioner: PartitionerPlan): WindowedReduceNode {
  checkMultiples('ReducedWindowedDStream', pairs, windowDuration, slideDuration)
  const parent = derived(pairs, reduceByKey(f, partitioner))
  const step = windowStep(f, inverse, partitioner, f)
  return makeStreamNode<WindowedReduceNode>({ kind: 'windowedReduce', parent, windowDuration, slideDuration, step, functions: [f, inverse], operator: f.operator, site: f.site })
}

export const stateful = (f: FnRef, form: UpdateForm, parent: StreamNode, partitioner: PartitionerPlan, initial: RddNode | undefined, rememberPartitioner = true): StateNode =>
  makeStreamNode<StateNode>({ kind: 'state', parent, initial, step: updateState(f, form, partitioner, rememberPartitioner), functions: [f], checkpointDuration: tenSeconds(parent.slideDuration), slideDuration: parent.slideDuration, operator: f.operator, site: f.site })

function sameSlide(parents: readonly StreamNode[]): Duration {
  const slide = parents[0]?.slideDuration
  if (!slide) throw new SparkError('UNION_EMPTY')
  if (parents.some(parent => !parent.slideDuration.equals(slide))) throw new SparkError('UNION_SLIDES_DIFFER')
  return slide
}

function checkMultiples(stream: string, parent: StreamNode, windowDuration: Duration, slideDuration: Duration): void {
  const slide = parent.slideDuration
  for (const [what, duration] of [['window', windowDuration], ['slide', slideDuration]] as const) {
    if (duration.isMultipleOf(slide) && duration.milliseconds > 0) continue
    const suggestion = Math.max(1, Math.round(duration.div(slide))) * slide.milliseconds
    throw new SparkError('DURATION_NOT_MULTIPLE', { what, stream, got: duration.milliseconds, slide: slide.milliseconds, suggestion })
  }
}
