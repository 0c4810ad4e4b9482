/**
 * A job, cut into stages: the first of them compute what later ones read. Cuts lie where rows are exchanged or stored: at
 * shuffles, at cogrouped parents that are not placed alike, at persisted RDDs whose partitions are not there yet, and
 * before range partitioners, which must see a sample first.
 *
 * Takes a job and what the engine knows; gives stages, each after those it needs, with a draft of every task.
 * After Spark's DAGScheduler.
 */
import type { FnRef } from '../../plan/fn-ref.js'
import type { Action, Job } from '../../plan/job.js'
import type { PartitionerPlan } from '../../plan/partitioner.js'
import type { Aggregator, CogroupNode, PersistNode, RddNode, ShuffleNode } from '../../plan/rdd-plan.js'
import type { At, Ending, Placement, RowBlock } from '../task/task.js'
import { taskGroups } from './task-groups.js'
import { atOf, draftGroup, draftTask, fromValues, type Draft, type MakeEnding, type StageKey, type Surroundings } from './draft.js'

export type RangePlan = PartitionerPlan & { readonly kind: 'range' }

export interface Stage {
  readonly key: StageKey
  readonly kind: 'result' | 'exchange' | 'persist' | 'sample' | 'bounds'
  /** The node whose partitions it stores or exchanges, or the partitioner whose borders it finds. */
  readonly of: PersistNode | ShuffleNode | CogroupNode | RangePlan | undefined
  /** By its partition; by the first of them, where a task computes several. */
  readonly drafts: Map<number, Draft>
  readonly needs: Set<StageKey>
}

/** What the engine knows before the job starts. */
export interface Known {
  readonly threads: number
  readonly maxLineBytes: number
  leaf: Surroundings['leaf']
  /** A partition that is stored, or the stage that it is read from. */
  stored(node: PersistNode, partition: number): RowBlock | StageKey | undefined
  /** False once it was unpersisted: it is computed through. */
  storable(node: PersistNode): boolean
  borders(partitioner: RangePlan): RowBlock | undefined
  /** Whether what is persisted is planned in whole, though only some of its partitions are asked for. */
  readonly wholePersists?: boolean
}

export interface JobPlan { readonly stages: readonly Stage[]; readonly partitions: readonly number[] }

export const RESULT: StageKey = 'result'

export function planJob(job: Job, known: Known): JobPlan {
  const planner = new Planner(known)
  const partitions = job.partitions ?? Array.from({ length: job.rdd.numPartitions }, (_, i) => i)
  const result = planner.stage(RESULT, 'result')
  for (const partition of partitions) planner.want(result, job.rdd, partition, fn => ({ ending: endingOf(job.action, fn, partition) }), atOf('f' in job.action ? job.action.f : job.rdd))
  planner.settle()
  return { stages: inOrder(planner.stages), partitions }
}

// 60 keys per output partition, as Spark: 20, three times over in case the input's partitions are uneven.
const SAMPLED_PER_PARTITION = 60

class Planner {
  readonly stages = new Map<StageKey, Stage>()
  readonly #wanted = new Set<string>()
  readonly #todo: (() => void)[] = []

  constructor(readonly known: Known) {}

  stage(key: StageKey, kind: Stage['kind'], of?: Stage['of']): Stage {
    const stage = this.stages.get(key) ?? { key, kind, of, drafts: new Map<number, Draft>(), needs: new Set<StageKey>() }
    this.stages.set(key, stage)
    return stage
  }

