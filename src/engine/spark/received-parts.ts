/** What the JVM's receivers have stored for a batch, as a leaf: its blocks are on executors, and known here by the numbers of the parts in which they came. */
import { makeNode, type BlockRef, type BlocksNode, type CollectionNode } from '../../plan/rdd-plan.js'

/** What came with one batch of the JVM's. */
export interface Part { readonly number: number; readonly partitions: number; readonly records: number }

interface Received { readonly part: number }

// Nor how long they are: as what is kept of the last batches is counted where only rows are known.
const LINE_BYTES = 100

export function partsNode(parts: readonly Part[], operator: string): BlocksNode {
  const blocks = parts.flatMap(({ number, partitions, records }) => Array.from({ length: partitions }, (): BlockRef =>
    // How many lines each block has is not told: on average.
    ({ format: 'lines', records: Math.ceil(records / partitions), bytes: Math.ceil(records / partitions) * LINE_BYTES, data: { part: number } satisfies Received })))
  return makeNode<BlocksNode>({ kind: 'blocks', operator, site: undefined, partitioner: undefined, numPartitions: blocks.length, blocks })
}

/** Their numbers; none for any other leaf. */
export const partsOf = (node: BlocksNode | CollectionNode): number[] =>
  node.kind === 'collection' ? [] : [...new Set(node.blocks.flatMap(({ data }) => isReceived(data) ? [data.part] : []))]

const isReceived = (data: unknown): data is Received => typeof data === 'object' && data !== null && 'part' in data
