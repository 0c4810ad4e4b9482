/**
 * Rows of persisted RDDs, by node and partition, in shared memory or in files: the loss of an executor loses none of them.
 *
 * Memory is limited. What was used longest ago leaves it first: to a file where the level has a disk, else it is dropped and computed
 * again when asked for. What has become a leaf without lineage cannot be computed again, so it goes to a file, whatever its
 * level. Blocks are values: who holds one in memory may read it after unpersist; files are removed then.
 */
import { makeNode, type BlocksNode, type PersistNode } from '../../plan/rdd-plan.js'
import { filesOf, memoryBytes, type RowBlock } from '../task/task.js'

/** A leaf holds it as its data, so that it sees where the rows have gone. */
export interface Stored { block: RowBlock }

interface Entry {
  readonly node: PersistNode
  readonly blocks: Map<number, Stored>
  readonly pending: Map<number, Promise<RowBlock>>
  settled: BlocksNode | undefined
  /** Of its blocks that are in memory. */
  bytes: number
}

interface Place { readonly entry: Entry; readonly partition: number; readonly stored: Stored }

export interface BlockStoreOptions {
  readonly limitBytes: number
  /** Writes the block to a file. */
  readonly toFile: (block: RowBlock) => Promise<RowBlock>
  readonly removeFiles: (files: Iterable<string>) => void
  /** Told of tables that nobody will read any more, by their versions. */
  readonly forgetTable: (version: string) => void
  /** Told when a block could not leave memory. */
  readonly stuck: (error: unknown) => void
}

export class BlockStore {
  readonly #entries = new Map<number, Entry>()
  readonly #released = new WeakSet<PersistNode>()
  /** Blocks in memory, by use: the one used longest ago first. */
  readonly #inMemory = new Map<Stored, Place>()
  #bytes = 0

  constructor(readonly options: BlockStoreOptions) {}

  /** How much memory they take. */
  get bytes(): number { return this.#bytes }

  get(node: PersistNode, partition: number): RowBlock | undefined {
    const stored = this.#entries.get(node.id)?.blocks.get(partition)
    const place = stored && this.#inMemory.get(stored)
    if (place) {
      this.#inMemory.delete(stored)
      this.#inMemory.set(stored, place)
    }
    return stored?.block
  }

  /** Memory of that node's blocks: a new block of it does not drive out others of the same. */
  bytesOf(node: PersistNode): number { return this.#entries.get(node.id)?.bytes ?? 0 }

  /** False after unpersist: then the node is computed through, not stored again. */
  storable(node: PersistNode): boolean { return !this.#released.has(node) }

  /** Whether it has come to hold those rows; otherwise their files are whose who computed them. */
  holds(node: PersistNode, partition: number, block: RowBlock): boolean { return this.#entries.get(node.id)?.blocks.get(partition)?.block === block }

  /** The block, computing it unless it is there or on its way: two jobs that want it at once compute it once. */
  async compute(node: PersistNode, partition: number, compute: () => Promise<RowBlock>): Promise<RowBlock> {
    const entry = this.#entry(node)
    for (let other = entry.pending.get(partition); other; other = entry.pending.get(partition)) await other.catch(() => undefined)
    const found = entry.blocks.get(partition)
    if (found) return found.block
    const mine = compute()
    entry.pending.set(partition, mine)
    try {
      const block = await mine
      if (this.storable(node)) this.#put(entry, partition, block)
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
    if (!entry) return
    this.#released.add(entry.node)
    this.#entries.delete(nodeId)
    for (const stored of entry.blocks.values()) {
      this.#forget(stored)
      if (stored.block.state) this.options.forgetTable(stored.block.state.version)
    }
    this.options.removeFiles(filesOf([...entry.blocks.values()].map(({ block }) => block)))
  }

  clear(): void {
    this.#entries.clear()
    this.#inMemory.clear()
    this.#bytes = 0
  }

  #entry(node: PersistNode): Entry {
    const entry = this.#entries.get(node.id) ?? { node, blocks: new Map<number, Stored>(), pending: new Map<number, Promise<RowBlock>>(), settled: undefined, bytes: 0 }
    if (this.storable(node)) this.#entries.set(node.id, entry)
    return entry
  }

  /** A level without disk keeps nothing that did not fit: it is computed again when asked for. */
  #put(entry: Entry, partition: number, block: RowBlock): void {
    const bytes = memoryBytes([block])
    if (!entry.node.level.useDisk && filesOf([block]).size > 0) return
    const stored = { block }
    entry.blocks.set(partition, stored)
    if (bytes === 0) return
    this.#inMemory.set(stored, { entry, partition, stored })
    this.#bytes += bytes
    entry.bytes += bytes
    this.#makeRoom(entry)
  }

  /** Others first, the one that is being stored last. */
  #makeRoom(last: Entry): void {
    if (this.#bytes <= this.options.limitBytes) return
    const places = [...this.#inMemory.values()]
    for (const place of [...places.filter(({ entry }) => entry !== last), ...places.filter(({ entry }) => entry === last)]) {
      if (this.#bytes <= this.options.limitBytes) return
      this.#evict(place)
    }
  }

  #evict({ entry, partition, stored }: Place): void {
    this.#forget(stored)
    if (entry.node.level.useDisk || entry.settled) void this.#move(entry, partition, stored)
    else {
      entry.blocks.delete(partition)
      entry.bytes -= memoryBytes([stored.block])
    }
  }

  async #move(entry: Entry, partition: number, stored: Stored): Promise<void> {
    try {
      const bytes = memoryBytes([stored.block])
      const moved = await this.options.toFile(stored.block)
      entry.bytes -= bytes
      if (entry.blocks.get(partition) === stored && this.#entries.get(entry.node.id) === entry) stored.block = moved
      else this.options.removeFiles(filesOf([moved]))
    } catch (error) { this.options.stuck(error) }
  }

  #forget(stored: Stored): void {
    if (this.#inMemory.delete(stored)) this.#bytes -= memoryBytes([stored.block])
  }
}

function leaf(node: PersistNode, blocks: ReadonlyMap<number, Stored>): BlocksNode {
  const { numPartitions, partitioner, operator, site } = node
  const refs = Array.from({ length: numPartitions }, (_, i) => blocks.get(i)!)
    .map(stored => ({ format: 'rows' as const, records: stored.block.records, bytes: bytesIn(stored.block), data: stored }))
  return makeNode<BlocksNode>({ kind: 'blocks', numPartitions, partitioner, operator, site, blocks: refs })
}

const bytesIn = ({ parts }: RowBlock): number => parts.reduce((sum, { start, end }) => sum + end - start, 0)