  /** Sees to it that `stage` computes that partition of `node`. */
  want(stage: Stage, node: RddNode, partition: number, ending: MakeEnding, at = atOf(node)): void {
    const name = `${stage.key} ${partition}`
    if (this.#wanted.has(name)) return
    this.#wanted.add(name)
    this.#todo.push(() => { stage.drafts.set(partition, draftTask(node, partition, ending, this.#around(stage), at)) })
  }

  settle(): void { for (let next = this.#todo.pop(); next; next = this.#todo.pop()) next() }

  #around(stage: Stage): Surroundings {
    const need = (key: StageKey): StageKey => { stage.needs.add(key); return key }
    return {
      maxLineBytes: this.known.maxLineBytes,
      leaf: (node, partition) => this.known.leaf(node, partition),
      persisted: (node, partition) => this.known.stored(node, partition) ?? (this.known.storable(node) ? need(this.#persist(node, partition)) : 'through'),
      exchanged: (node, parent, side) => need(this.#exchange(node, parent, side)),
      // Tables are kept by executors that keep their partitions; elsewhere keyed state goes the plain way.
      stores: stage.kind === 'persist' && !this.known.wholePersists,
    }
  }

  #persist(node: PersistNode, partition: number): StageKey {
    const stage = this.stage(`persist ${node.id}`, 'persist', node)
    const wanted = this.known.wholePersists ? Array.from({ length: node.numPartitions }, (_, i) => i) : [partition]
    for (const each of wanted) this.want(stage, node.parent, each, () => ({ ending: { kind: 'collect' } }))
    return stage.key
  }

  #exchange(node: ShuffleNode | CogroupNode, parent: RddNode, side: number): StageKey {
    const key = `exchange ${node.id} ${side}`
    if (this.stages.has(key)) return key
    const stage = this.stage(key, 'exchange', node)
    const { partitioner } = node
    const borders = partitioner.kind === 'range' && !this.known.borders(partitioner) ? this.#borders(partitioner, atOf(node)) : undefined
    if (borders) stage.needs.add(borders)
    const combine = node.kind === 'shuffle' && node.aggregator?.mapSideCombine ? node.aggregator : undefined
    const ending = (combine?: Aggregator): MakeEnding => fn => ({ ending: { kind: 'exchange', placement: this.#placement(partitioner, fn), combine: combine && fromValues(combine, fn) }, borders })
    for (const group of taskGroups(parent, this.known)) {
      if (group.length === 1) this.want(stage, parent, group[0]!, ending(combine), atOf(node))
      else this.#todo.push(() => { stage.drafts.set(group[0]!, draftGroup(parent, group, combine, ending(), this.#around(stage), atOf(node))) })
    }
    return key
  }

  #placement(partitioner: PartitionerPlan, fn: (ref: FnRef | undefined) => number): Placement {
    const { numPartitions } = partitioner
    switch (partitioner.kind) {
      case 'hash': return { kind: 'hash', numPartitions }
      case 'custom': return { kind: 'custom', numPartitions, fn: fn(partitioner.fn) }
      case 'range': return { kind: 'range', numPartitions, ascending: partitioner.ascending, compare: fn(partitioner.compare), bounds: this.known.borders(partitioner) ?? NOTHING }
      default: return partitioner satisfies never
    }
  }

  #borders(partitioner: RangePlan, at: At): StageKey {
    const { sample, numPartitions, compare } = partitioner
    const key = `borders ${sample.id} ${numPartitions}`
    if (this.stages.has(key)) return key
    const stage = this.stage(key, 'bounds', partitioner)
    const samples = this.stage(`sample ${sample.id} ${numPartitions}`, 'sample')
    const size = Math.ceil(SAMPLED_PER_PARTITION * numPartitions / Math.max(1, sample.numPartitions))
    for (let i = 0; i < sample.numPartitions; i++) this.want(samples, sample, i, () => ({ ending: { kind: 'sample', size, seed: i } }), at)
    stage.needs.add(samples.key)
    stage.drafts.set(0, {
      partitions: 1,
      pieces: [{ kind: 'blocks', blocks: [] }],
      reads: [{ slot: 0, stage: samples.key, partition: 0 }],
      borders: undefined,
      ending: { kind: 'bounds', numPartitions, compare: compare ? 0 : -1 },
      at,
      refs: compare ? [compare] : [],
    })
    return key
  }
}

const NOTHING: RowBlock = { parts: [], records: 0, classes: [] }

function endingOf(action: Action, fn: (ref: FnRef) => number, index: number): Ending {
  switch (action.kind) {
    case 'collect': case 'count': return { kind: action.kind }
    case 'take': return { kind: 'take', n: action.n }
    case 'foreach': case 'reduce': return { kind: action.kind, fn: fn(action.f) }
    case 'apply': return { kind: 'apply', fn: fn(action.f), index }
    default: return action satisfies never
  }
}

/** Each stage after those it needs. */
function inOrder(stages: ReadonlyMap<StageKey, Stage>): Stage[] {
  const done = new Set<StageKey>()
  const order: Stage[] = []
  const stack = [...stages.keys()]
  while (stack.length > 0) {
    const key = stack.at(-1)!
    const open = done.has(key) ? [] : [...stages.get(key)!.needs].filter(need => !done.has(need))
    if (open.length > 0) stack.push(...open)
    else {
      stack.pop()
      if (!done.has(key)) order.push(stages.get(key)!)
      done.add(key)
    }
  }
  return order
}
