/**
 * What can be said of a stream before it runs. Each check throws with Spark's words and changes nothing, so that a context whose
 * start() failed is as it was.
 */
import { SparkError } from '../core/errors.js'
import type { Duration } from '../core/time.js'
import type { StreamNode, StreamPlan } from '../plan/stream-plan.js'
import { graphOf } from './stream-graph.js'

/** @throws NO_OUTPUT_OPERATIONS, or what validateNode throws */
export function validatePlan(plan: StreamPlan): void {
  if (plan.outputs.length === 0) throw new SparkError('NO_OUTPUT_OPERATIONS')
  graphOf(plan).nodes.forEach(validateNode)
}

/**
 * One node, as soon as it is made: windows and slides are multiples of the parent's slide, streams to unite agree in theirs.
 * @throws DURATION_NOT_MULTIPLE, UNION_EMPTY, UNION_SLIDES_DIFFER
 */
export function validateNode(node: StreamNode): void {
  switch (node.kind) {
    case 'window': return checkWindow(node, 'windowed DStream')
    case 'windowedReduce': return checkWindow(node, 'ReducedWindowedDStream')
    case 'union': case 'transform': return checkSlides(node)
    case 'input': case 'derive': case 'state': return
    default: return node satisfies never
  }
}

type Windowed = Extract<StreamNode, { kind: 'window' | 'windowedReduce' }>

function checkWindow(node: Windowed, stream: string): void {
  checkMultiple(node, 'window', stream, node.windowDuration)
  checkMultiple(node, 'slide', stream, node.slideDuration)
}

function checkMultiple(node: Windowed, what: string, stream: string, got: Duration): void {
  const slide = node.parent.slideDuration
  if (got.milliseconds > 0 && got.isMultipleOf(slide)) return
  const suggestion = Math.max(1, Math.round(got.div(slide))) * slide.milliseconds
  throw new SparkError('DURATION_NOT_MULTIPLE', { what, stream, got: got.milliseconds, slide: slide.milliseconds, suggestion }, { site: node.site })
}

function checkSlides(node: Extract<StreamNode, { kind: 'union' | 'transform' }>): void {
  const [first, ...others] = node.parents
  if (!first && node.kind === 'union') throw new SparkError('UNION_EMPTY', {}, { site: node.site })
  if (others.some(other => !other.slideDuration.equals(first!.slideDuration))) throw new SparkError('UNION_SLIDES_DIFFER', {}, { site: node.site })
}
