/**
 * The door to streams: makes input streams, holds the graph of output operations, starts and stops the runtime that turns
 * each batch into jobs.
 *
 * Its life cycle avoids Spark's traps: a failed start() leaves it as it was; what is added while it runs takes part from the
 * next batch; stop() leaves `sc` alive; a stopped context starts again, from the beginning; starting a second context stops
 * the first. Each says so in a sentence.
 */
import { DRIVER_ONLY } from '../core/brand.js'
import type { Clock } from '../core/clock.js'
import { SteppableClock } from '../core/steppable-clock.js'
import { SparkConf } from '../core/conf.js'
import { SparkError } from '../core/errors.js'
import { JobPromise } from '../core/job-promise.js'
import { Time, type Duration } from '../core/time.js'
import { surroundings } from '../core/wiring.js'
import type { RddNode } from '../plan/rdd-plan.js'
import type { StreamNode } from '../plan/stream-plan.js'
import { transformed, united } from '../operators/streams.js'
import { localPath } from '../sources/paths.js'
import { StreamingRuntime } from '../streaming/streaming-runtime.js'
import { checkedBatch } from './batch-duration.js'
import { call } from './calls.js'
import { DStream } from './dstream.js'
import { mapWithState } from './map-with-state-dstream.js'
import { RDD } from './rdd.js'
import { RecoverableContext } from './recoverable-context.js'
import { MendedContext } from './mended-context.js'
import { sessionDirectory } from './session-directory.js'
import { checkedCount } from './partitioner.js'
import { SparkContext } from './spark-context.js'
import { ticks } from './ticks.js'
import type { Row } from './types.js'

/** Not yet started, running, or ended (it may start again). */
export type StreamingContextState = 'INITIALIZED' | 'ACTIVE' | 'STOPPED'

/** A Clock other than the system's is for tests and for stepping by hand. */
export interface StreamingOptions {
  readonly clock?: Clock
  /** It runs beside another instead of ending it, and is not the active one: how the user calls it. @internal */
  readonly beside?: string
}

export class StreamingContext extends MendedContext {
  readonly [DRIVER_ONLY] = 'StreamingContext'
  /** The context that runs its jobs. */
  readonly sparkContext: SparkContext
  /** How much time makes a batch. */
  readonly batchDuration: Duration
  /** What says when a batch is due: the wall's time, until `clock.manual()` stops it. */
  readonly clock: SteppableClock
  readonly #beside: boolean
  #state: StreamingContextState = 'INITIALIZED'
  #runtime: StreamingRuntime | undefined
  #begun: Promise<void> | void = undefined

  /**
   * @param source a SparkContext, a SparkConf, or a master such as `'local[2]'`
   * @param batchDuration how much time makes a batch
   * @example
   * const ssc = new StreamingContext(sc, Seconds(1))
   */
  constructor(source: SparkContext | SparkConf | string, batchDuration: Duration, options: StreamingOptions = {}) {
    super()
    this.sparkContext = source instanceof SparkContext ? source : new SparkContext(source)
    this.batchDuration = checkedBatch(batchDuration)
    this.#beside = options.beside !== undefined
    this.called = options.beside ?? this.called
    this.clock = options.clock ? steppable(options.clock) : surroundings.clock ?? new SteppableClock()
    this.checkpoint(this.sparkContext.conf.get('spark.streaming.checkpoint.directory') || null)
    this.takePart()
  }

