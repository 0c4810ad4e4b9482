/**
 * A task before its stage starts: pieces as data, the functions it uses as references, and which of its pieces still wait for
 * another stage's output. No recursion: lineages may be thousands of nodes deep.
 */
import { NumberRange } from '../../core/number-range.js'
import type { FnRef } from '../../plan/fn-ref.js'
import { samePartitioning } from '../../plan/partitioner.js'
import type { BlocksNode, CogroupNode, CollectionNode, FilesNode, KeyedStep, NarrowNode, PersistNode, RddNode, ShuffleNode, ZipNode } from '../../plan/rdd-plan.js'
import { parentAt } from './union-parts.js'
import type { AggregateBy, At, Ending, Piece, RowBlock, Step, Task } from '../task/task.js'

/** Stages are named by text: `shuffle 7`, `persist 3`. */
export type StageKey = string

/** Piece `slot` becomes the blocks that `stage` made for `partition`. */
export interface Read { readonly slot: number; readonly stage: StageKey; readonly partition: number }

export interface Draft {
  readonly pieces: Piece[]
  readonly reads: Read[]
  /** Where a range placement gets its borders. */
  readonly borders: StageKey | undefined
  readonly ending: Ending
  readonly at: At
  readonly refs: readonly FnRef[]
  /** How many it computes. */
  readonly partitions: number
  readonly members?: Task['members']
}

/** What lowering asks of an engine: where the rows of leaves are, and the stages that others' rows come from. */
export interface Surroundings {
  readonly maxLineBytes: number
  /** Rows that are held already: at hand, or to be read as those of a stage are. */
  leaf(node: Leaf, partition: number): Piece | StageKey
  /** The block, where it is stored; the stage that will store it; or `through` when it is not to be stored. */
  persisted(node: PersistNode, partition: number): RowBlock | StageKey | 'through'
  exchanged(node: ShuffleNode | CogroupNode, parent: RddNode, side: number): StageKey
  /** The rows are stored: a step of keyed state may be run on a table. */
  readonly stores: boolean
}

export type Leaf = CollectionNode | BlocksNode

export type MakeEnding = (fn: (ref: FnRef | undefined) => number) => { readonly ending: Ending; readonly borders?: StageKey | undefined }

export function draftTask(root: RddNode, partition: number, makeEnding: MakeEnding, around: Surroundings, at: At = atOf(root)): Draft {
  const lowering = new Lowering(around)
  lowering.lower(root, partition)
  const { ending, borders } = makeEnding(ref => lowering.fn(ref))
  return { pieces: lowering.pieces as Piece[], reads: lowering.reads, borders, ending, at, refs: lowering.refs, partitions: 1 }
}

/** Several partitions one after another, each combined by itself. */
export function draftGroup(root: RddNode, partitions: readonly number[], combine: Aggregator | undefined, makeEnding: MakeEnding, around: Surroundings, at: At): Draft {
  const lowering = new Lowering(around)
  lowering.lowerAll(root, partitions, combine && (fn => ({ at, by: fromValues(combine, fn) })))
  const { ending, borders } = makeEnding(ref => lowering.fn(ref))
  return { pieces: lowering.pieces as Piece[], reads: lowering.reads, borders, ending, at, refs: lowering.refs, partitions: partitions.length, members: lowering.members }
}

export const atOf = ({ operator, site }: { operator: string; site: At['site'] }): At => ({ operator, site })

const NO_BLOCKS: Piece = { kind: 'blocks', blocks: [] }

class Lowering {
  readonly pieces: (Piece | undefined)[] = []
  readonly reads: Read[] = []
  readonly refs: FnRef[] = []
  /** By slot, where several partitions are lowered: whose it is. */
  readonly members: number[] = []
  readonly #indexOf = new Map<FnRef, number>()
  readonly #todo: { node: RddNode; partition: number; slot: number }[] = []

  constructor(readonly around: Surroundings) {}

