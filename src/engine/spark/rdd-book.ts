/**
 * Which RDDs the JVM has for us, by number: rows of the driver, exchanged rows that another job may read again, and what is persisted.
 *
 * The same exchange of the same RDD, with the same captured values, is the same RDD of the JVM: Spark then has its shuffle files
 * already and skips the map side. Another RDD is computed anew, though it does the same: its files may have changed. Numbers that nobody can ask for any more are dropped.
 */
import { createHash } from 'node:crypto'
import { makeNode, type BlocksNode, type PersistNode } from '../../plan/rdd-plan.js'
import type { Source } from './inputs.js'

/** A source and how many persisted RDDs lie one upon another below it, since the last that was checkpointed. */
export interface Booked extends Source { readonly depth: number }

interface Persisted { readonly node: PersistNode; readonly booked: Booked; leaf: BlocksNode | undefined }

// A prompt goes back to a few; a stream makes new ones each batch.
const MOST_EXCHANGES = 64

export class RddBook {
  #next = 1
  readonly #held = new WeakMap<object, Booked>()
  readonly #exchanges = new Map<string, Booked>()
  readonly #persisted = new Map<number, Persisted>()
  readonly #released = new WeakSet<PersistNode>()
  readonly #gone: FinalizationRegistry<number>

  /** `drop`: tells the JVM's side to let go; `unpersist`: of its rows alone. */
  constructor(readonly drop: (numbers: readonly number[]) => void, readonly unpersist: (number: number) => void) {
    this.#gone = new FinalizationRegistry(number => { drop([number]) })
  }

  newNumber(): number { return this.#next++ }

  /** Rows of the driver go with the node they belong to. */
  held(node: object, make: (number: number) => Booked): Booked {
    const known = this.#held.get(node)
    if (known) return known
    const made = make(this.newNumber())
    this.#held.set(node, made)
    this.#gone.register(node, made.number)
    return made
  }

  exchange(key: string, make: (number: number) => Booked): Booked {
    const booked = this.#exchanges.get(key) ?? make(this.newNumber())
    this.#exchanges.delete(key)
    this.#exchanges.set(key, booked)
    const [oldest] = this.#exchanges
    if (this.#exchanges.size > MOST_EXCHANGES) {
      this.#exchanges.delete(oldest![0])
      this.drop([oldest![1].number])
    }
    return booked
  }

  // — persisted —

  /** Its RDD, once there is one. */
  persisted(nodeId: number): Booked | undefined { return this.#persisted.get(nodeId)?.booked }
  persist(node: PersistNode, make: (number: number) => Booked): Booked {
    const booked = this.persisted(node.id) ?? make(this.newNumber())
    if (!this.#persisted.has(node.id)) this.#persisted.set(node.id, { node, booked, leaf: undefined })
    return booked
  }

  /** False once it was unpersisted. */
  storable(node: PersistNode): boolean { return !this.#released.has(node) }

  /** A job over it has succeeded: it may be read as a leaf. The JVM keeps its lineage, should rows be lost. */
  settle(nodeId: number): void {
    const found = this.#persisted.get(nodeId)
    if (!found || found.leaf) return
    found.leaf = leafOf(found.node)
    this.#held.set(found.leaf, found.booked)
  }
  settled(node: PersistNode): BlocksNode | undefined { return this.#persisted.get(node.id)?.leaf }

  /** What failed before it was ever read is captured anew. */
  forgetUnsettled(nodeId: number): void { if (!this.#persisted.get(nodeId)?.leaf) this.#take(nodeId) }

  release(nodeId: number): void {
    const node = this.#take(nodeId)
    if (node) this.#released.add(node)
  }

  /** Who still holds the leaf may read it: its rows are computed again from what they were made of. */
  #take(nodeId: number): PersistNode | undefined {
    const found = this.#persisted.get(nodeId)
    this.#persisted.delete(nodeId)
    if (!found) return undefined
    const { leaf, booked: { number } } = found
    if (leaf) {
      this.unpersist(number)
      this.#gone.register(leaf, number)
    } else this.drop([number])
    return found.node
  }
}

function leafOf({ id, numPartitions, partitioner, operator, site }: PersistNode): BlocksNode {
  const blocks = Array.from({ length: numPartitions }, () => ({ format: 'rows' as const, records: 0, bytes: 0, data: { persisted: id } }))
  return makeNode<BlocksNode>({ kind: 'blocks', numPartitions, partitioner, operator, site, blocks })
}

/** The same text for the same things. */
export const contentKey = (...parts: readonly unknown[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('base64')

