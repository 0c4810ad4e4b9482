/**
 * Starts and stops inputs and takes from each what it has for a batch. An input that fails to give says so to the streams that
 * read it; the others go on.
 */
import type { Duration, Time } from '../core/time.js'
import type { EventBus } from '../core/events.js'
import type { Engine } from '../engine/engine.js'
import type { InputNode, SourceContext } from '../plan/stream-plan.js'
import { emptyOf } from '../sources/rows.js'
import type { Taken } from './batch.js'

interface Options {
  readonly engine: Engine
  readonly events: EventBus
  readonly startTime: Time
  readonly batchDuration: Duration
  readonly from?: { readonly generatedMs: number; readonly inputs: ReadonlyMap<number, unknown> } | undefined
}

export class ReceiverTracker {
  readonly #options: Options
  readonly #running = new Map<InputNode, Promise<void> | undefined>()
  #stopped: Promise<unknown> | undefined

  constructor(options: Options) { this.#options = options }

  /** Starts what is new and stops what is gone. A promise only where an input needs time to start. */
  use(inputs: readonly InputNode[]): void | Promise<void> {
    for (const input of this.#running.keys()) if (!inputs.includes(input)) this.#forget(input)
    const starting = inputs.filter(input => !this.#running.has(input)).map(input => this.#start(input)).filter(started => started !== undefined)
    return starting.length > 0 ? Promise.all(starting).then(() => {}) : undefined
  }

  async take(inputs: readonly InputNode[], time: Time): Promise<Map<number, Taken>> {
    const taken = await Promise.all(inputs.map(async input => [input.id, await this.#take(input, time)] as const))
    return new Map(taken)
  }

  completed(time: Time): void { for (const { source } of this.#running.keys()) source.completed?.(time) }

  /** Ends all connections; what came before is still there to take. */
  stop(): Promise<unknown> { return this.#stopped ??= Promise.all([...this.#running.keys()].map(input => this.#stop(input))) }

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
      startReceiver: spec => engine.startReceiver({ ...spec, stream: input.id }),
      message: (level, text) => this.#message(level, text),
    }
  }

  #message(level: 'info' | 'warn' | 'error', text: string): void { this.#options.events.emit('message', { level, text }) }
}
