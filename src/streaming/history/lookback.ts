/**
 * Looking back at a run, and at its next batch: what is kept of the last batches, and replays of them beside the live run, which
 * goes on untouched. Whoever wants to see the next batch waits here; it is replayed once it is done, from what the batch before had left.
 */
import type { Clock } from '../../core/clock.js'
import type { SparkConf } from '../../core/conf.js'
import { SparkError } from '../../core/errors.js'
import type { Time } from '../../core/time.js'
import type { Engine } from '../../engine/engine.js'
import type { RddNode } from '../../plan/rdd-plan.js'
import type { StreamNode, StreamPlan } from '../../plan/stream-plan.js'
import { inputRdds, type Batch, type Outcome } from '../batch.js'
import type { KeptRdd } from '../batch-runner.js'
import { heldBytes } from '../held-bytes.js'
import { History, type KeptBatch, type Moment } from './history.js'
import { replay, type Replay, type Watch } from './replay.js'

interface Options { readonly engine: Engine; readonly clock: Clock; readonly conf: SparkConf; readonly zeroTime: Time; readonly batchMs: number; readonly kept: () => KeptRdd[] }

/** What to look at, and in which plan. */
export interface Look {
  readonly plan: StreamPlan
  readonly watches: readonly Watch[]
  /** By the id of a stream: one that stands in for it, of which the same is kept. */
  readonly standIns?: ReadonlyMap<number, StreamNode>
  /** All batches that are kept are run before it: it carries what nothing that runs carries along. */
  readonly whole?: boolean
}

/** Without `timeMs` for whatever batch is next. */
interface Waiting { readonly timeMs?: number; readonly look: () => Look; readonly resolve: (time: Time | undefined) => void; readonly reject: (error: unknown) => void }

export class Lookback {
  readonly #options: Options
  readonly #history: History
  readonly #pinned = new Set<Moment>()
  /** Batches that are being run again by the live run. */
  #again: readonly KeptBatch[] = []
  readonly #underWay = new Map<number, number>()
  readonly #bufferBytes: number
  #waiting: Waiting[] = []
  #running = new Set<Promise<unknown>>()
  /** What the batch that is next, or runs, goes on from. */
  #latest: Moment

  constructor(options: Options) {
    const { conf, zeroTime, kept } = options
    this.#options = options
    this.#latest = { timeMs: zeroTime.milliseconds, kept: kept() }
    this.#bufferBytes = conf.getBytes('spark.streaming.receiver.maxBufferedBytes')
    this.#history = new History({ batches: conf.getNumber('spark.tspark.history'), bytes: conf.getBytes('spark.tspark.historyBytes') }, this.#latest)
  }

