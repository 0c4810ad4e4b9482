/**
 * The dull sequential model: the kernels over plain arrays, on the driver, one partition after another. It is the oracle for
 * engines and what the streaming tests run on. Functions are called as they are; nothing is captured, fused or sent.
 */
import type { AccumulatorV2 } from '#src/core/accumulator.js'
import { SparkError } from '#src/core/errors.js'
import { hashKey, mapKey } from '#src/core/hash.js'
import { borders, reservoir } from '#src/engine/task/sort.js'
import type { Engine, ReceiverSpec, RunningJob, RunningReceiver } from '#src/engine/engine.js'
import type { FnRef } from '#src/plan/fn-ref.js'
import type { Action, Job } from '#src/plan/job.js'
import { makeNode, parentsOf } from '#src/plan/rdd-plan.js'
import { samePartitioning } from '#src/plan/partitioner.js'
import type { PartitionerPlan } from '#src/plan/partitioner.js'
import type { BlocksNode, CogroupNode, NarrowNode, PersistNode, RddNode, ShuffleNode } from '#src/plan/rdd-plan.js'

type Rows = unknown[]
type Pair = [unknown, unknown]
type Fn = (...args: unknown[]) => unknown

export class ModelEngine implements Engine {
  readonly master = 'model'
  /** Jobs that were run, by their descriptions. */
  readonly jobs: string[] = []
  /** What is persisted: rows of each partition that has been computed. */
  readonly store = new Map<number, (Rows | undefined)[]>()
  readonly #leaves = new Map<number, BlocksNode>()
  /** A job starts once this has resolved; a cancelled one does not. */
  gate: () => Promise<unknown> = async () => {}

  constructor(readonly defaultParallelism = 2) {}

  runJob(job: Job): RunningJob {
    const id = this.jobs.push(job.description)
    let cancel = (_reason?: string): void => {}
    const cancelled = new Promise<never>((_, reject) => { cancel = (reason = '') => reject(new SparkError('JOB_CANCELLED', { job: id, reason })) })
    cancelled.catch(() => {})
    const results = Promise.race([this.gate(), cancelled]).then(() => this.#run(job))
    return { id, results, cancel }
  }

  settled(node: PersistNode): BlocksNode | undefined {
    const parts = this.store.get(node.id)
    if (!parts || Array.from({ length: node.numPartitions }, (_, i) => parts[i]).includes(undefined)) return undefined
    const leaf = this.#leaves.get(node.id) ?? makeNode<BlocksNode>({
      kind: 'blocks', numPartitions: node.numPartitions, partitioner: node.partitioner, operator: node.operator, site: node.site,
      blocks: parts.map(rows => ({ format: 'rows', records: rows!.length, bytes: 0, data: rows })),
    })
    this.#leaves.set(node.id, leaf)
    return leaf
  }

  unpersist(nodeId: number): void {
    this.store.delete(nodeId)
    this.#leaves.delete(nodeId)
  }

  broadcast(_id: number, _value: unknown): void {}
  unbroadcast(_id: number): void {}
  registerAccumulator(_accumulator: AccumulatorV2<unknown, unknown>): void {}
  startReceiver(_spec: ReceiverSpec): RunningReceiver { throw new Error('the model has no receivers: use a source of batches') }
  async stop(): Promise<void> {}

  async #run({ rdd, action, partitions }: Job): Promise<unknown[]> {
    const evaluation = new Evaluation(this.store)
    for (const node of waiting(rdd)) await evaluation.settle(node)
    const all = partitions ?? Array.from({ length: rdd.numPartitions }, (_, i) => i)
    return all.map(i => act(action, evaluation.rows(rdd, i), i))
  }
}

function act(action: Action, rows: Rows, partition: number): unknown {
  switch (action.kind) {
    case 'collect': return rows
    case 'take': return rows.slice(0, action.n)
    case 'count': return rows.length
    case 'foreach': rows.forEach(row => call(action.f, row)); return undefined
    case 'reduce': return rows.length ? { empty: false, value: rows.reduce((a, b) => call(action.f, a, b)) } : { empty: true }
    case 'apply': return call(action.f, rows.values(), partition)
    default: return action satisfies never
  }
}

