/**
 * A stream on the model engine and a manual clock: given batches go in, what each output saw comes out, by time.
 */
import { ManualClock } from '#src/core/clock.js'
import { SparkConf } from '#src/core/conf.js'
import { EventBus } from '#src/core/events.js'
import { joinBatch } from '#src/core/batch-scope.js'
import { JobPromise } from '#src/core/job-promise.js'
import { Milliseconds, Time } from '#src/core/time.js'
import { collection } from '#src/operators/combine.js'
import { fnRef } from '#src/plan/fn-ref.js'
import type { RddNode } from '#src/plan/rdd-plan.js'
import { makeStreamNode } from '#src/plan/stream-plan.js'
import type { InputNode, InputSource, OutputNode, StreamNode, StreamPlan } from '#src/plan/stream-plan.js'
import { StreamingRuntime } from '#src/streaming/streaming-runtime.js'
import type { CompletedBatch } from '#src/streaming/batch.js'
import { ModelEngine } from './model-engine.js'

export const PERIOD_MS = 1000
export const period = Milliseconds(PERIOD_MS)
export const here = (operator: string) => ({ operator, site: undefined })
export const fn = (f: (...args: never[]) => unknown, operator = 'test') => fnRef(f, operator)

/** Batch i, from 0, at the i-th call; null: no RDD; exhausted: empty batches. */
export class BatchesSource implements InputSource {
  readonly name = 'batches'
  readonly log: string[] = []
  #next = 0
  constructor(readonly batches: readonly (readonly unknown[] | null | Error)[], readonly numPartitions = 2) {}

  start(): void { this.log.push('start'); this.#next = 0 }
  stop(): void { this.log.push('stop') }
  completed(time: Time): void { this.log.push(`completed ${time.milliseconds}`) }
  batch(time: Time): { rdd: RddNode; records: number } | null {
    this.log.push(`batch ${time.milliseconds}`)
    const index = this.#next++
    const rows = index < this.batches.length ? this.batches[index]! : []
    if (rows instanceof Error) throw rows
    return rows && { rdd: collection(rows, this.numPartitions, here('batches')), records: rows.length }
  }
}

export const input = (source: InputSource): InputNode => makeStreamNode<InputNode>({ kind: 'input', source, slideDuration: period, ...here('input') })

export class Stage {
  readonly clock: ManualClock
  readonly engine = new ModelEngine()
  readonly events = new EventBus()
  readonly runtime: StreamingRuntime
  /** What outputs saw: time, then rows. */
  readonly seen: [number, unknown[]][] = []
  readonly completed: CompletedBatch[] = []
  readonly messages: string[] = []

  constructor({ startMs = 0, conf = new SparkConf() }: { startMs?: number; conf?: SparkConf } = {}) {
    this.clock = new ManualClock(startMs)
    this.runtime = new StreamingRuntime({ engine: this.engine, clock: this.clock, events: this.events, conf })
    this.events.on('batchCompleted', info => { this.completed.push(info) })
    this.events.on('message', ({ text }) => { this.messages.push(text) })
  }

  /** Collects every RDD of `parent` into `seen`. */
  collect(parent: StreamNode): OutputNode {
    return this.output(parent, async (rdd, time) => { this.seen.push([time.milliseconds, await this.job(rdd)]) })
  }

  /** Computes only the first partition, as print() may. */
  peek(parent: StreamNode): OutputNode {
    return this.output(parent, rdd => this.engine.runJob({ rdd, action: { kind: 'take', n: 1 }, partitions: [0], description: 'peek' }).results)
  }

  output(parent: StreamNode, run: OutputNode['run']): OutputNode { return makeStreamNode<OutputNode>({ parent, run, ...here('foreachRDD') }) }

  job(rdd: RddNode): JobPromise<unknown[]> {
    const job = this.engine.runJob({ rdd, action: { kind: 'collect' }, description: 'collect' })
    return joinBatch(JobPromise.of(job.results.then(parts => (parts as unknown[][]).flat()), reason => job.cancel(reason)))
  }

  plan(outputs: readonly OutputNode[], more: Partial<StreamPlan> = {}): StreamPlan {
    return { batchDuration: period, outputs, inputs: inputsOf(outputs), settings: new Map(), rememberDuration: undefined, checkpointDirectory: undefined, ...more }
  }

  start(outputs: readonly OutputNode[], more?: Partial<StreamPlan>): StreamPlan {
    const plan = this.plan(outputs, more)
    void this.runtime.start(plan)
    return plan
  }

  /** Lets `count` batches pass, one after another. */
  async run(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      this.clock.advance(PERIOD_MS)
      await this.runtime.idle()
    }
  }

  get times(): number[] { return this.completed.map(info => info.timeMs) }
  get failed(): number[] { return this.completed.filter(info => info.error !== undefined).map(info => info.timeMs) }
}

function inputsOf(outputs: readonly OutputNode[]): InputNode[] {
  const found = new Set<InputNode>()
  const visit = (node: StreamNode): void => {
    if (node.kind === 'input') found.add(node)
    else if ('parents' in node) node.parents.forEach(visit)
    else visit(node.parent)
  }
  outputs.forEach(output => visit(output.parent))
  return [...found]
}
