/**
 * Rows of persisted RDDs, by node and partition, in memory that all threads share: the loss of an executor loses none of them.
 *
 * All storage levels keep encoded rows in memory for now. Blocks are values: whoever holds one may read it after unpersist.
 */
import { makeNode, type BlocksNode, type PersistNode } from '../../plan/rdd-plan.js'
import type { RowBlock } from '../task/task.js'

interface Entry { readonly node: PersistNode; readonly blocks: Map<number, RowBlock>; readonly pending: Map<number, Promise<RowBlock>>; settled: BlocksNode | undefined }

export class BlockStore {
  readonly #entries = new Map<number, Entry>()
  readonly #released = new WeakSet<PersistNode>()

  get(node: PersistNode, partition: number): RowBlock | undefined { return this.#entries.get(node.id)?.blocks.get(partition) }

  /** False after unpersist: then the node is computed through, not stored again. */
  storable(node: PersistNode): boolean { return !this.#released.has(node) }

  /** The block, computing it unless it is there or on its way: two jobs that want it at once compute it once. */
  async compute(node: PersistNode, partition: number, compute: () => Promise<RowBlock>): Promise<RowBlock> {
    const entry = this.#entry(node)
    for (let other = entry.pending.get(partition); other; other = entry.pending.get(partition)) await other.catch(() => undefined)
    const found = entry.blocks.get(partition)
    if (found) return found
    const mine = compute()
    entry.pending.set(partition, mine)
    try {
      const block = await mine
      if (this.storable(node)) entry.blocks.set(partition, block)
      return block
    } finally { entry.pending.delete(partition) }
  }

  /** All partitions as a leaf without lineage, once they are there. */
  settled(node: PersistNode): BlocksNode | undefined {
    if (!this.storable(node)) return undefined
    const entry = node.numPartitions === 0 ? this.#entry(node) : this.#entries.get(node.id)
    if (!entry || entry.blocks.size < node.numPartitions) return undefined
    return entry.settled ??= leaf(node, entry.blocks)
  }

  release(nodeId: number): void {
    const entry = this.#entries.get(nodeId)
    if (entry) this.#released.add(entry.node)
    this.#entries.delete(nodeId)
  }

  clear(): void { this.#entries.clear() }

  #entry(node: PersistNode): Entry {
    const entry = this.#entries.get(node.id) ?? { node, blocks: new Map<number, RowBlock>(), pending: new Map<number, Promise<RowBlock>>(), settled: undefined }
    if (this.storable(node)) this.#entries.set(node.id, entry)
    return entry
  }
}

function leaf(node: PersistNode, blocks: ReadonlyMap<number, RowBlock>): BlocksNode {
  const { numPartitions, partitioner, operator, site } = node
  const refs = Array.from({ length: numPartitions }, (_, i) => blocks.get(i)!)
    .map(block => ({ format: 'rows' as const, records: block.records, bytes: block.end - block.start, data: block }))
  return makeNode<BlocksNode>({ kind: 'blocks', numPartitions, partitioner, operator, site, blocks: refs })
}
