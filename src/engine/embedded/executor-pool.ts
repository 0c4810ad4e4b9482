/**
 * N executor threads and the queue before them. A task goes to the first thread that is free; a thread that dies with a task
 * (out of memory, process.exit, terminated) is replaced at once and the task runs again, up to `maxFailures` times. A user
 * function that throws is an answer, not a death: it is never tried again.
 *
 * Threads start with the first task, or earlier by warmUp(). They keep the process alive only while they have work.
 */
import { Worker } from 'node:worker_threads'
import { SparkError } from '../../core/errors.js'
import type { EventBus } from '../../core/events.js'
import { executorImports } from '../../core/wiring.js'
import type { Failure } from '../task/failure.js'
import type { TaskOutput } from '../task/task.js'
import { giveBack, makeCredit } from './console-credit.js'
import { inherited } from './exec-argv.js'
import type { Holdings } from '../driver/shared.js'
import type { ExecutorData, FromExecutor, RunTask, ToExecutor } from './protocol.js'

export type TaskAnswer =
  | { readonly kind: 'done'; readonly output: TaskOutput; readonly deltas: readonly (readonly [number, unknown])[] }
  | { readonly kind: 'failed'; readonly failure: Failure }

export interface PoolTask {
  readonly job: number
  readonly operator: string
  /** Tables of keyed state that it reads, by their versions; and how long making them anew would take. */
  readonly tables?: { readonly versions: readonly string[]; readonly worthMs: number }
  /** Made when the executor is known. */
  readonly message: (holdings: Holdings) => Omit<RunTask, 'kind' | 'id'>
  /** Nobody will have what the last attempt made: its thread died, or its job is over. */
  readonly discard: () => void
}

interface Queued { readonly id: number; readonly task: PoolTask; readonly sinceMs: number; failures: number; abandoned: boolean; readonly resolve: (answer: TaskAnswer) => void; readonly reject: (error: unknown) => void }
interface Executor { readonly worker: Worker; readonly credit: SharedArrayBuffer; running: Queued | undefined; readonly holdings: Holdings; readonly tables: Set<string>; ending: boolean; error: unknown }

export interface PoolOptions { readonly threads: number; readonly maxFailures: number; readonly events: EventBus }

export class ExecutorPool {
  readonly #executors = new Set<Executor>()
  #queue: Queued[] = []
  #nextId = 0
  #waiting: NodeJS.Timeout | undefined
  #stopped = false

  constructor(readonly options: PoolOptions) {}

