/**
 * The engine of a Spark cluster: the same plans, the same tasks, on stock Spark's scheduler, shuffle and storage. Functions are captured in
 * the call that submits a job, stages are lowered to RDDs of the JVM here, and the bridge thread does the rest.
 *
 * Light to import and to make: Spark is started by the first job, or by warmUp().
 */
import type { AccumulatorV2 } from '../../core/accumulator.js'
import { SparkError } from '../../core/errors.js'
import { escapeControls } from '../../core/escape.js'
import { installation, installationRoot } from '../../core/installation.js'
import { parseLocalMaster } from '../../core/master.js'
import type { Portable } from '../../closure/portable.js'
import type { Job } from '../../plan/job.js'
import type { BlocksNode, PersistNode, RddNode } from '../../plan/rdd-plan.js'
import { captureAll } from '../driver/captured.js'
import { capturedBy } from '../driver/captured-values.js'
import type { CapturedValue, FnRef } from '../../plan/fn-ref.js'
import { rangeOf, type Draft, type Leaf, type StageKey } from '../driver/draft.js'
import { Shared } from '../driver/shared.js'
import { planJob, type JobPlan, type RangePlan } from '../driver/stages.js'
import type { Engine, EngineOptions, ReceiverHost, ReceiverSpec, RunningJob, RunningReceiver } from '../engine.js'
import type { RowBlock } from '../task/task.js'
import { Bridge } from './bridge.js'
import { ExecutorReceivers, type SocketSpec } from './executor-receivers.js'
import { isOnCluster } from './joined-gateway.js'
import { RddBook } from './rdd-book.js'
import { placeOf } from './receiver-place.js'
import { Bundles } from './shipping/bundles.js'
import { shipOf } from './shipping/shipment.js'
import { SparkJobRun, type SparkSurroundings } from './spark-job-run.js'
import { jvmConf } from './streaming-conf.js'
import { decodeUpdate } from './worker/telling.js'

/** `receivers`: what receives on the driver's machine. */
export const sparkEngine = (options: EngineOptions, receivers: ReceiverHost): Engine => new SparkEngine(options, receivers)

export class SparkEngine implements Engine {
  readonly master: string
  readonly defaultParallelism: number
  readonly #bridge: Bridge
  readonly #book: RddBook
  readonly #onExecutors: ExecutorReceivers
  readonly #shared = new Shared()
  readonly #jobs = new Set<SparkJobRun>()
  readonly #borders = new WeakMap<RangePlan, RowBlock>()
  readonly #around: SparkSurroundings
  /** Other Nodes that have been told of. */
  readonly #nodes = new Set<string>()
  #nextJob = 0
  #stopped = false

