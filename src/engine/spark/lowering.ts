/**
 * Stages → RDDs of the JVM. Each stage becomes one: its tasks as a command for the workers, over an input that brings every task the
 * frames it reads. What an RDD is made of is plain data here; the bridge makes it.
 *
 * Deliberately absent: the JVM, threads, and whether anything runs.
 */
import type { Portable } from '../../closure/portable.js'
import type { CollectionNode, PersistNode } from '../../plan/rdd-plan.js'
import type { Draft, Leaf, StageKey } from '../driver/draft.js'
import type { Shared } from '../driver/shared.js'
import type { Stage } from '../driver/stages.js'
import { encodeRows } from '../task/row-codec.js'
import type { Planned } from '../task/rules/rule.js'
import { ruleFor } from '../task/rules/rules.js'
import type { Ending, Piece, RowBlock } from '../task/task.js'
import { relative, toText, type Shape, type SourceRead, type StageCommand } from './command.js'
import { bytesOf } from './held-rows.js'
import { partsOf } from './received-parts.js'
import { inputOf, type TaskRead } from './inputs.js'
import { contentKey, type Booked, type RddBook } from './rdd-book.js'
import type { LevelFlags, RddSpec, StageRdd } from './spark-job.js'
import { headerBytes } from './wire-format.js'

export interface LoweringOptions {
  readonly book: RddBook
  readonly shared: Shared
  readonly functions: ReadonlyMap<Draft, Portable>
  /** Leaves by the key that their drafts read. */
  readonly leaves: ReadonlyMap<StageKey, Leaf>
  readonly memory: StageCommand['memory']
  /** spark.tspark.rules */
  readonly rules: boolean
  /** Told of the modules that tasks import; gives the bundles that hold them. */
  readonly bundles: (modules: Iterable<string>) => readonly number[]
  /** Every class of rows that has been seen. */
  readonly classes: ReadonlySet<string>
  /** Told of each RDD that is new, those it reads first. */
  readonly make: (rdd: RddSpec) => void
}

/** Where text will come: rules look for it. */
const NO_LINES: Piece = { kind: 'lines', buffer: new SharedArrayBuffer(0), byteLength: 0 }

interface SlotRead extends TaskRead { readonly slot: number }

/** What an RDD without partitions gives. */
const NOTHING: Booked = { number: 0, partitions: 0, isExchange: false, placed: false, as: 'rows', depth: 0 }

/** A stage's RDD but for what depends on its kind. */
type Described = Pick<StageRdd, 'input' | 'command' | 'broadcasts' | 'bundles' | 'placed'> & { readonly depth: number }

// So long may a chain of persisted RDDs become (the states of a stream, batch upon batch) before Spark is asked to cut it.
const MOST_DEPTH = 10

export class Lowering {
  readonly #stages = new Map<StageKey, Booked>()
  readonly #bounds = new Map<StageKey, RowBlock>()

  constructor(readonly options: LoweringOptions) {}

