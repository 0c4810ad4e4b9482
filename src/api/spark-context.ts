/**
 * The driver's door to an engine: makes RDDs, runs jobs, shares values.
 *
 * One per master; the prompt has one as `sc`. Threads start with the first job, so making one costs nothing.
 */
import { AccumulatorV2, LongAccumulator } from '../core/accumulator.js'
import { joinBatch } from '../core/batch-scope.js'
import { DRIVER_ONLY } from '../core/brand.js'
import { Broadcast } from '../core/broadcast.js'
import { showSite } from '../core/call-site.js'
import { SparkConf } from '../core/conf.js'
import { DESCRIBE } from '../core/describe.js'
import { SparkError } from '../core/errors.js'
import { events as processEvents, type EventBus } from '../core/events.js'
import { installation } from '../core/installation.js'
import { JobPromise } from '../core/job-promise.js'
import { NumberRange } from '../core/number-range.js'
import { defaultMaster, parseLocalMaster } from '../core/master.js'
import { submittedConf } from '../core/submitted.js'
import type { Engine } from '../engine/engine.js'
import { openEngine } from '../engine/registry.js'
import type { Action } from '../plan/job.js'
import type { RddNode } from '../plan/rdd-plan.js'
import { collection, emptyRdd, range, union } from '../operators/combine.js'
import { textFiles } from '../sources/text-file.js'
import { call } from './calls.js'
import { ContextInputs } from './context-inputs.js'
import { LineJobs } from './line-jobs.js'
import { checkedCount } from './partitioner.js'
import { userFn } from './calls.js'
import type { CapturedValue } from '../plan/fn-ref.js'
import { RDD } from './rdd.js'
import type { Row } from './types.js'

export class SparkContext extends ContextInputs {
  readonly [DRIVER_ONLY] = 'SparkContext'
  /** Its settings; getConf() gives a copy. */
  readonly conf: SparkConf
  /** Where the work runs, as in `local[2]`. */
  readonly master: string
  /** When it was made, in ms since 1970. */
  readonly startTime = Date.now()
  /** What happens to jobs, batches and receivers, to listen to. */
  readonly events: EventBus
  #engine: Engine | Promise<Engine> | undefined
  #stopped = false
  #lastShared = 0
  readonly #lineJobs = new LineJobs()
  static #active: SparkContext | undefined

  /**
   * @param confOrMaster a SparkConf, or a master such as `'local[2]'`; flags of tspark-submit fill what it leaves open
   * @example
   * const sc = new SparkContext('local[2]', 'lengths')
   * await sc.parallelize(['to', 'be']).map(w => w.length).collect() // [ 2, 2 ]
   * await sc.stop()
   */
  constructor(confOrMaster: SparkConf | string = new SparkConf(), appName?: string, events: EventBus = processEvents) {
    super()
    this.conf = typeof confOrMaster === 'string' ? new SparkConf().setMaster(confOrMaster) : confOrMaster.clone()
    if (appName !== undefined) this.conf.setAppName(appName)
    for (const [key, value] of submittedConf.getAll()) this.conf.setIfMissing(key, value)
    this.conf.setIfMissing('spark.master', defaultMaster())
    this.master = this.conf.get('spark.master')
    this.events = events
    this.#open()
    SparkContext.#active ??= this
  }

