/**
 * One running job on Spark: its stages lowered in order and handed to the bridge as RDDs, the last of them run. Only a range partitioner
 * makes the driver wait in between: it samples first.
 */
import { SparkError } from '../../core/errors.js'
import type { EventBus } from '../../core/events.js'
import type { Portable } from '../../closure/portable.js'
import type { Job } from '../../plan/job.js'
import type { PersistNode } from '../../plan/rdd-plan.js'
import type { Draft, Leaf, StageKey } from '../driver/draft.js'
import type { Shared } from '../driver/shared.js'
import { RESULT, type JobPlan, type RangePlan, type Stage } from '../driver/stages.js'
import type { Fn } from '../task/fuse.js'
import { decodeRows } from '../task/row-codec.js'
import { runTask } from '../task/run.js'
import type { RowBlock } from '../task/task.js'
import type { Bridge } from './bridge.js'
import { toText, type StageCommand } from './command.js'
import { blocksByPartition } from './held-rows.js'
import { jobError } from './job-error.js'
import { Lowering, type LoweringOptions } from './lowering.js'
import type { RddBook } from './rdd-book.js'
import type { RddSpec } from './spark-job.js'

export interface SparkSurroundings {
  readonly bridge: Bridge
  readonly book: RddBook
  readonly shared: Shared
  readonly events: EventBus
  readonly borders: WeakMap<RangePlan, RowBlock>
  /** Ids of all classes that functions have brought along: rows may hold instances of any. */
  readonly classes: Set<string>
  /** Those that the bridge has been told of. */
  readonly broadcasts: Set<number>
  readonly bundles: LoweringOptions['bundles']
  readonly memory: StageCommand['memory']
  /** spark.tspark.rules */
  readonly rules: boolean
}

const NOTHING: RowBlock = { parts: [], records: 0, classes: [] }

export class SparkJobRun {
  readonly results: Promise<unknown[]>
  readonly #partitions: readonly number[]
  #ended = false
  #cancel: (error: SparkError) => void = () => {}
  /** Jobs of the JVM that belong to this one: sampling has numbers of its own. */
  readonly #running = new Set<number>()

  constructor(readonly id: number, readonly job: Job, readonly plan: JobPlan, readonly functions: ReadonlyMap<Draft, Portable>, readonly leaves: ReadonlyMap<StageKey, Leaf>, readonly around: SparkSurroundings) {
    this.#partitions = job.partitions ?? plan.partitions
    for (const portable of functions.values()) for (const id of classesIn(portable)) around.classes.add(id)
    const cancelled = new Promise<never>((_, reject) => { this.#cancel = reject })
    this.results = Promise.race([this.#run(), cancelled])
    this.results.then(() => this.#end(undefined), error => this.#end(error))
  }

  cancel(reason = ''): void {
    if (this.#ended) return
    this.#cancel(new SparkError('JOB_CANCELLED', { job: this.id, reason }))
    for (const job of this.#running) this.around.bridge.cancel(job)
  }

  async #run(): Promise<unknown[]> {
    const { events, book } = this.around
    events.emit('jobStart', { job: this.id, description: this.job.description, tasks: this.#partitions.length })
    if (this.#partitions.length === 0) return []
    const persisted = this.plan.stages.filter(({ kind }) => kind === 'persist').map(({ of }) => (of as PersistNode).id)
    try {
      const blocks = await this.#stages()
      for (const id of persisted) book.settle(id)
      return this.#partitions.map(partition => this.#result(blocks.get(partition) ?? NOTHING))
    } catch (error) {
      for (const id of persisted) book.forgetUnsettled(id)
      throw jobError(error)
    }
  }

  async #stages(): Promise<Map<number, RowBlock>> {
    const { book, shared, bundles, classes, memory, rules } = this.around
    const made: RddSpec[] = []
    const lowering = new Lowering({ book, shared, functions: this.functions, leaves: this.leaves, bundles, memory, rules, classes, make: rdd => { made.push(rdd) } })
    let sample: Map<number, RowBlock> = new Map()
    for (const stage of this.plan.stages) {
      if (stage.kind === 'bounds') {
        lowering.setBounds(stage.key, await this.#bounds(stage, sample))
        continue
      }
      const { number } = lowering.stage(stage)
      if (stage.kind !== 'sample' && stage.key !== RESULT) continue
      this.#tell(made.splice(0))
      const blocks = await this.#frames(number, stage.key === RESULT ? this.job.partitions : undefined)
      if (stage.key === RESULT) return blocks
      sample = blocks
    }
    throw new Error('a job has a last stage')
  }

  /** Rows that the driver holds are encoded, and classes become known, while stages are lowered: broadcasts go before them. */
  #tell(rdds: readonly RddSpec[]): void {
    const { bridge, shared, broadcasts } = this.around
    for (const rdd of rdds) for (const id of rdd.kind === 'stage' ? rdd.broadcasts : []) {
      if (broadcasts.has(id)) continue
      bridge.broadcast(id, toText(shared.broadcastValue(id)))
      broadcasts.add(id)
    }
    bridge.make(rdds)
  }

  async #frames(rdd: number, partitions: readonly number[] | undefined): Promise<Map<number, RowBlock>> {
    const { bridge } = this.around
    const job = nextRun++
    this.#running.add(job)
    try {
      if (this.#ended) throw new SparkError('JOB_CANCELLED', { job: this.id, reason: '' })
      return blocksByPartition(await bridge.run(job, this.job.description, rdd, partitions))
    } finally {
      this.#running.delete(job)
      bridge.drop([rdd])
    }
  }

  /** On the driver: a sample is small. */
  async #bounds({ of, drafts }: Stage, sample: ReadonlyMap<number, RowBlock>): Promise<RowBlock> {
    const { ending, at, refs } = drafts.get(0)!
    const blocks = [...sample].sort(([a], [b]) => a - b).map(([, block]) => block)
    const output = await runTask({ pieces: [{ kind: 'blocks', blocks }], ending, at }, { fns: refs.map(({ fn }) => fn as Fn), nameClass: this.around.shared.nameClass })
    const bounds = output.kind === 'rows' ? output.blocks[0]! : NOTHING
    this.around.borders.set(of as RangePlan, bounds)
    return bounds
  }

  #result(block: RowBlock): unknown {
    const { action } = this.job
    const rows = decodeRows(block)
    switch (action.kind) {
      case 'count': case 'apply': return rows[0]
      case 'foreach': return undefined
      case 'collect': case 'take': return rows
      case 'reduce': return rows.length === 0 ? { empty: true } : { empty: false, value: rows[0] }
      default: return action satisfies never
    }
  }

  #end(error: unknown): void {
    this.#ended = true
    this.around.events.emit('jobEnd', { job: this.id, error })
  }
}

// Groups of jobs in the JVM; it may serve several contexts, one after another.
let nextRun = 0

/** Classes whose definitions a capture holds, by their ids. */
const classesIn = ({ entries }: Portable): string[] =>
  entries.flatMap(({ kind, data }) => kind === 'function' && (data as { classId?: string }).classId || []).filter(id => !id.startsWith('tspark:'))