  /** What a range partitioner's sample has given. */
  setBounds(key: StageKey, bounds: RowBlock): void { this.#bounds.set(key, bounds) }

  /** The RDD that the stage's tasks make. */
  stage(stage: Stage): Booked {
    const drafts = [...stage.drafts].sort(([a], [b]) => a - b).map(([, draft]) => draft)
    const booked = drafts.length > 0 ? this.#booked(stage, drafts) : NOTHING
    this.#stages.set(stage.key, booked)
    return booked
  }

  #booked(stage: Stage, drafts: readonly Draft[]): Booked {
    const { book } = this.options
    const make = (described: Described) => (number: number): Booked => this.#made(stage, drafts, described, number)
    if (stage.kind === 'persist') return book.persisted((stage.of as PersistNode).id) ?? book.persist(stage.of as PersistNode, make(this.#described(drafts)))
    const described = this.#described(drafts)
    return stage.kind === 'exchange' ? book.exchange(contentKey(stage.key, described.command, described.input), make(described)) : make(described)(book.newNumber())
  }

  #made(stage: Stage, drafts: readonly Draft[], { depth, ...described }: Described, number: number): Booked {
    const { placed } = described
    const level = stage.kind === 'persist' ? flags(stage.of as PersistNode) : undefined
    const exchange = stage.kind === 'exchange' ? numPartitionsOf(drafts[0]!.ending) : undefined
    const deeper = level ? depth + 1 : depth
    const checkpoint = deeper > MOST_DEPTH
    // What says that its keys are placed already is not exchanged again by the JVM.
    this.options.make({ kind: 'stage', number, ...described, placed: placed && exchange === undefined, exchange, level, checkpoint } satisfies StageRdd)
    return {
      number, as: 'rows', isExchange: exchange !== undefined, placed: placed || exchange !== undefined,
      partitions: exchange ?? drafts.length, depth: checkpoint ? 0 : deeper,
    }
  }

  #described(drafts: readonly Draft[]): Described {
    const { functions, shared, classes, memory } = this.options
    const reads = drafts.map(draft => draft.reads.map(({ slot, stage, partition }) => ({ slot, source: this.#source(stage), partition })).filter(({ source }) => source !== NOTHING))
    const { input, placed } = inputOf(reads)
    const portables = [...new Set(drafts.map(draft => functions.get(draft)!))]
    const shapes = new Shapes()
    const tasks = drafts.map((draft, i) => shapes.add(this.#shape(draft, reads[i]!, input.kind === 'gathered', portables.indexOf(functions.get(draft)!)), i))
    const broadcasts = [...new Set(portables.flatMap(portable => portable.broadcasts))]
    const definitions = shared.definitions([...classes])
    const accumulators = shared.zeros([...new Set(portables.flatMap(portable => portable.accumulators))])
    const travelling = [...portables, ...definitions, ...accumulators.map(([, portable]) => portable), ...broadcasts.map(id => shared.broadcastValue(id))]
    return {
      input, placed, broadcasts,
      bundles: this.options.bundles(new Set(travelling.flatMap(({ modules }) => modules))),
      depth: Math.max(0, ...new Set(reads.flat().map(({ source }) => (source as Booked).depth))),
      command: toText({ kind: 'stage', shapes: shapes.all, tasks, functions: portables, memory, classes: definitions, accumulators } satisfies StageCommand),
    }
  }

  #shape(draft: Draft, reads: readonly SlotRead[], gathered: boolean, functions: number): Shape {
    const sourceReads = reads.map(({ slot, source, partition }): SourceRead => ({ slot, source: source.number, partition: source.isExchange && !gathered ? 'all' : partition, as: gathered && source.as === 'strings' ? 'lines' : source.as }))
    const pieces: Piece[] = [...draft.pieces]
    for (const { slot, source } of reads) if (source.as !== 'rows') pieces[slot] = NO_LINES
    const ending = this.#ending(draft)
    return { pieces, reads: sourceReads, ending, at: draft.at, functions, rule: this.#rule(draft, { pieces, ending }) }
  }

  #rule(draft: Draft, planned: Planned): Shape['rule'] {
    const rule = this.options.rules ? ruleFor(planned, draft.refs, this.options.functions.get(draft)!) : undefined
    return rule && { name: rule.name, data: encodeRows([rule.data], draft.at.operator, this.options.shared.nameClass) }
  }

  #ending({ ending, borders }: Draft): Ending {
    if (ending.kind !== 'exchange' || ending.placement.kind !== 'range' || !borders) return ending
    return { ...ending, placement: { ...ending.placement, bounds: this.#bounds.get(borders)! } }
  }

  #source(key: StageKey): Booked {
    const { book, leaves } = this.options
    const leaf = leaves.get(key)
    return leaf ? this.#leaf(leaf) : this.#stages.get(key) ?? book.persisted(Number(key.replace('kept ', '')))!
  }

  #leaf(node: Leaf): Booked {
    const { book, make } = this.options
    return book.held(node, number => {
      const parts = partsOf(node)
      if (parts.length > 0) {
        make({ kind: 'received', number, parts })
        return { number, partitions: node.numPartitions, isExchange: false, placed: false, as: 'strings', depth: 0 }
      }
      const frames = Array.from({ length: node.numPartitions }, (_, partition) => this.#frame(node, partition, number))
      make({ kind: 'held', number, frames })
      const as = node.kind === 'blocks' && node.blocks[0]!.format === 'lines' ? 'lines' : 'rows'
      return { number, partitions: node.numPartitions, isExchange: false, placed: false, as, depth: 0 }
    })
  }

  #frame(node: Leaf, partition: number, source: number): Uint8Array {
    const { rows, records } = node.kind === 'collection' ? this.#slice(node, partition) : bytesOf(node.blocks[partition]!)
    return Buffer.concat([headerBytes({ source, partition, sequence: 0, records }), rows])
  }

  #slice(node: CollectionNode, partition: number): { rows: Buffer; records: number } {
    const block = encodeRows(node.slices[partition] as readonly unknown[], node.operator, this.options.shared.nameClass)
    return bytesOf({ format: 'rows', records: block.records, bytes: 0, data: { block } })
  }
}

class Shapes {
  readonly all: Shape[] = []
  readonly #index = new Map<string, number>()

  /** The shape's index. */
  add(shape: Shape, partition: number): number {
    const made = relative(shape, partition)
    const text = toText(made)
    const known = this.#index.get(text)
    if (known !== undefined) return known
    this.#index.set(text, this.all.length)
    return this.all.push(made) - 1
  }
}

const flags = ({ level: { useMemory, useDisk } }: PersistNode): LevelFlags => ({ useMemory, useDisk })
const numPartitionsOf = (ending: Ending): number => ending.kind === 'exchange' ? ending.placement.numPartitions : 0
