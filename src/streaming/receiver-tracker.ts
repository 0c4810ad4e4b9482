/**
 * Starts and stops inputs and takes from each what it has for a batch, of receivers no more than the batch can process. An input
 * that fails to give says so to the streams that read it; the others go on.
 */
import { SystemClock, type Clock } from '../core/clock.js'
import type { SparkConf } from '../core/conf.js'
import type { Duration, Time } from '../core/time.js'
import type { EventBus } from '../core/events.js'
import type { Engine } from '../engine/engine.js'
import type { InputNode, SourceContext } from '../plan/stream-plan.js'
import { emptyOf } from '../sources/rows.js'
import type { CompletedBatch, Taken } from './batch.js'
import { LimitedReceiver } from './limited-receiver.js'

interface Options {
  readonly engine: Engine
  readonly clock: Clock
  readonly conf: SparkConf
  readonly events: EventBus
  readonly startTime: Time
  readonly batchDuration: Duration
  readonly checkpointDirectory?: string | undefined
  readonly from?: { readonly generatedMs: number; readonly inputs: ReadonlyMap<number, unknown> } | undefined
}

export class ReceiverTracker {
  readonly #options: Options
  readonly #running = new Map<InputNode, Promise<void> | undefined>()
  readonly #receivers = new Map<InputNode, LimitedReceiver[]>()
  /** The batch that is being taken. */
  #taking = { timeMs: 0, last: false }
  #stopped: Promise<unknown> | undefined
  /** By stream: records that came, and those that batches took. */
  readonly #received = new Map<number, number>()
  readonly #taken = new Map<number, number>()
  readonly #unheard: () => void

  constructor(options: Options) {
    this.#options = options
    this.#unheard = options.events.on('received', ({ stream, records }) => { this.#received.set(stream, records) })
  }

  /** Records that are there for the next batch. */
  get waitingRecords(): number { return [...this.#running.keys()].reduce((sum, input) => sum + this.#waiting(input), 0) }

  /** Starts what is new and stops what is gone. A promise only where an input needs time to start. */
  use(inputs: readonly InputNode[]): void | Promise<void> {
    for (const input of this.#running.keys()) if (!inputs.includes(input)) this.#forget(input)
    const starting = inputs.filter(input => !this.#running.has(input)).map(input => this.#start(input)).filter(started => started !== undefined)
    return starting.length > 0 ? Promise.all(starting).then(() => {}) : undefined
  }

  /** `last`: all that there is. */
  async take(inputs: readonly InputNode[], time: Time, last = false): Promise<Map<number, Taken>> {
    this.#taking = { timeMs: time.milliseconds, last }
    const taken = await Promise.all(inputs.map(async input => [input.id, await this.#take(input, time)] as const))
    return new Map(taken)
  }

  completed(time: Time, info: CompletedBatch): void {
    for (const { source } of this.#running.keys()) source.completed?.(time)
    for (const receiver of [...this.#receivers.values()].flat()) receiver.completed(info)
  }

  /** Ends all connections; what came before is still there to take. */
  stop(): Promise<unknown> { this.#unheard(); return this.#stopped ??= Promise.all([...this.#running.keys()].map(input => this.#stop(input))) }

  #waiting({ id, source }: InputNode): number { return source.waiting?.() ?? Math.max(0, (this.#received.get(id) ?? 0) - (this.#taken.get(id) ?? 0)) }

  #start(input: InputNode): Promise<void> | undefined {
    const started = input.source.start(this.#context(input)) ?? undefined
    this.#running.set(input, started)
    return started
  }

  async #take(input: InputNode, time: Time): Promise<Taken> {
    try {
      await this.#running.get(input)
      if (this.#isGone(input, time)) return { batch: { rdd: emptyOf(input.operator), records: 0 } }
      return { batch: await input.source.batch(time) }
    } catch (error) {
      return { error }
    }
  }

  /** What it gave for a batch before a restart, and cannot give again. */
  #isGone({ source }: InputNode, time: Time): boolean { return !source.checkpoint && time.milliseconds <= (this.#options.from?.generatedMs ?? -Infinity) }

  #forget(input: InputNode): void {
    void this.#stop(input)
    this.#running.delete(input)
    this.#receivers.delete(input)
  }

  async #stop(input: InputNode): Promise<void> {
    try { await input.source.stop() } catch (error) { this.#message('warn', `${input.source.name} did not stop well: ${error}`) }
  }

  #context(input: InputNode): SourceContext {
    const { engine, startTime, batchDuration, from } = this.#options
    return {
      stream: input.id,
      startTime,
      batchDuration,
      defaultParallelism: engine.defaultParallelism,
      recovered: from?.inputs.get(input.id),
      startReceiver: spec => this.#receive(input, spec),
      message: (level, text) => this.#message(level, text),
      wallMs: () => this.#options.clock.isOffWall ? this.#options.clock.wall?.now() : undefined,
    }
  }

  #receive(input: InputNode, spec: Parameters<SourceContext['startReceiver']>[0]): ReturnType<SourceContext['startReceiver']> {
    const { engine, clock, conf, batchDuration, checkpointDirectory } = this.#options
    const batchMs = !clock.isOffWall && (clock.wall ?? clock) instanceof SystemClock ? batchDuration.milliseconds : undefined
    const receiver = new LimitedReceiver({
      clock, conf, batchMs: batchDuration.milliseconds, parallelism: engine.defaultParallelism,
      start: allowance => engine.startReceiver({ ...spec, stream: input.id, allowance, batchMs, checkpointDirectory }),
    })
    this.#receivers.set(input, [...this.#receivers.get(input) ?? [], receiver])
    const take = async (): ReturnType<LimitedReceiver['take']> => {
      const taken = await receiver.take(this.#taking.timeMs, this.#taking.last)
      this.#taken.set(input.id, (this.#taken.get(input.id) ?? 0) + taken.records)
      return taken
    }
    return { take, stop: () => receiver.stop(), ended: () => receiver.ended() }
  }

  #message(level: 'info' | 'warn' | 'error', text: string): void { this.#options.events.emit('message', { level, text }) }
}