  constructor(readonly options: EngineOptions, readonly receivers: ReceiverHost) {
    const { master, conf, events } = options
    this.master = master
    // A cluster's cores are known when it answers, which is too late for plans.
    this.defaultParallelism = conf.getNumber('spark.default.parallelism') || (parseLocalMaster(master)?.threads ?? 2)
    const ship = shipOf(master, conf)
    this.#bridge = new Bridge({
      opening: () => ({
        master: sparkMaster(master), version: installation.version, conf: jvmConf(conf), sparkHome: conf.get('spark.tspark.sparkHome'),
        workerHeapMb: Math.floor(conf.getBytes('spark.tspark.workerHeap') / 1024 ** 2),
        ship, worker: conf.get('spark.tspark.worker') || `${installationRoot}bin/tspark-worker.cjs`,
      }),
      update: bytes => this.#update(bytes),
      ready: version => events.emit('message', { level: 'info', text: `Spark ${version} at ${master} is ready` }),
      said: ({ level, text }) => events.emit('message', { level, text }),
      receivers: message => this.#onExecutors.hear(message),
      unreachable: (error, forGood) => { if (forGood) this.#onExecutors.lost(error); else this.#onExecutors.fallBack(error) },
      closed: error => { if (!this.#stopped) events.emit('message', { level: 'error', text: error instanceof SparkError ? `${error.message}\n  fix: ${error.fix}` : error.message }) },
    })
    this.#onExecutors = new ExecutorReceivers({ conf, events, post: message => this.#bridge.receivers(message) })
    this.#book = new RddBook(numbers => this.#bridge.drop(numbers), number => this.#bridge.unpersist(number))
    const bundles = new Bundles((number, text) => this.#bridge.bundle(number, text))
    this.#around = {
      bridge: this.#bridge, book: this.#book, shared: this.#shared, events, borders: this.#borders,
      classes: new Set(), broadcasts: new Set(),
      bundles: modules => ship === 'none' ? [] : bundles.covering(modules),
      rules: conf.getBoolean('spark.tspark.rules'),
      memory: { everyRows: conf.getNumber('spark.tspark.spillEveryRows'), bytes: conf.getBytes('spark.tspark.workerMemory') },
    }
    if (isOnCluster()) this.#bridge.start() // who started us waits for a context, and not for ever
  }

  warmUp(): void { if (!this.#stopped) this.#bridge.start() }

  runJob(job: Job): RunningJob {
    this.#assertRunning()
    const leaves = new Map<StageKey, Leaf>()
    const plan = this.#plan(job, leaves)
    const functions: ReadonlyMap<Draft, Portable> = captureAll(plan)
    const run = new SparkJobRun(this.#nextJob++, job, plan, functions, leaves, this.#around)
    this.#jobs.add(run)
    const forget = (): void => { this.#jobs.delete(run) }
    run.results.then(forget, forget)
    return { id: run.id, results: run.results, cancel: reason => run.cancel(reason) }
  }

  check(rdd: RddNode): void { captureAll(this.#plan({ rdd, action: { kind: 'take', n: 1 }, description: 'check' }, new Map())) }

  #plan(job: Job, leaves: Map<StageKey, Leaf>): JobPlan {
    return planJob({ rdd: job.rdd, action: job.action, description: job.description }, {
      threads: Infinity, // a task of Spark's has one partition
      maxLineBytes: this.options.conf.getBytes('spark.tspark.maxLineBytes'),
      leaf: (node, partition) => {
        const range = rangeOf(node, partition)
        if (range) return range
        const key = `${node.kind} ${node.id}`
        leaves.set(key, node)
        return key
      },
      stored: ({ id }) => this.#book.persisted(id) && `kept ${id}`,
      storable: node => this.#book.storable(node),
      borders: partitioner => this.#borders.get(partitioner),
      wholePersists: true,
    })
  }

  captures(f: FnRef): readonly CapturedValue[] { return capturedBy(f) }

  settled(node: PersistNode): BlocksNode | undefined { return this.#book.settled(node) }
  unpersist(nodeId: number): void {
    this.#book.release(nodeId)
    this.#onExecutors.release(nodeId)
  }

  broadcast(id: number, value: unknown): void {
    this.#shared.broadcast(id, value)
    this.#around.broadcasts.delete(id)
  }
  unbroadcast(id: number): void {
    this.#shared.unbroadcast(id)
    if (this.#around.broadcasts.delete(id)) this.#bridge.unbroadcast(id)
  }

  registerAccumulator(accumulator: AccumulatorV2<unknown, unknown>): void { this.#shared.register(accumulator) }

  startReceiver(spec: ReceiverSpec): RunningReceiver {
    this.#assertRunning()
    this.#bridge.start()
    const here = (): RunningReceiver => this.receivers.start(spec, spec.kind === 'custom' ? this.#shared.travelling(spec.receiver, spec.name) : undefined)
    const { on, why } = placeOf(spec, this.options)
    const there = on === 'executors' ? this.#onExecutors.start(spec as SocketSpec, here) : undefined
    const reason = why ?? (on === 'executors' ? 'the inputs of Spark\'s own receivers are fixed once they run' : undefined)
    if (!there && reason !== undefined) this.options.events.emit('message', { level: 'info', text: `${spec.name} is received on the driver's machine: ${reason}` })
    return there ?? here()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    for (const run of this.#jobs) run.cancel('because the context was stopped')
    this.#onExecutors.lost(new SparkError('CONTEXT_STOPPED'))
    await Promise.all([this.#bridge.stop(), this.receivers.stop()])
  }

  /** What a task that succeeded has told. */
  #update(bytes: Uint8Array): void {
    const { deltas, printed, node } = decodeUpdate(bytes)
    this.#shared.merge(deltas)
    if (node !== undefined) this.#note(node)
    for (const line of printed) this.options.events.emit('console', line)
  }

  /** Rows have one form on every Node; what functions may use differs. */
  #note(node: string): void {
    if (this.#nodes.has(node)) return
    this.#nodes.add(node)
    this.options.events.emit('message', { level: 'warn', text: `executors run Node ${escapeControls(node)}, this is Node ${process.versions.node}: what only one of them knows fails on the other\n  fix: --conf spark.tspark.ship=node sends this one along` })
  }

  #assertRunning(): void { if (this.#stopped) throw new SparkError('CONTEXT_STOPPED') }
}

/** `local:2`, which needs no quotes, is ours; Spark writes it `local[2]`. */
const sparkMaster = (master: string): string => master.replace(/^local:(\d+)$/, 'local[$1]')

