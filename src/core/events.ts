/**
 * What happens to jobs, batches and receivers, as facts that anyone may listen to: the prompt, listeners, the web page.
 * Caller's mistakes are thrown; what happens later is an event. A listener that throws harms nobody else.
 */
import type { CallSite } from './call-site.js'

export interface TaskFailure {
  /** `map`, `reduceByKey`, … */
  readonly operator: string
  readonly site: CallSite | undefined
  /** Name and message of what was thrown. */
  readonly error: string
  /** The record that was being processed, as text, at most 200 characters. */
  readonly record: string | undefined
  /** Where in the user's text it was thrown, with that line's text: the card's caret. */
  readonly thrownAt: (CallSite & { readonly text: string }) | undefined
  readonly stack: string
}

export interface OutputInfo { readonly id: number; readonly name: string; readonly site: CallSite | undefined }

export interface BatchInfo {
  readonly timeMs: number
  readonly submissionMs: number
  readonly processingStartMs: number | undefined
  readonly processingEndMs: number | undefined
  /** Records of each input stream, by its id. */
  readonly records: ReadonlyMap<number, number>
}

export interface Events {
  /** A line for the user, from tspark itself. `once` texts are said only the first time for their key. */
  message: { readonly level: 'info' | 'warn' | 'error'; readonly text: string }
  /** console.* of user functions in an executor. */
  console: { readonly stream: 'stdout' | 'stderr'; readonly text: string }
  jobStart: { readonly job: number; readonly description: string; readonly tasks: number }
  taskEnd: { readonly job: number; readonly done: number; readonly tasks: number }
  /** A task of a stage was given to an executor, or has ended; stages are counted from 0 since the start. */
  stageProgress: {
    readonly job: number; readonly stage: number; readonly done: number; readonly running: number; readonly tasks: number
    /** The operator with which the stage ends; all before it back to the last shuffle is done along with it. */
    readonly operator: string; readonly site: CallSite | undefined
  }
  jobEnd: { readonly job: number; readonly error: unknown }
  streamingStarted: { readonly timeMs: number }
  streamingStopped: { readonly timeMs: number }
  batchSubmitted: BatchInfo
  batchStarted: BatchInfo
  batchCompleted: BatchInfo & { readonly error: unknown }
  outputStarted: { readonly timeMs: number; readonly output: OutputInfo }
  outputCompleted: { readonly timeMs: number; readonly output: OutputInfo; readonly error: unknown }
  /** A print() block, ready to be written; the console writer and the prompt decide how it looks. */
  printed: { readonly timeMs: number; readonly output: OutputInfo; readonly lines: readonly string[]; readonly more: boolean }
  /** What is expected of a stream at a time: entered, judged, taken back. Of a failed one `report` says what came instead, a line each. */
  expectation: { readonly id: number; readonly about: string; readonly site: CallSite | undefined; readonly state: 'waiting' | 'met' | 'failed' | 'removed'; readonly report: readonly string[] }
  receiverStarted: { readonly stream: number; readonly name: string }
  receiverError: { readonly stream: number; readonly name: string; readonly code: string; readonly message: string }
  receiverStopped: { readonly stream: number; readonly name: string }
  /** Totals so far of one receiver; tests under a manual clock wait for it. */
  received: { readonly stream: number; readonly records: number; readonly bytes: number }
}

export class EventBus {
  readonly #listeners = new Map<keyof Events, Set<(event: never) => void>>()
  readonly #watchers = new WeakSet<object>()

  /** Calls `listener` for every event of that kind; returns what ends it. */
  on<K extends keyof Events>(kind: K, listener: (event: Events[K]) => void): () => void {
    const set = this.#listeners.get(kind) ?? new Set()
    this.#listeners.set(kind, set.add(listener as (event: never) => void))
    return () => { set.delete(listener as (event: never) => void) }
  }

  /** The same for one who only takes note: where watchers alone listen, nobody has taken care of the event. */
  watch<K extends keyof Events>(kind: K, listener: (event: Events[K]) => void): () => void {
    this.#watchers.add(listener)
    return this.on(kind, listener)
  }

  emit<K extends keyof Events>(kind: K, event: Events[K]): void {
    for (const listener of [...this.#listeners.get(kind) ?? []]) {
      try { (listener as (event: Events[K]) => void)(event) } catch (error) { reportLater(error) }
    }
  }

  /** Those who listen, watchers left out. */
  listenerCount(kind: keyof Events): number { return [...this.#listeners.get(kind) ?? []].filter(listener => !this.#watchers.has(listener)).length }
}

function reportLater(error: unknown): void { queueMicrotask(() => console.error('a listener failed:', error)) }

/** The process's bus, which every context uses unless it is given another. */
export const events = new EventBus()
