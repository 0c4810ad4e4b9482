/**
 * One running job: its stages in order, each stage's tasks on the executors, outputs kept until the job ends. All that can be
 * refused is refused before (planning and capture happen in the call that submits the job).
 */
import { SparkError } from '../../core/errors.js'
import type { EventBus } from '../../core/events.js'
import { sharedBytesPassed } from '../../core/shared-memory.js'
import type { Job } from '../../plan/job.js'
import type { PersistNode } from '../../plan/rdd-plan.js'
import { idleOutput } from '../task/idle.js'
import { decodeRows } from '../task/row-codec.js'
import { ruleFor } from '../task/rules/rules.js'
import { filesOf, memoryBytes, outputBytes, type MemoryShare, type Piece, type RowBlock, type Task, type TaskOutput } from '../task/task.js'
import type { BlockStore } from './block-store.js'
import type { Portable } from '../../closure/portable.js'
import type { Draft, StageKey } from '../driver/draft.js'
import type { ExecutorPool, PoolTask } from './executor-pool.js'
import { StageProgress } from './stage-progress.js'
import type { MemoryShares } from './memory-shares.js'
import type { Holdings, Shared } from '../driver/shared.js'
import { neededStages, type Outputs, type ShuffleStore } from './shuffle-store.js'
import { RESULT, type JobPlan, type RangePlan, type Stage } from '../driver/stages.js'
import { taskError } from '../driver/task-error.js'

export interface JobSurroundings {
  readonly pool: ExecutorPool
  readonly store: BlockStore
  readonly shuffles: ShuffleStore
  readonly shared: Shared
  readonly memory: MemoryShares
  readonly borders: WeakMap<RangePlan, RowBlock>
  readonly events: EventBus
  /** spark.tspark.rules */
  readonly rules: boolean
}

export class JobRun {
  readonly results: Promise<unknown[]>
  readonly #outputs: Map<StageKey, Outputs>
  readonly #stages: readonly Stage[]
  readonly #counts = new Map<number, number>()
  readonly #tasks: number
  #done = 0
  /** What its tasks gave, as long as it runs: files, and bytes of memory. */
  readonly #files = new Set<string>()
  #bytes = 0
  /** Why no more tasks are started: it was cancelled, or has failed. */
  #over: { readonly error: unknown } | undefined
  #ended = false
  #cancel: (error: SparkError) => void = () => {}