  fn(ref: FnRef | undefined): number {
    if (!ref) return -1
    const known = this.#indexOf.get(ref)
    if (known !== undefined) return known
    this.#indexOf.set(ref, this.refs.length)
    return this.refs.push(ref) - 1
  }

  lower(root: RddNode, partition: number): void {
    this.#later(root, partition)
    this.#settle()
  }

  /** Functions of `combine` are numbered last, as where a task has one partition. */
  lowerAll(root: RddNode, partitions: readonly number[], combine?: (fn: FnOf) => { readonly at: At; readonly by: AggregateBy }): void {
    const slot = this.#slot()
    const places = partitions.map((partition, member) => {
      const own = this.#slot()
      const input = this.#later(root, partition)
      this.#settle()
      while (this.members.length < this.pieces.length) this.members.push(member)
      return { own, input }
    })
    const combined = combine?.(ref => this.fn(ref))
    for (const { own, input } of places) this.pieces[own] = combined ? { kind: 'aggregate', ...combined, input } : { kind: 'concat', inputs: [input] }
    this.pieces[slot] = { kind: 'concat', inputs: places.map(({ own }) => own) }
  }

  #settle(): void {
    for (let next = this.#todo.pop(); next; next = this.#todo.pop()) this.#one(next.node, next.partition, next.slot)
  }

