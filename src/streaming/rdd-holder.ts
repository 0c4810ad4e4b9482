/**
 * What streams have the engine hold: the RDDs that they persist, and what inputs gave, from the first use to the last.
 *
 * A persisted RDD becomes a leaf once the engine has all its rows (`leaf`), so that lineage does not grow from batch to batch.
 * `sweep` gives back what no root reaches any more: plain marking over the lineage, which ends at each leaf.
 */
import type { Engine } from '../engine/engine.js'
import { StorageLevel } from '../core/storage-level.js'
import { makeNode, parentsOf } from '../plan/rdd-plan.js'
import type { BlocksNode, PersistNode, RddNode } from '../plan/rdd-plan.js'

export class RddHolder {
  readonly #engine: Engine
  readonly #held = new Set<number>()
  /** From a leaf to the persist whose rows it reads. */
  readonly #origin = new WeakMap<BlocksNode, number>()

  constructor(engine: Engine) { this.#engine = engine }

  persist(parent: RddNode, level: StorageLevel): PersistNode {
    const { numPartitions, partitioner, operator, site } = parent
    const node = makeNode<PersistNode>({ kind: 'persist', parent, level: heldLevel(level), numPartitions, partitioner, operator, site })
    this.#held.add(node.id)
    return node
  }

  /** What an input gave: the engine may let go of it when no batch can read it any more. */
  hold(rdd: RddNode): void {
    if (rdd.kind === 'blocks') this.#held.add(rdd.id)
  }

  /** The RDD without its lineage, where the engine has all its rows. */
  leaf(rdd: RddNode): RddNode { return (this.#isHeld(rdd) && this.#settled(rdd)) || rdd }

  /** Whether some of its rows are still to be computed. */
  isOpen(rdd: RddNode): rdd is PersistNode { return this.#isHeld(rdd) && !this.#settled(rdd) }

  /** Gives back what `roots` do not reach. */
  sweep(roots: Iterable<RddNode>): void {
    if (this.#held.size === 0) return
    const needed = this.#reached(roots)
    for (const id of this.#held) if (!needed.has(id)) this.#release(id)
  }

  #isHeld(rdd: RddNode): rdd is PersistNode { return rdd.kind === 'persist' && this.#held.has(rdd.id) }

  #settled(node: PersistNode): BlocksNode | undefined {
    const leaf = this.#engine.settled(node)
    if (leaf) this.#origin.set(leaf, node.id)
    return leaf
  }

  #reached(roots: Iterable<RddNode>): Set<number> {
    const needed = new Set<number>()
    const seen = new Set<RddNode>()
    const open = [...roots]
    for (let node = open.pop(); node; node = open.pop()) {
      if (seen.has(node)) continue
      seen.add(node)
      const id = node.kind === 'blocks' ? this.#origin.get(node) ?? node.id : node.id
      needed.add(id)
      if (!this.#isHeld(node) || !this.#settled(node)) open.push(...parentsOf(node))
    }
    return needed
  }

  #release(id: number): void {
    this.#held.delete(id)
    this.#engine.unpersist(id)
  }
}

/** What has lost its lineage cannot be computed again: when memory is full it goes to disk, never away. */
const heldLevel = (level: StorageLevel): StorageLevel => level.useDisk ? level : StorageLevel.MEMORY_AND_DISK_SER
