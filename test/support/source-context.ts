/** A source's surroundings in tests: times as given, receivers from real sockets, messages kept. */
import { SparkConf } from '#src/core/conf.js'
import { EventBus } from '#src/core/events.js'
import { Seconds, Time, type Duration } from '#src/core/time.js'
import { Receivers } from '#src/engine/embedded/receivers.js'
import type { RddNode } from '#src/plan/rdd-plan.js'
import type { SourceContext } from '#src/plan/stream-plan.js'

export interface TestContext extends SourceContext { readonly messages: string[]; readonly events: EventBus; readonly receivers: Receivers }

export function sourceContext(startMs: number, batchDuration: Duration = Seconds(1), conf = new SparkConf()): TestContext {
  const events = new EventBus()
  const receivers = new Receivers({ conf, events })
  const messages: string[] = []
  events.on('message', ({ text }) => { messages.push(text) })
  return {
    stream: 0, startTime: new Time(startMs), batchDuration, defaultParallelism: 2, messages, events, receivers,
    startReceiver: spec => receivers.start({ stream: 0, ...spec }),
    message: (_, text) => { messages.push(text) },
  }
}

/** The rows of a leaf, or of a union of leaves, that the driver holds. */
export function rowsOf(node: RddNode): unknown[] {
  if (node.kind === 'collection') return node.slices.flat()
  if (node.kind === 'union') return node.parents.flatMap(rowsOf)
  throw new Error(`no rows in a node of kind ${node.kind}`)
}