  /** The slot that will hold the rows of that partition; inputs come after what reads them. */
  #later(node: RddNode, partition: number): number {
    const slot = this.#slot()
    this.#todo.push({ node, partition, slot })
    return slot
  }

  #slot(): number { return this.pieces.push(undefined) - 1 }

  #read(slot: number, stage: StageKey, partition: number): void {
    this.pieces[slot] = NO_BLOCKS
    this.reads.push({ slot, stage, partition })
  }

  #one(from: RddNode, fromPartition: number, fromSlot: number): void {
    if (fromSlot === 0 && this.around.stores && isKeyed(from)) return this.#keyed(from, fromPartition)
    const { node, partition, steps } = this.#straight(from, fromPartition)
    let slot = fromSlot
    if (steps.length > 0) this.pieces[fromSlot] = { kind: 'chain', input: slot = this.#slot(), steps }
    switch (node.kind) {
      case 'collection': case 'blocks': return this.#leaf(node, partition, slot)
      case 'files': this.pieces[slot] = this.#file(node, partition); return
      case 'shuffle': return this.#shuffle(node, partition, slot)
      case 'cogroup': this.pieces[slot] = { kind: 'cogroup', at: atOf(node), inputs: node.parents.map((parent, side) => this.#side(node, parent, side, partition)) }; return
      case 'union': this.pieces[slot] = { kind: 'concat', inputs: node.parents.map(parent => this.#later(parent, partition)) }; return
      case 'coalesce': this.pieces[slot] = { kind: 'concat', inputs: node.groups[partition]!.map(index => this.#later(node.parent, index)) }; return
      case 'zip': this.pieces[slot] = { kind: 'zip', at: atOf(node), fn: this.fn(node.f), index: partition, inputs: node.parents.map((parent, k) => this.#later(parent, node.pairs[partition]![k]!)) }; return
      case 'persist': return this.#persisted(node, partition, slot)
      case 'narrow': throw new Error('a narrow node is part of the straight way')
      default: node satisfies never
    }
  }

  /** Follows narrow steps, and unions and coalesces that have one input here, down to a node that is more than that. */
  #straight(from: RddNode, fromPartition: number): { node: RddNode; partition: number; steps: Step[] } {
    const steps: Step[] = []
    let [node, partition] = [from, fromPartition]
    for (;;) {
      if (node.kind === 'narrow') {
        steps.push({ op: node.op, fn: this.fn(node.f), at: atOf(node.f ?? node), index: partition, concurrency: node.concurrency, zero: this.fn(node.zero) })
        node = node.parent
      } else if (node.kind === 'union' && !node.aligned) {
        [node, partition] = parentAt(node, partition)
      } else if (node.kind === 'coalesce' && node.groups[partition]!.length === 1) {
        partition = node.groups[partition]![0]!
        node = node.parent
      } else if (node.kind === 'persist' && this.around.persisted(node, partition) === 'through') node = node.parent
      else return { node, partition, steps: steps.reverse() }
    }
  }

  #file(node: FilesNode, partition: number): Piece {
    const split = node.splits[partition]!
    return node.format === 'whole' ? { kind: 'wholeFile', path: split.path } : { kind: 'fileLines', ...split, maxLineBytes: this.around.maxLineBytes }
  }

  #leaf(node: Leaf, partition: number, slot: number): void {
    const found = this.around.leaf(node, partition)
    if (typeof found === 'string') this.#read(slot, found, partition)
    else this.pieces[slot] = found
  }

  #persisted(node: PersistNode, partition: number, slot: number): void {
    const found = this.around.persisted(node, partition)
    if (typeof found === 'string') this.#read(slot, found, partition)
    else this.pieces[slot] = { kind: 'blocks', blocks: [found] }
  }

  /** Of a narrow node, the cogroup before it is part of the step. */
  #keyed(node: Keyed, partition: number): void {
    const { step, f, state, left } = node.keyed
    const slot = 0
    this.pieces[slot] = {
      kind: 'keyed', step, state, left, f: this.fn(f), plain: this.fn(node.f), cogrouped: node.kind === 'narrow', at: atOf(f), index: partition,
      inputs: node.kind === 'zip'
        ? node.parents.map((parent, k) => this.#later(parent, node.pairs[partition]![k]!))
        : cogroupBefore(node).parents.map((parent, side) => this.#side(cogroupBefore(node), parent, side, partition)),
    }
  }

  #shuffle(node: ShuffleNode, partition: number, slot: number): void {
    const { aggregator, sort, parent } = node
    const at = atOf(node)
    const placed = samePartitioning(parent.partitioner, node.partitioner)
    let input = slot
    if (sort) this.pieces[input] = { kind: 'sort', at, ascending: sort.ascending, compare: this.fn(sort.compare), input: input = this.#slot() }
    if (aggregator) {
      const by = !placed && aggregator.mapSideCombine ? fromCombiners(aggregator, ref => this.fn(ref)) : fromValues(aggregator, ref => this.fn(ref))
      this.pieces[input] = { kind: 'aggregate', at: atOf(aggregator.mergeValue), by, input: input = this.#slot() }
    }
    if (placed) this.#todo.push({ node: parent, partition, slot: input })
    else this.#read(input, this.around.exchanged(node, parent, 0), partition)
  }

  #side(node: CogroupNode, parent: RddNode, side: number, partition: number): number {
    if (samePartitioning(parent.partitioner, node.partitioner)) return this.#later(parent, partition)
    const slot = this.#slot()
    this.#read(slot, this.around.exchanged(node, parent, side), partition)
    return slot
  }
}

type Keyed = (NarrowNode | ZipNode) & { readonly keyed: KeyedStep }
const isKeyed = (node: RddNode): node is Keyed => (node.kind === 'narrow' || node.kind === 'zip') && node.keyed !== undefined
const cogroupBefore = ({ parent }: NarrowNode): CogroupNode => parent as CogroupNode

type FnOf = (ref: FnRef | undefined) => number
type Aggregator = NonNullable<ShuffleNode['aggregator']>

export const fromValues = ({ createCombiner, mergeValue, mergeCombiners }: Aggregator, fn: FnOf): AggregateBy =>
  ({ from: 'values', create: fn(createCombiner), mergeValue: fn(mergeValue), mergesCombiners: mergeValue === mergeCombiners })
const fromCombiners = ({ mergeCombiners }: Aggregator, fn: FnOf): AggregateBy => ({ from: 'combiners', mergeCombiners: fn(mergeCombiners) })

/** Numbers of a range need not be held anywhere: a task makes them. */
export function rangeOf(node: Leaf, partition: number): Piece | undefined {
  const slice = node.kind === 'collection' ? node.slices[partition] : undefined
  return slice instanceof NumberRange ? { kind: 'range', start: slice.start, step: slice.step, length: slice.length } : undefined
}