  /** Oldest first. */
  get batches(): readonly KeptBatch[] { return this.#history.batches }

  /** Whether that batch can be run again. */
  keeps(timeMs: number): boolean { return this.batches.some(({ time }) => time.milliseconds === timeMs) }

  /** What the next batch goes on from: state, and what windows will read. */
  get goesOnFrom(): readonly KeptRdd[] { return this.#latest.kept }

  /** They are not given back until the returned function is called. */
  hold(): () => void {
    const held = { ...this.#latest }
    this.#pinned.add(held)
    return () => { this.#pinned.delete(held) }
  }

  /** Nothing was carried into the oldest batch: a run that begins with it is the same. */
  get isWhole(): boolean { return this.#history.beginning?.kept.length === 0 }

  /** RDDs that may still be read, though the live run needs them no more. */
  * roots(): Iterable<RddNode> {
    yield* this.#history.roots()
    for (const { inputs } of this.#again) yield* inputRdds(inputs)
    for (const { kept } of [...this.#pinned, ...this.#isNextAwaited() ? [this.#latest] : []]) for (const { rdd } of kept) yield rdd
  }

  /** What is coming in has the memory first. */
  generated({ time, inputs }: Batch): void {
    this.#underWay.set(time.milliseconds, heldBytes(inputRdds(inputs)))
    this.#history.fit(this.#lackingBytes())
  }

  /** Between a batch and the next. */
  closed(batch: Batch, outcome: Outcome): void {
    const before = this.#latest
    this.#latest = { timeMs: batch.time.milliseconds, kept: this.#options.kept() }
    if (batch.again) return this.#history.again(batch, outcome, this.#latest)
    this.#underWay.delete(batch.time.milliseconds)
    this.#history.add(batch, outcome, this.#latest, this.#lackingBytes())
    for (const waiting of this.#waiting.splice(0)) this.#answer(waiting, before, { ...batch, outcome, bytes: 0 })
  }

  /** Between two batches: where the live run goes back to, to run that batch and all since again; undefined where it is no longer kept. */
  goBack(timeMs: number): { readonly moment: Moment; readonly batches: readonly KeptBatch[] } | undefined {
    const batch = this.batches.find(({ time }) => time.milliseconds === timeMs)
    const moment = batch && this.#history.before(batch.time)
    if (!moment) return undefined
    this.#history.goBack(moment)
    this.#again = this.batches.filter(({ time }) => time.milliseconds > moment.timeMs)
    return { moment, batches: this.#again }
  }

  /** They have run again. */
  caughtUp(): void {
    const [first] = this.#again
    this.#again = []
    if (first) this.redone(first.time.milliseconds)
  }

  /** Called when batches have run again, with the time of the first; set by who has looked at them. */
  redone: (fromMs: number) => void = () => {}

  /** The last `count` batches, as far as they are kept, through the plan as it is now. Those before them are run for what state and windows had. */
  last(count: number, look: Look): Replay & { readonly batches: readonly KeptBatch[] } {
    const { batches, beginning } = this.#history
    if (batches.length === 0) throw new SparkError('HISTORY_EMPTY', { reason: this.whyEmpty })
    const shown = batches.slice(-count)
    return { ...this.#replay(look, beginning!, batches, shown[0]!.time.milliseconds), batches: shown }
  }

  /** The last batch as it was: begins with the moment that is nearest. */
  lastOne(look: Look): Replay & { readonly batches: readonly KeptBatch[] } {
    const last = this.batches.at(-1)
    if (!last) throw new SparkError('HISTORY_EMPTY', { reason: this.whyEmpty })
    return { ...this.#upTo(last.time, look)!, batches: [last] }
  }

  /** The next batch that is done; resolves with its time once it has been looked at. `look` is asked then. */
  next(look: () => Look): Promise<Time> {
    return new Promise((resolve, reject) => { this.#waiting.push({ look, resolve: time => resolve(time!), reject }) })
  }

  /** The batch of that time, once it is done; one that is kept at once. Undefined: there was none, or it is kept no more. */
  at(timeMs: number, look: () => Look): Promise<Time | undefined> {
    if (!this.isPast(timeMs)) return new Promise((resolve, reject) => { this.#waiting.push({ timeMs, look, resolve, reject }) })
    const time = this.batches.find(batch => batch.time.milliseconds === timeMs)?.time
    return time ? this.#during(async () => { await this.#upTo(time, look())!.done }).then(() => time) : Promise.resolve(undefined)
  }

  /** No batch of that time will come any more. */
  isPast(timeMs: number): boolean { return timeMs <= this.#latest.timeMs }

  /** All who wait for a batch that is done have seen it. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) {
      await Promise.allSettled(this.#running)
      await new Promise(setImmediate) // who waited has said what there is to say
    }
  }

  /** Nothing comes any more; what is kept stays. */
  end(): void {
    for (const { reject } of this.#waiting.splice(0)) reject(new SparkError('HISTORY_EMPTY', { reason: 'the context has stopped' }))
  }

  /** Nobody will ask any more. */
  forget(): void { this.#history.clear() }

  /** Who waits for a later batch goes on waiting. */
  #answer(waiting: Waiting, before: Moment, batch: KeptBatch): void {
    const { time } = batch
    const { timeMs = time.milliseconds, look, resolve, reject } = waiting
    if (timeMs > time.milliseconds) this.#waiting.push(waiting)
    else if (timeMs < time.milliseconds) resolve(undefined)
    else this.#during(async () => {
      const asked = look()
      await ((asked.whole && this.#upTo(time, asked)) || this.#replay(asked, before, [batch], time.milliseconds)).done
    }).then(() => resolve(time), reject)
  }

  /** Begins at once, so that what it reads is held. */
  #during(work: () => Promise<void>): Promise<void> {
    const done = work()
    this.#running.add(done)
    return done.finally(() => this.#running.delete(done))
  }

  /** That batch, from the nearest moment on; undefined where it is not kept. */
  #upTo(time: Time, look: Look): Replay | undefined {
    const from = look.whole ? this.#history.beginning : this.#history.before(time)
    const batches = this.batches.filter(batch => batch.time.milliseconds > (from?.timeMs ?? Infinity) && batch.time.milliseconds <= time.milliseconds)
    return from && batches.at(-1)?.time.equals(time) ? this.#replay(look, from, batches, time.milliseconds) : undefined
  }

  #isNextAwaited(): boolean { return this.#waiting.some(({ timeMs = -Infinity }) => timeMs <= this.#latest.timeMs + this.#options.batchMs) }

  #replay({ plan, watches, standIns }: Look, moment: Moment, batches: readonly KeptBatch[], watchedFromMs: number): Replay {
    const { engine, clock, zeroTime } = this.#options
    const from = standIns ? { ...moment, kept: moment.kept.flatMap(kept => standInsOf(kept, standIns)) } : { ...moment }
    this.#pinned.add(from)
    const { done, cancel } = replay({ engine, clock, zeroTime, plan, from, batches, watches, watchedFromMs })
    return { done: done.finally(() => this.#pinned.delete(from)), cancel }
  }

  /** Of the history's bytes, those that the receivers' buffer does not have to spare. */
  #lackingBytes(): number {
    const waiting = [...this.#underWay.values()].reduce((sum, bytes) => sum + bytes, 0)
    return Math.max(0, this.#history.limits.bytes + waiting - this.#bufferBytes)
  }

  /** Why there is no batch to look at. */
  get whyEmpty(): string {
    if (this.#history.limits.batches === 0) return 'spark.tspark.history is 0'
    return this.#latest.timeMs === this.#options.zeroTime.milliseconds ? 'none has run yet' : 'the last one and what it goes on from take more than spark.tspark.historyBytes'
  }
}

const standInsOf = (kept: KeptRdd, standIns: ReadonlyMap<number, StreamNode>): KeptRdd[] => {
  const standIn = standIns.get(kept.node.id)
  return standIn && kept.remembered ? [kept, { ...kept, node: standIn, carried: false }] : [kept]
}