/** What waits for promises, parents before children. */
function waiting(root: RddNode): NarrowNode[] {
  const seen = new Set<RddNode>()
  const visit = (node: RddNode): void => {
    if (seen.has(node)) return
    seen.add(node)
    parentsOf(node).forEach(visit)
    found.push(node)
  }
  const found: RddNode[] = []
  visit(root)
  return found.filter(node => node.kind === 'narrow' && node.op === 'mapAsync') as NarrowNode[]
}

/** One job: shuffled rows are kept for its length, persisted ones longer. */
class Evaluation {
  readonly #shuffled = new Map<RddNode, Rows[]>()
  readonly #settled = new Map<RddNode, Rows[]>()
  constructor(readonly store: Map<number, (Rows | undefined)[]>) {}

  async settle(node: NarrowNode): Promise<void> {
    const parts: Rows[] = []
    for (const rows of this.all(node.parent)) parts.push(await Promise.all(rows.map(row => call(node.f!, row))))
    this.#settled.set(node, parts)
  }

  rows(node: RddNode, i: number): Rows {
    switch (node.kind) {
      case 'collection': return [...node.slices[i]!]
      case 'files': throw new Error('the model reads no files')
      case 'blocks': return [...node.blocks[i]!.data as Rows]
      case 'narrow': return this.#settled.get(node)?.[i] ?? narrow(node, this.rows(node.parent, i), i)
      case 'shuffle': return this.#once(node, () => shuffled(node, this.all(node.parent), node.partitioner.kind === 'range' ? this.all(node.partitioner.sample) : []))[i]!
      case 'cogroup': return this.#once(node, () => cogrouped(node, node.parents.map(parent => this.all(parent))))[i]!
      case 'union': return node.aligned ? node.parents.flatMap(parent => this.rows(parent, i)) : node.parents.flatMap(parent => this.all(parent))[i]!
      case 'zip': return [...call(node.f, node.pairs[i]!.map((j, k) => this.rows(node.parents[k]!, j).values()), i) as Iterable<unknown>]
      case 'coalesce': return node.groups[i]!.flatMap(j => this.rows(node.parent, j))
      case 'persist': return this.#persisted(node, i)
      default: return node satisfies never
    }
  }

  all(node: RddNode): Rows[] { return Array.from({ length: node.numPartitions }, (_, i) => this.rows(node, i)) }

  #once(node: RddNode, compute: () => Rows[]): Rows[] {
    const rows = this.#shuffled.get(node) ?? compute()
    this.#shuffled.set(node, rows)
    return rows
  }

  #persisted(node: PersistNode, i: number): Rows {
    const parts = this.store.get(node.id) ?? new Array<Rows | undefined>(node.numPartitions).fill(undefined)
    parts[i] ??= this.rows(node.parent, i)
    this.store.set(node.id, parts)
    return [...parts[i]]
  }
}

function narrow({ op, f, zero }: NarrowNode, rows: Rows, i: number): Rows {
  switch (op) {
    case 'map': return rows.map(row => call(f!, row))
    case 'flatMap': return rows.flatMap(row => [...call(f!, row) as Iterable<unknown>])
    case 'filter': return rows.filter(row => call(f!, row))
    case 'mapPartitions': return [...call(f!, rows.values(), i) as Iterable<unknown>]
    case 'mapValues': return (rows as Pair[]).map(([key, value]) => [key, call(f!, value)])
    case 'flatMapValues': return (rows as Pair[]).flatMap(([key, value]) => [...call(f!, value) as Iterable<unknown>].map(each => [key, each]))
    case 'glom': return [rows]
    case 'mapAsync': throw new Error('its results are there before')
    case 'fold': return zero ? [rows.reduce((a, b) => call(f!, a, b), call(zero))] : rows.length ? [rows.reduce((a, b) => call(f!, a, b))] : []
    default: return op satisfies never
  }
}

