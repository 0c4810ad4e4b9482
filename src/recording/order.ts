/** Whether Spark promises the order of a stream's rows: what was shuffled and not sorted, and what state and windows carry on, comes in any. */
import { parentsOf, type RddNode } from '../plan/rdd-plan.js'
import { streamParents, type StreamNode } from '../plan/stream-plan.js'

export const isOrdered = (stream: StreamNode, rdd: RddNode): boolean => !carries(stream) && keeps(rdd)

const carries = (stream: StreamNode): boolean => stream.kind === 'state' || stream.kind === 'windowedReduce' || streamParents(stream).some(carries)

function keeps(rdd: RddNode): boolean {
  if (rdd.kind === 'cogroup') return false
  return rdd.kind === 'shuffle' ? rdd.sort !== undefined : parentsOf(rdd).every(keeps)
}