  constructor(readonly id: number, readonly job: Job, readonly plan: JobPlan, readonly functions: ReadonlyMap<Draft, Portable>, readonly around: JobSurroundings) {
    around.memory.directory.jobStarts(id)
    const reused = around.shuffles.reusable(plan, functions)
    this.#outputs = new Map(reused)
    this.#stages = neededStages(plan, reused)
    this.#tasks = this.#stages.reduce((sum, stage) => sum + stage.drafts.size, 0)
    const cancelled = new Promise<never>((_, reject) => { this.#cancel = reject })
    this.results = Promise.race([this.#run(), cancelled])
    this.results.then(() => this.#end(undefined), error => this.#end(error))
  }

  cancel(reason = ''): void { this.fail(new SparkError('JOB_CANCELLED', { job: this.id, reason })) }

  fail(error: SparkError): void {
    if (this.#ended) return
    this.#over = { error }
    this.#cancel(error)
    this.around.pool.abandon(this.id, error, 0)
  }

  async #run(): Promise<unknown[]> {
    this.around.events.emit('jobStart', { job: this.id, description: this.job.description, tasks: this.#tasks })
    const stages = new Map<StageKey, Promise<unknown>>()
    for (const stage of this.#stages) stages.set(stage.key, this.#after([...stage.needs].map(need => stages.get(need)), stage))
    await Promise.all(stages.values())
    return this.plan.partitions.map(partition => this.#result(partition))
  }

  async #after(needs: readonly (Promise<unknown> | undefined)[], stage: Stage): Promise<void> {
    await Promise.all(needs)
    const progress = new StageProgress(this.id, [...stage.drafts.values()], this.around.events)
    const outputs = new Map(await Promise.all([...stage.drafts].sort(([a], [b]) => a - b).map(async ([partition, draft]) => {
      const blocks = await this.#blocks(stage, partition, draft, progress)
      progress.ended()
      this.around.events.emit('taskEnd', { job: this.id, done: ++this.#done, tasks: this.#tasks })
      return [partition, blocks] as const
    })))
    if (this.#ended) return
    this.#outputs.set(stage.key, outputs)
    if (stage.kind === 'exchange') this.around.shuffles.keep(stage, this.#outputs, this.functions)
    if (stage.kind === 'bounds') this.around.borders.set(stage.of as RangePlan, outputs.get(0)![0]!)
  }

  async #blocks(stage: Stage, partition: number, draft: Draft, progress: StageProgress): Promise<readonly RowBlock[]> {
    if (stage.kind === 'persist') return [await this.#persisted(stage.of as PersistNode, partition, draft, progress)]
    const output = await this.#task(draft, progress)
    if (output.kind === 'rows') return this.#own(output.blocks)
    this.#counts.set(partition, output.value)
    return []
  }

  async #persisted(node: PersistNode, partition: number, draft: Draft, progress: StageProgress): Promise<RowBlock> {
    let made: RowBlock | undefined
    const block = await this.around.store.compute(node, partition, async () => made = this.#rows(await this.#task(draft, progress, node))[0]!)
    if (made && !this.around.store.holds(node, partition, made)) {
      this.#own([made])
      if (made.state) this.around.pool.forgetTable(made.state.version)
    }
    return block
  }

  /** Those blocks go with the job. */
  #own(blocks: readonly RowBlock[]): readonly RowBlock[] {
    const { memory } = this.around
    const files = filesOf(blocks)
    if (this.#ended) memory.directory.remove(files)
    else {
      for (const file of files) this.#files.add(file)
      const bytes = memoryBytes(blocks)
      this.#bytes += bytes
      memory.grow(bytes)
    }
    return blocks
  }

  #rows(output: TaskOutput): readonly RowBlock[] {
    if (output.kind !== 'rows') throw new Error('a stage between others gives rows')
    return output.blocks
  }

  async #task(draft: Draft, progress: StageProgress, persist?: PersistNode): Promise<TaskOutput> {
    const { pool, shared, memory } = this.around
    if (this.#over) throw this.#over.error
    const task = this.#ruled(draft, this.#filled(draft))
    const idle = idleOutput(task)
    if (idle) return idle
    let path = ''
    const message = (holdings: Holdings): ReturnType<PoolTask['message']> => {
      const share = memory.share(persist)
      path = share.path
      progress.begun(draft)
      return this.#message(draft, task, share, holdings)
    }
    const answer = await pool.run({ job: this.id, operator: draft.at.operator, ...tablesOf(task), message, discard: () => memory.directory.removeAttempt(path) })
    if (answer.kind === 'failed') throw taskError(answer.failure)
    shared.merge(answer.deltas)
    sharedBytesPassed(outputBytes(answer.output))
    return answer.output
  }

  #message(draft: Draft, task: Task, share: MemoryShare, holdings: Holdings): ReturnType<PoolTask['message']> {
    const functions = this.functions.get(draft)!
    return { task, functions, share, ...this.around.shared.missing(functions, task, holdings) }
  }

  /** The task, with what earlier stages made in the places that waited for it. */
  #filled(draft: Draft): Task {
    const pieces: Piece[] = [...draft.pieces]
    for (const { slot, stage, partition } of draft.reads) pieces[slot] = { kind: 'blocks', blocks: this.#made(stage, partition) }
    const { ending, borders, members } = draft
    if (ending.kind !== 'exchange' || ending.placement.kind !== 'range' || !borders) return { pieces, ending, at: draft.at, members }
    return { pieces, at: draft.at, members, ending: { ...ending, placement: { ...ending.placement, bounds: this.#outputs.get(borders)!.get(0)![0]! } } }
  }

  #ruled(draft: Draft, task: Task): Task {
    const rule = this.around.rules ? ruleFor(task, draft.refs, this.functions.get(draft)!) : undefined
    return rule ? { ...task, rule } : task
  }

  #made(key: StageKey, partition: number): readonly RowBlock[] {
    const outputs = this.#outputs.get(key)!
    if (key.startsWith('persist')) return outputs.get(partition)!
    return [...outputs.values()].map(blocks => blocks[partition]!).filter(block => block.records > 0)
  }

  #result(partition: number): unknown {
    const { action } = this.job
    const block = this.#outputs.get(RESULT)!.get(partition)![0]
    switch (action.kind) {
      case 'count': return this.#counts.get(partition)
      case 'foreach': return undefined
      case 'collect': case 'take': return decodeRows(block!)
      case 'apply': return decodeRows(block!)[0]
      case 'reduce': return reduced(decodeRows(block!))
      default: return action satisfies never
    }
  }

  #end(error: unknown): void {
    this.#ended = true
    this.#over = { error }
    if (error !== undefined) this.around.pool.abandon(this.id, error, GRACE_MS)
    this.#outputs.clear()
    const { memory } = this.around
    memory.grow(-this.#bytes)
    memory.directory.jobEnded(this.id)
    memory.directory.remove(this.#files)
    this.around.events.emit('jobEnd', { job: this.id, error })
  }
}

// To decode a state and put it into a table takes about a microsecond; to wait for who has it should take no longer.
const TABLE_ROWS_PER_MS = 1000

function tablesOf({ pieces }: Task): Pick<PoolTask, 'tables'> {
  const states = pieces.flatMap(piece => piece.kind === 'blocks' ? piece.blocks.filter(({ state }) => state) : [])
  const worthMs = states.reduce((sum, { records }) => sum + records, 0) / TABLE_ROWS_PER_MS
  return states.length > 0 ? { tables: { versions: states.map(({ state }) => state!.version), worthMs } } : {}
}

// When one task has failed, the others are no longer wanted, but most are about to end anyway.
const GRACE_MS = 300

const reduced = (rows: readonly unknown[]): { empty: true } | { empty: false; value: unknown } => rows.length === 0 ? { empty: true } : { empty: false, value: rows[0] }
