/**
 * The engine of `local[N]`: this process, with N executor threads and one I/O thread for receivers. The driver's thread is the
 * prompt's: no user record passes through it except results.
 *
 * Light to import: no thread starts before the first job or receiver, or warmUp().
 */
import type { AccumulatorV2 } from '../../core/accumulator.js'
import { SparkError } from '../../core/errors.js'
import { parseLocalMaster } from '../../core/master.js'
import type { CapturedValue, FnRef } from '../../plan/fn-ref.js'
import type { Job } from '../../plan/job.js'
import type { BlocksNode, CollectionNode, PersistNode, RddNode } from '../../plan/rdd-plan.js'
import type { Engine, EngineOptions, ReceiverSpec, RunningJob, RunningReceiver } from '../engine.js'
import { encodeRows } from '../task/row-codec.js'
import { ruleFor, tellRule } from '../task/rules/rules.js'
import type { Piece, RowBlock } from '../task/task.js'
import { BlockStore, type Stored } from './block-store.js'
import { captureAll } from '../driver/captured.js'
import { capturedBy } from '../driver/captured-values.js'
import { rangeOf, type Leaf } from '../driver/draft.js'
import { ExecutorPool } from './executor-pool.js'
import { blockToFile } from './block-file.js'
import { JobRun } from './job-run.js'
import { openReceiverThread, Receivers } from './receivers.js'
import { memoryLimits } from './memory-limits.js'
import { MemoryShares } from './memory-shares.js'
import { Shared } from '../driver/shared.js'
import { ShuffleStore } from './shuffle-store.js'
import { SpillDirectory } from './spill-directory.js'
import { rehearse } from './rehearsal.js'
import { planJob, type JobPlan, type Known, type RangePlan } from '../driver/stages.js'

const MOST_KEPT_BYTES = 128 * 1024 * 1024

export const embeddedEngine = (options: EngineOptions): Engine => new EmbeddedEngine(options)

export class EmbeddedEngine implements Engine {
  readonly master: string
  readonly defaultParallelism: number
  readonly pool: ExecutorPool
  readonly #store: BlockStore
  readonly #shuffles: ShuffleStore
  readonly #memory: MemoryShares
  readonly #shared = new Shared()
  readonly #borders = new WeakMap<RangePlan, RowBlock>()
  readonly #slices = new WeakMap<CollectionNode, Map<number, RowBlock>>()
  readonly #jobs = new Map<number, JobRun>()
  readonly #receivers: Receivers
  readonly #customReceivers: Receivers
  readonly #known: Known
  readonly #rules: boolean
  #nextJob = 0
  #stopped = false

