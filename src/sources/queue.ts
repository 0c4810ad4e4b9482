/**
 * Queued RDDs as batches: queueStream, the way to try a stream without a server.
 *
 * The queue is the caller's own array, read at each batch: what is pushed after the start is seen, as in Scala and unlike
 * Python. An empty queue gives the default RDD, else an empty one. `toNode` is the api's: items may be RDDs or plain rows.
 */
import { makeNode, type RddNode, type UnionNode } from '../plan/rdd-plan.js'
import type { InputSource } from '../plan/stream-plan.js'
import { emptyOf, knownRecords } from './rows.js'

export interface QueueOptions<Item> {
  /** Live: items are taken off its front. */
  readonly queue: Item[]
  readonly toNode: (item: Item) => RddNode
  /** One item per batch, or all that wait, united. Default: true. */
  readonly oneAtATime?: boolean
  /** What an empty queue gives. Default: an RDD without rows. */
  readonly defaultRdd?: RddNode
  /** The stream ends once the queue has run empty. Default: false. */
  readonly endWhenEmpty?: boolean
}

// Spark's words.
export const NOT_RECOVERABLE = 'queueStream doesn\'t support checkpointing. Please don\'t use queueStream when checkpointing is enabled.'

export function queueSource<Item>({ queue, toNode, oneAtATime = true, defaultRdd, endWhenEmpty = false }: QueueOptions<Item>): InputSource {
  let ended = false
  return {
    name: 'queueStream',
    notRecoverable: NOT_RECOVERABLE,
    start() { ended = false },
    stop() {},
    batch() {
      const taken = queue.splice(0, oneAtATime ? 1 : queue.length)
      const rdd = unite(taken.map(toNode), ended ? undefined : defaultRdd)
      ended = endWhenEmpty && queue.length === 0
      return { rdd, records: recordsOf(rdd) }
    },
    ended: () => ended,
  }
}

function unite(nodes: readonly RddNode[], otherwise: RddNode | undefined): RddNode {
  if (nodes.length === 0) return otherwise ?? emptyOf('queueStream')
  if (nodes.length === 1) return nodes[0]!
  const numPartitions = nodes.reduce((sum, node) => sum + node.numPartitions, 0)
  return makeNode<UnionNode>({ kind: 'union', operator: 'queueStream', site: undefined, partitioner: undefined, numPartitions, parents: nodes, aligned: false })
}

const recordsOf = (node: RddNode): number => node.kind === 'union' ? node.parents.reduce((sum, parent) => sum + knownRecords(parent), 0) : knownRecords(node)