  /** Whether it has not started yet, runs, or has ended. @example ssc.getState() // 'INITIALIZED' */
  getState(): StreamingContextState { return this.#state }

  // — joints —

  /**
   * The records of all streams, one after another. @throws UNION_EMPTY, UNION_SLIDES_DIFFER
   * @example ssc.union([words, words]).count() // [ 6 ], [ 0 ], [ 2 ]
   */
  union<T>(streams: readonly DStream<T>[]): DStream<T> { return new DStream<T>(this, united(call('union'), streams.map(stream => stream.node))) }

  /**
   * Any RDD operation over the batches of several streams: f(rdds, time) on the driver.
   * @example ssc.transform([words, words], ([a, b]) => a!.union(b!)).count() // [ 6 ], [ 0 ], [ 2 ]
   */
  transform<U extends Row>(streams: readonly DStream<any>[], f: (rdds: RDD<any>[], time: Time) => RDD<U>): DStream<U> {
    const onNodes = (nodes: readonly RddNode[], time: Time) => f(nodes.map(node => new RDD(this.sparkContext, node)), time)?.node
    return new DStream<U>(this, transformed(call('transform'), streams.map(stream => stream.node), onNodes))
  }

  // — settings —

  /**
   * The directory of checkpoints: after each batch what getOrCreate needs is written there, and now and then the state. Null: none.
   * Without one nothing outlives the process.
   * @example ssc.checkpoint(`${dir}/state`)
   */
  checkpoint(directory: string | null): void { this.graph.checkpoint(directory === null ? undefined : localPath(directory)) }
  /** Each stream keeps its RDDs at least that long, for slice(). @example ssc.remember(Minutes(1)) */
  remember(duration: Duration): void { this.graph.remember(duration) }

  // — life cycle —

  /**
   * Begins to receive and to process, from the next full batch interval on.
   * @throws NO_OUTPUT_OPERATIONS when nothing would be done; the context stays as it was
   * @example
   * ssc.start() // SparkError [NO_OUTPUT_OPERATIONS]
   * words.print()
   * ssc.start()
   * ssc.getState() // 'ACTIVE'
   */
  start(): void {
    if (this.#state === 'ACTIVE') return this.say('warn', 'StreamingContext has already been started; it goes on running')
    const [unread] = this.graph.leadingNowhere()
    if (this.graph.outputs.length === 0) throw new SparkError('NO_OUTPUT_OPERATIONS', unread ? { add: `${unread}.print() shows ${unread}` } : {})
    if (unread) this.sayUnread(unread)
    const recovered = this.#state === 'STOPPED' ? undefined : this.recovered(this.plan())
    if (this.#state === 'STOPPED') this.say('info', 'started again: state, windows and times begin afresh')
    this.#provideCheckpointDirectory()
    this.listening(true)
    // One for all starts: a batch time is never used twice, so no output directory is overwritten.
    const runtime = this.#runtime ?? this.#makeRuntime()
    const other = this.#beside ? undefined : RecoverableContext.active
    const begun = other ? this.#replace(other).then(() => runtime.start(this.plan(), recovered)) : runtime.start(this.plan(), recovered)
    this.#begun = begun?.catch(error => this.#failedToStart(error))
    this.#runtime = runtime
    this.#state = 'ACTIVE'
    if (!this.#beside) RecoverableContext.last = RecoverableContext.active = this
  }

  /**
   * Ends the stream; `sc` lives on unless asked otherwise. Gracefully: what was received is still processed. May start again.
   * @example
   * words.print()
   * ssc.start()
   * await ssc.stop()
   * ssc.getState() // 'STOPPED'
   */
  stop(stopSparkContext = this.sparkContext.conf.getBoolean('spark.streaming.stopSparkContextByDefault'), stopGracefully = false): JobPromise<void> {
    return JobPromise.of(this.#stop(stopSparkContext, stopGracefully), () => {})
  }

  /**
   * Resolves when the context has been stopped; rejects when a batch has failed. At the prompt, Ctrl-C ends the waiting and
   * the stream goes on.
   * @throws NOT_STARTED
   * @example
   * words.print()
   * ssc.start()
   * void ssc.stop()
   * await ssc.awaitTermination()
   */
  awaitTermination(): JobPromise<void> {
    if (!this.#runtime) throw new SparkError('NOT_STARTED')
    let leave = (): void => {}
    const left = new Promise<void>(resolve => { leave = resolve })
    return JobPromise.of(Promise.race([this.#runtime.terminated(), left]), leave)
  }

  /**
   * As awaitTermination, for at most `timeoutMs`: whether the context has stopped.
   * @example
   * words.print()
   * ssc.start()
   * await ssc.awaitTerminationOrTimeout(10) // false
   */
  awaitTerminationOrTimeout(timeoutMs: number): JobPromise<boolean> {
    const stopped = this.awaitTermination()
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<boolean>(resolve => { timer = setTimeout(() => resolve(false), timeoutMs) })
    const result = Promise.race([stopped.then(() => true), late]).finally(() => clearTimeout(timer))
    return JobPromise.of(result, () => stopped.cancel())
  }

  /**
   * Frees the executors from the batch that runs, if it has run for so long (an endless loop in a user's function): it fails
   * with JOB_CANCELLED, later batches go on. Whether there was one.
   * @example ssc.cancelBatch() // false
   */
  override cancelBatch(reason = 'by the user', runningForMs = 0): boolean { return this.#runtime?.cancelBatch(reason, runningForMs) ?? false }

  /**
   * Resolves when every batch whose time has come is done: what tests with a manual clock wait for.
   * @example
   * words.print()
   * ssc.start()
   * clock.advance(1000)
   * await ssc.idle()
   */
  async idle(): Promise<void> {
    await this.#begun
    await this.#runtime?.idle()
  }

  /**
   * Moves a stopped clock on by `count` batches, one after the other, and resolves when they are done, well or badly. Within a batch it does not wait.
   * @throws CLOCK_RUNS while time goes by itself; NOT_STARTED
   * @example
   * ssc.clock.manual()
   * const counts = words.count().print()
   * ssc.start()
   * await ssc.tick(3)
   * ssc.clock.now() // 3000
   */
  tick(count = 1): JobPromise<void> {
    if (this.#state !== 'ACTIVE') throw new SparkError('NOT_STARTED')
    return ticks({ clock: this.clock, idle: () => this.idle(), nextMs: () => this.#runtime!.nextBatchMs, cancel: reason => this.cancelBatch(reason) }, checkedCount(count, 'tick', 'number of batches'))
  }

  /** Records that have come and wait for the next batch; those of files are not counted. @example ssc.waitingRecords // 0 */
  get waitingRecords(): number { return this.#runtime?.waitingRecords ?? 0 }

  override toString(): string { return `StreamingContext(${this.batchDuration})` }

  // — what streams use —

  /** @internal */
  readonly mapWithState = mapWithState
  /** @internal */
  slice(node: StreamNode, from: Time | number, to: Time | number): RddNode[] {
    if (!this.#runtime) throw new SparkError('NOT_INITIALIZED', { stream: node.operator })
    const stream = this.resolved(node)
    const at = (time: Time | number): Time => new Time(Number(time)).floor(stream.slideDuration, this.#runtime!.zeroTime)
    return at(from).to(at(to), stream.slideDuration).map(time => this.#runtime!.rdd(stream, time)).filter(rdd => rdd != null)
  }

  async #stop(stopSparkContext: boolean, stopGracefully: boolean): Promise<void> {
    if (this.#state === 'INITIALIZED') this.say('warn', 'StreamingContext has not been started yet')
    if (this.#state === 'STOPPED') this.say('warn', 'StreamingContext has already been stopped')
    if (this.#state === 'ACTIVE') {
      this.#state = 'STOPPED'
      if (RecoverableContext.active === this) RecoverableContext.active = undefined
      await this.#begun
      await this.#runtime!.stop({ gracefully: stopGracefully })
      this.listening(false)
    }
    if (stopSparkContext) await this.sparkContext.stop()
  }

  /** @internal */
  protected override get running(): StreamingRuntime | undefined { return this.#runtime }

  /** While the context runs, a change takes part from the next batch. @internal */
  protected override edited(): void { if (this.#state === 'ACTIVE') this.#runtime!.use(this.plan()) }

  #provideCheckpointDirectory(): void {
    if (!this.graph.lacksCheckpointDirectory) return
    const directory = sessionDirectory()
    this.graph.checkpoint(directory)
    this.say('info', `no checkpoint directory was set: using ${directory} for this session; ssc.checkpoint(dir) names another`)
  }

  /** A source that needs time to start may fail after start() has returned; the context is then as it was before. */
  #failedToStart(error: unknown): void {
    this.#state = 'INITIALIZED'
    if (RecoverableContext.active === this) RecoverableContext.active = undefined
    this.sparkContext.events.emit('message', { level: 'error', text: `the stream did not start: ${error instanceof Error ? error.message : String(error)}` })
  }

  #makeRuntime(): StreamingRuntime {
    const { engine, events, conf } = this.sparkContext
    return new StreamingRuntime({ engine, clock: this.clock, events, conf, inputsEnded: () => { this.stop(undefined, true).catch(() => {}) }, opened: lookback => this.expected.opened(lookback) })
  }

  #replace(other: StreamingContext): Promise<void> {
    this.say('warn', 'only one StreamingContext runs at a time: the one that ran before was stopped')
    return other.stop(false)
  }

}

const steppable = (clock: Clock): SteppableClock => clock instanceof SteppableClock ? clock : new SteppableClock(clock)