function shuffled({ partitioner, aggregator, sort }: ShuffleNode, parts: Rows[], sample: Rows[]): Rows[] {
  const place = placing(partitioner, sample)
  const placed = dealt(parts.flat() as Pair[], partitioner.numPartitions, place)
  const merged = aggregator ? placed.map(rows => byKey(rows).map(([key, [first, ...rest]]): Pair =>
    [key, rest.reduce((combined, value) => call(aggregator.mergeValue, combined, value), call(aggregator.createCombiner, first))])) : placed
  return sort ? merged.map(rows => rows.sort((a, b) => order(sort)(a[0], b[0]))) : merged
}

function cogrouped({ parents, partitioner }: CogroupNode, all: Rows[][]): Rows[] {
  const place = placing(partitioner, [])
  const placed = all.map((parts, k) => samePartitioning(parents[k]!.partitioner, partitioner) ? parts as Pair[][] : dealt(parts.flat() as Pair[], partitioner.numPartitions, place))
  return Array.from({ length: partitioner.numPartitions }, (_, i) => {
    const tagged = placed.flatMap((parts, k) => parts[i]!.map(([key, value]): Pair => [key, { k, value }]))
    return byKey(tagged).map(([key, values]) => [key, parents.map((_, k) => (values as { k: number; value: unknown }[]).filter(each => each.k === k).map(each => each.value))])
  })
}

const dealt = (rows: Pair[], numPartitions: number, place: (key: unknown) => number): Pair[][] => {
  const parts = Array.from({ length: numPartitions }, (): Pair[] => [])
  for (const row of rows) parts[place(row[0])]!.push(row)
  return parts
}

function byKey(rows: Pair[]): [unknown, unknown[]][] {
  const groups = new Map<unknown, [unknown, unknown[]]>()
  for (const [key, value] of rows) {
    const group = groups.get(mapKey(key)) ?? [key, []]
    groups.set(mapKey(key), group)
    group[1].push(value)
  }
  return [...groups.values()]
}

function placing(partitioner: PartitionerPlan, sample: Rows[]): (key: unknown) => number {
  const { numPartitions: n } = partitioner
  switch (partitioner.kind) {
    case 'hash': return key => hashKey(key) % n
    case 'custom': return key => call(partitioner.fn, key) as number
    case 'range': return ranges(partitioner, sample)
    default: return partitioner satisfies never
  }
}

/** Where the borders lie is not told by what sorting means: they are the engine's own, of as large a sample. */
function ranges({ numPartitions, ascending, compare }: PartitionerPlan & { kind: 'range' }, sample: Rows[]): (key: unknown) => number {
  const natural = order({ ascending: true, compare })
  const at = { operator: 'sortByKey', site: undefined }
  const keys = sample.flatMap((rows, i) => {
    const kept = reservoir(Math.ceil(60 * numPartitions / sample.length), i, at)
    rows.forEach(kept.push)
    return kept.rows()
  })
  const bounds = borders(keys, numPartitions, natural, at)
  return key => {
    const place = bounds.filter(bound => natural(bound, key) < 0).length
    return ascending ? place : numPartitions - 1 - place
  }
}

function order({ ascending, compare }: { readonly ascending: boolean; readonly compare: FnRef | undefined }): (a: unknown, b: unknown) => number {
  const natural = compare ? compare.fn as unknown as (a: unknown, b: unknown) => number : (a: unknown, b: unknown): number => (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0
  return ascending ? natural : (a, b) => natural(b, a)
}

function call({ fn, operator }: FnRef, ...args: unknown[]): unknown {
  try { return (fn as Fn)(...args) } catch (error) { throw new SparkError('TASK_FAILED', { operator, error: error instanceof Error ? error.message : String(error) }, { cause: error }) }
}