  warmUp(): void { while (!this.#stopped && this.#executors.size < this.options.threads) this.#start() }

  run(task: PoolTask): Promise<TaskAnswer> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ id: this.#nextId++, task, sinceMs: performance.now(), failures: 0, abandoned: false, resolve, reject })
      this.warmUp()
      this.#dispatch()
    })
  }

  /**
   * Drops the job's waiting tasks, and gives those that run `graceMs` to end by themselves, which keeps their threads warm. Then
   * the threads are ended, and replaced at once.
   */
  abandon(job: number, why: unknown, graceMs: number): void {
    const dropped = this.#queue.filter(({ task }) => task.job === job)
    const busy = [...this.#executors].filter(({ running }) => running?.task.job === job)
    this.#queue = this.#queue.filter(({ task }) => task.job !== job)
    for (const { running } of busy) running!.abandoned = true
    for (const { reject } of [...dropped, ...busy.map(({ running }) => running!)]) reject(why)
    const end = (): void => { for (const executor of busy) if (executor.running?.task.job === job) this.#replace(executor) }
    if (graceMs === 0) end()
    else if (busy.length > 0) setTimeout(end, graceMs)
  }

  forgetBroadcast(id: number): void {
    for (const { worker, holdings } of this.#executors) if (holdings.broadcasts.delete(id)) worker.postMessage({ kind: 'forget', broadcast: id } satisfies ToExecutor)
  }

  forgetTable(version: string): void { for (const executor of this.#executors) this.#forget(executor, version) }

  /** The threads themselves; tests end one to see its work done again. */
  get workers(): readonly Worker[] { return [...this.#executors].map(({ worker }) => worker) }

  /** Tells every thread to end, without waiting: for the moment in which the process exits. */
  endAll(): void { for (const { worker } of this.#executors) void worker.terminate() }

  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#waiting)
    this.#queue = []
    const executors = [...this.#executors]
    this.#executors.clear()
    for (const executor of executors) executor.ending = true
    await Promise.all(executors.map(({ worker }) => within(worker.terminate(), STOP_MS)))
  }

  #start(): void {
    const credit = makeCredit()
    const worker = new Worker(new URL('./executor.js', import.meta.url), {
      workerData: { imports: executorImports, credit } satisfies ExecutorData,
      execArgv: inherited(process.execArgv),
      name: 'tspark executor',
      stdin: false, stdout: true, stderr: true,
    })
    const executor: Executor = { worker, credit, running: undefined, holdings: { broadcasts: new Set(), classes: new Set() }, tables: new Set(), ending: false, error: undefined }
    this.#executors.add(executor)
    worker.on('message', (message: FromExecutor) => this.#hear(executor, message))
    worker.on('error', error => { executor.error = error })
    worker.on('exit', code => this.#lost(executor, code))
    worker.unref()
  }

  #dispatch(): void {
    for (const executor of this.#executors) {
      for (let next = this.#nextFor(executor); next; next = this.#nextFor(executor)) {
        this.#queue.splice(this.#queue.indexOf(next), 1)
        this.#send(executor, next)
      }
    }
  }

  /** The task that has waited longest, but for those whose tables a busy thread holds: they wait for it as long as that is worth it. */
  #nextFor(executor: Executor): Queued | undefined {
    if (executor.running) return undefined
    let untilMs = Infinity
    for (const queued of this.#queue) {
      const { tables } = queued.task
      const holder = tables && this.#holderOf(tables.versions)
      if (!holder || holder === executor) return queued
      const leftMs = queued.sinceMs + tables!.worthMs - performance.now()
      if (leftMs <= 0 && holder.running) return queued
      untilMs = Math.min(untilMs, leftMs)
    }
    if (untilMs < Infinity) this.#dispatchIn(untilMs)
    return undefined
  }

  #holderOf(versions: readonly string[]): Executor | undefined {
    for (const executor of this.#executors) if (versions.some(version => executor.tables.has(version))) return executor
    return undefined
  }

  /** The thread that is waited for keeps the process alive. */
  #dispatchIn(waitMs: number): void {
    clearTimeout(this.#waiting)
    this.#waiting = setTimeout(() => this.#dispatch(), Math.max(1, waitMs)).unref()
  }

  /** A task that cannot be sent (a destroyed broadcast, say) fails; the executor stays free. */
  #send(executor: Executor, queued: Queued): void {
    try {
      const message: ToExecutor = { kind: 'run', id: queued.id, ...queued.task.message(executor.holdings) }
      executor.worker.postMessage(message)
      executor.running = queued
      executor.worker.ref()
    } catch (error) { queued.reject(error) }
  }

  #hear(executor: Executor, message: FromExecutor): void {
    if (executor.ending) return
    if (message.kind === 'console') return this.#print(executor, message)
    if (message.kind === 'ready') return
    const { running } = executor
    if (running?.id !== message.id) return
    this.#free(executor)
    if (message.kind === 'done') this.#noteTables(executor, message.output)
    if (running.abandoned) {
      if (message.kind === 'done') for (const version of versionsOf(message.output)) this.#forget(executor, version)
      running.task.discard()
    }
    running.resolve(message)
    this.#dispatch()
  }

  #noteTables(executor: Executor, output: TaskOutput): void { for (const version of versionsOf(output)) executor.tables.add(version) }

  #forget({ worker, tables }: Executor, version: string): void {
    if (tables.delete(version)) worker.postMessage({ kind: 'forgetTable', version } satisfies ToExecutor)
  }

  #print(executor: Executor, { stream, text }: FromExecutor & { readonly kind: 'console' }): void {
    this.options.events.emit('console', { stream, text })
    giveBack(executor.credit, text.length)
  }

  #free(executor: Executor): void {
    executor.running = undefined
    executor.worker.unref()
  }

  /** The task of a job that nobody waits for any more dies with its thread. */
  #replace(executor: Executor): void {
    if (executor.ending) return
    executor.ending = true
    const { running } = executor
    executor.running = undefined
    this.#executors.delete(executor)
    executor.worker.unref()
    void executor.worker.terminate().then(() => running?.task.discard()) // over 5 s inside a long native call: it is not waited for
    this.#refill()
  }

  #lost(executor: Executor, code: number): void {
    if (executor.ending) return
    this.#executors.delete(executor)
    const { running } = executor
    running?.task.discard()
    if (running) this.#again(running, reasonOf(executor.error, code))
    else if (executor.error) this.options.events.emit('message', { level: 'error', text: `an executor ended by itself: ${reasonOf(executor.error, code)}` })
    if (running || this.#queue.length > 0) this.#refill()
  }

  #refill(): void {
    this.warmUp()
    this.#dispatch()
  }

  #again(queued: Queued, reason: string): void {
    if (queued.abandoned) return
    if (++queued.failures < this.options.maxFailures) this.#queue.unshift(queued)
    else queued.reject(new SparkError('EXECUTOR_LOST', { operator: queued.task.operator, failures: queued.failures, reason }))
  }
}

// A thread inside a long native call does not hear terminate(); the process ends without it.
const STOP_MS = 1000

function within(work: Promise<unknown>, limitMs: number): Promise<unknown> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, limitMs)
    work.then(() => { clearTimeout(timer); resolve(undefined) })
  })
}

const versionsOf = (output: TaskOutput): string[] => output.kind === 'rows' ? output.blocks.flatMap(({ state }) => state ? [state.version] : []) : []

const reasonOf = (error: unknown, code: number): string => error instanceof Error ? error.message : `its thread exited with code ${code}`