  constructor(readonly options: EngineOptions) {
    const { master, conf, events } = options
    const local = parseLocalMaster(master)
    if (!local) throw new SparkError('MASTER_INVALID', { master })
    this.master = master
    this.defaultParallelism = conf.getNumber('spark.default.parallelism') || local.threads
    this.pool = new ExecutorPool({ threads: local.threads, maxFailures: local.maxFailures ?? conf.getNumber('spark.task.maxFailures'), events })
    const limits = memoryLimits(conf, local.threads)
    const directory = new SpillDirectory(conf.get('spark.local.dir'), () => this.pool.endAll())
    this.#store = new BlockStore({
      limitBytes: limits.storageBytes,
      toFile: block => blockToFile(block, directory.newName()),
      removeFiles: files => directory.remove(files),
      forgetTable: version => this.pool.forgetTable(version),
      stuck: error => events.emit('message', { level: 'warn', text: `persisted rows stay in memory: ${(error as Error).message}` }),
    })
    this.#shuffles = new ShuffleStore(Math.min(MOST_KEPT_BYTES, limits.storageBytes / 4))
    this.#memory = new MemoryShares(limits, local.threads, directory, this.#store, this.#shuffles)
    this.#receivers = new Receivers({ conf, events })
    this.#customReceivers = new Receivers({ conf, events, openThread: openReceiverThread })
    this.#rules = conf.getBoolean('spark.tspark.rules')
    this.#known = {
      threads: local.threads,
      maxLineBytes: conf.getBytes('spark.tspark.maxLineBytes'),
      leaf: (node, partition) => this.#leaf(node, partition),
      stored: (node, partition) => this.#store.get(node, partition),
      storable: node => this.#store.storable(node),
      borders: partitioner => this.#borders.get(partitioner),
    }
  }

  /** Starts the executor threads before they are needed. */
  warmUp(): void { this.pool.warmUp() }

  rules(job: Job): readonly string[] { return this.#rules ? rulesOf(planJob(job, this.#known)) : [] }

  captures(f: FnRef): readonly CapturedValue[] { return capturedBy(f) }

  runJob(job: Job): RunningJob {
    this.#assertRunning()
    const plan = planJob(job, this.#known)
    const functions = captureAll(plan)
    const { pool, options: { events } } = this
    const run = new JobRun(this.#nextJob++, job, plan, functions, { pool, events, store: this.#store, shuffles: this.#shuffles, shared: this.#shared, memory: this.#memory, borders: this.#borders, rules: this.#rules })
    const { id, results } = run
    this.#jobs.set(id, run)
    const forget = (): void => { this.#jobs.delete(id) }
    results.then(forget, forget)
    return { id, results, cancel: reason => this.#jobs.get(id)?.cancel(reason) } // who keeps it keeps none of the job's input
  }

  check(rdd: RddNode): void { captureAll(planJob(probing(rdd), this.#known)) }

  rehearse(rdd: RddNode): void {
    if (this.#stopped) return
    try {
      const plan = planJob(probing(rdd), this.#known)
      rehearse(plan, captureAll(plan), { pool: this.pool, shared: this.#shared, memory: this.#memory })
    } catch { /* what is wrong with it, the first batch will say */ }
  }

  settled(node: PersistNode): BlocksNode | undefined { return this.#store.settled(node) }
  unpersist(nodeId: number): void { this.#store.release(nodeId) }

  broadcast(id: number, value: unknown): void { this.#shared.broadcast(id, value) }
  unbroadcast(id: number): void {
    this.#shared.unbroadcast(id)
    this.pool.forgetBroadcast(id)
  }

  registerAccumulator(accumulator: AccumulatorV2<unknown, unknown>): void { this.#shared.register(accumulator) }

  startReceiver(spec: ReceiverSpec): RunningReceiver {
    this.#assertRunning()
    this.pool.warmUp()
    return spec.kind === 'custom' ? this.#customReceivers.start(spec, this.#shared.travelling(spec.receiver, spec.name)) : this.#receivers.start(spec)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    for (const run of this.#jobs.values()) run.cancel('because the context was stopped')
    await Promise.all([this.pool.stop(), this.#receivers.stop(), this.#customReceivers.stop()])
    this.#store.clear()
    this.#memory.directory.close()
  }

  #assertRunning(): void { if (this.#stopped) throw new SparkError('CONTEXT_STOPPED') }

  #leaf(node: Leaf, partition: number): Piece {
    if (node.kind === 'collection') return rangeOf(node, partition) ?? { kind: 'blocks', blocks: [this.#slice(node, partition)] }
    const { format, data } = node.blocks[partition]!
    return format === 'rows' ? { kind: 'blocks', blocks: [(data as Stored).block] } : { kind: 'lines', ...data as { readonly buffer: SharedArrayBuffer; readonly byteLength: number } }
  }

  #slice(node: CollectionNode, partition: number): RowBlock {
    const slices = this.#slices.get(node) ?? new Map<number, RowBlock>()
    this.#slices.set(node, slices)
    const slice = slices.get(partition) ?? encodeRows(node.slices[partition] as readonly unknown[], node.operator, this.#shared.nameClass)
    slices.set(partition, slice)
    return slice
  }
}

const probing = (rdd: RddNode): Job => ({ rdd, action: { kind: 'take', n: 1 }, description: 'rehearsal' })

/** Each once, by the operator at which its stage ends; the last stage first. */
function rulesOf(plan: JobPlan): readonly string[] {
  const functions = captureAll(plan)
  const found = plan.stages.flatMap(({ drafts }) => [...drafts.values()].flatMap(draft => {
    const rule = ruleFor(draft, draft.refs, functions.get(draft)!)
    return rule ? [`${draft.at.operator}: ${tellRule(rule)}`] : []
  }))
  return [...new Set(found)].reverse()
}