  /** The context in use, or a new one. @example SparkContext.getOrCreate() instanceof SparkContext // true */
  static getOrCreate(conf?: SparkConf): SparkContext { return SparkContext.#active ?? new SparkContext(conf) }

  /** The name of the program: `spark.app.name`. */
  get appName(): string { return this.conf.get('spark.app.name') }
  /** A name for this run. */
  get applicationId(): string { return `local-${this.startTime}` }
  /** Whether the work runs in this process. */
  get isLocal(): boolean { return parseLocalMaster(this.master) !== undefined }
  /** tspark's own version. */
  get version(): string { return installation.version }
  /** Whether stop() was called. */
  get isStopped(): boolean { return this.#stopped }
  /** A copy of its settings; changing it changes nothing here. @example sc.getConf().get('spark.master') // 'local[2]' */
  getConf(): SparkConf { return this.conf.clone() }

  /** Partitions where none are asked for: `spark.default.parallelism`, else one per executor thread. */
  get defaultParallelism(): number {
    const asked = this.conf.getNumber('spark.default.parallelism')
    return asked || (parseLocalMaster(this.master)?.threads ?? 2)
  }
  /** Partitions of a text file where none are asked for: at most 2. */
  get defaultMinPartitions(): number { return Math.min(this.defaultParallelism, 2) }

  // — making RDDs —

  /**
   * `rows` cut by position into partitions. An iterable is read once, now. @throws ARGUMENT_INVALID below 1 partition
   * @example await sc.parallelize([3, 1, 2], 2).glom().collect() // [ [ 3 ], [ 1, 2 ] ]
   */
  parallelize<T extends Row>(rows: Iterable<T>, numPartitions = this.defaultParallelism): RDD<T> {
    return this.rdd(collection([...rows], checkedCount(numPartitions, 'parallelize'), call('parallelize')))
  }
  /** The same as parallelize. @example await sc.makeRDD([1, 2]).count() // 2 */
  makeRDD<T extends Row>(rows: Iterable<T>, numPartitions?: number): RDD<T> { return this.parallelize(rows, numPartitions) }

  /**
   * start, start + step, … below end; with one number, 0, 1, … below it. Numbers are made in the executors. @throws ARGUMENT_INVALID for step 0
   * @example await sc.range(0, 10, 3).collect() // [ 0, 3, 6, 9 ]
   */
  range(start: number, end?: number, step = 1, numPartitions = this.defaultParallelism): RDD<number> {
    const [from, to] = end === undefined ? [0, start] : [start, end]
    if (step === 0) throw new SparkError('ARGUMENT_INVALID', { operator: 'range', problem: 'step cannot be 0', fix: 'give a step above or below 0' })
    const count = Math.max(0, Math.ceil((to - from) / step))
    return this.rdd(range(new NumberRange(from, step, count), checkedCount(numPartitions, 'range'), call('range')))
  }

  /** No rows, in no partition. @example await sc.emptyRDD<string>().collect() // [] */
  emptyRDD<T>(): RDD<T> { return this.rdd(emptyRdd(call('emptyRDD').site)) }

  /**
   * Lines of a file, a directory, a glob or a comma list of them; `.gz` is unpacked. The job rejects when nothing is there.
   * @example await sc.textFile(`${dir}/poem.txt`).collect() // [ 'to be', 'or not' ]
   */
  textFile(path: string, minPartitions = this.defaultMinPartitions): RDD<string> {
    return this.rdd(textFiles(path, { format: 'lines', minPartitions, ...call('textFile') }))
  }

  /** The rows of all, one after another; of no RDD: none. @example await sc.union([rdd, rdd]).count() // 6 */
  union<T>(first: RDD<T> | readonly RDD<T>[], ...rest: RDD<T>[]): RDD<T> {
    const rdds = [...(first instanceof RDD ? [first] : first), ...rest]
    return rdds.length ? this.rdd(union(call('union'), rdds.map(rdd => rdd.node))) : this.emptyRDD()
  }

  // — sharing —

  /**
   * `value`, sent to each executor once; functions read `.value`.
   * @example
   * const names = sc.broadcast(new Map([['a', 'Ann']]))
   * await scores.keys().map(k => names.value.get(k) ?? k).collect() // [ 'Ann', 'b', 'Ann' ]
   */
  broadcast<T>(value: T): Broadcast<T> {
    const id = this.#lastShared++
    this.engine.broadcast(id, value)
    return new Broadcast(id, () => value, forGood => {
      this.engine.unbroadcast(id)
      if (!forGood) this.engine.broadcast(id, value)
    })
  }

  /**
   * A sum that tasks add to and the driver reads.
   * @example
   * const rows = sc.longAccumulator("rows")
   * await rdd.foreach(() => rows.add(1))
   * rows.value // 3
   */
  longAccumulator(name?: string): LongAccumulator { return this.register(new LongAccumulator(), name) }
  /** Makes an accumulator of your own known to tasks. @example sc.register(new LongAccumulator(), "rows").name // 'rows' */
  register<A extends AccumulatorV2<never, unknown>>(accumulator: A, name?: string): A {
    accumulator.id = this.#lastShared++
    accumulator.name = name
    this.engine.registerAccumulator(accumulator as never)
    return accumulator
  }

  // — jobs: what actions are made of —

  /** @internal */
  rdd<T>(node: RddNode): RDD<T> { return new RDD<T>(this, node) }

  /** @internal One job over all partitions; `merge` makes the result of the partitions' results. */
  run<P, R>(rdd: RDD<unknown>, action: Action, operator: string, merge: (perPartition: P[]) => R, partitions?: readonly number[]): JobPromise<R> {
    const { site } = call(operator)
    const job = { rdd: rdd.node, action, description: this.getLocalProperty('spark.job.description') ?? `${operator} at ${showSite(site)}`, ...(partitions ? { partitions } : {}) }
    const running = this.engine.runJob(job)
    this.track(running)
    const started = this.#lineJobs.add(running)
    const promise = JobPromise.of(running.results.then(results => merge(results as P[])), reason => running.cancel(reason))
    started.promise = promise
    return joinBatch(promise)
  }

  /** @internal */
  collected<T, R>(rdd: RDD<T>, operator: string, merge: (rows: T[]) => R): JobPromise<R> {
    return this.run(rdd as RDD<unknown>, { kind: 'collect' }, operator, (parts: T[][]) => merge(parts.length === 1 ? parts[0]! : parts.flat()))
  }

  /** @internal The first partition, then four times as many each time, until there are n rows. */
  take<T>(rdd: RDD<T>, n: number, operator: string): JobPromise<T[]> {
    let current: JobPromise<T[][]> | undefined
    const search = async (): Promise<T[]> => {
      const rows: T[] = []
      for (let from = 0, width = 1; from < rdd.node.numPartitions && rows.length < n; from += width, width = from * 4) {
        const partitions = Array.from({ length: Math.min(width, rdd.node.numPartitions - from) }, (_, i) => from + i)
        current = this.run(rdd as RDD<unknown>, { kind: 'take', n: n - rows.length }, operator, (parts: T[][]) => parts, partitions)
        for (const part of await current) rows.push(...part.slice(0, n - rows.length))
      }
      return rows
    }
    return joinBatch(JobPromise.of(search(), reason => current?.cancel(reason)))
  }

  /** @internal What follows a job, cancelled with it. */
  then<A, B>(job: JobPromise<A>, f: (result: A) => B | Promise<B>, failed?: () => unknown): JobPromise<B> {
    const tidied = failed ? job.catch(async (error: unknown) => { await failed(); throw error }) : job
    return joinBatch(JobPromise.of(tidied.then(f), reason => job.cancel(reason)))
  }

  /**
   * What a function takes along to the executors: the variables that it names, what they are, and roughly how many bytes each takes on its way.
   * @throws CLOSURE_* when something of it cannot leave the driver
   * @example
   * const stop = new Set(['to', 'be'])
   * sc.captures((word: string) => !stop.has(word)).map(({ kind }) => kind) // [ 'set' ]
   */
  captures(f: (...args: never[]) => unknown): readonly CapturedValue[] { return this.engine.captures?.(userFn('captures', f)) ?? [] }

  /** @internal What the engine would do in a shorter way. */
  rules(node: RddNode): readonly string[] { return this.engine.rules?.({ rdd: node, action: { kind: 'collect' }, description: 'explain' }) ?? [] }

  /** @internal Starts the executors now, so that the first job need not wait for them. */
  warmUp(): void { if (!this.#stopped && !(this.#engine instanceof Promise)) this.#engine?.warmUp?.() }

  /** @internal */
  unpersist(node: RddNode): void { this.engine.unpersist(node.id) }

  /** @internal @throws CONTEXT_STOPPED */
  get engine(): Engine {
    if (this.#stopped) throw new SparkError('CONTEXT_STOPPED')
    if (!this.#engine || this.#engine instanceof Promise) throw new SparkError('ENGINE_STARTING', { master: this.master })
    return this.#engine
  }

  /**
   * Ends the executors. RDDs of this context can no longer be computed. A second time does nothing.
   * @example
   * const own = new SparkContext('local[1]')
   * await own.stop()
   * own.isStopped // true
   */
  async stop(): Promise<void> {
    if (this.#stopped) return
    this.#stopped = true
    this.#lineJobs.close()
    if (SparkContext.#active === this) SparkContext.#active = undefined
    await (await this.#engine)?.stop()
  }

  [DESCRIBE](): readonly string[] { return [`SparkContext(master = ${this.master}, app = ${this.appName}${this.#stopped ? ', stopped' : ''})`] }
  override toString(): string { return `SparkContext(${this.master})` }

  #open(): void {
    const opened = openEngine({ master: this.master, conf: this.conf, events: this.events })
    this.#engine = opened
    if (opened instanceof Promise) opened.then(engine => { this.#engine = engine }, () => { this.#stopped = true })
  }
}
