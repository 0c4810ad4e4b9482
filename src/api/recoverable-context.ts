/**
 * The part of a StreamingContext that outlives its process: which one runs, and how one goes on from a checkpoint.
 *
 * Spark reads the graph back with its functions, so the code that stands in the program is ignored after a restart. Here no code
 * is ever written: `create` is called each time and builds the graph, and what the checkpoint holds (times, state, what the
 * inputs had given) is put into it (docs/decisions/0011).
 */
import type { SparkConf } from '../core/conf.js'
import { escapeControls } from '../core/escape.js'
import { SparkError } from '../core/errors.js'
import type { StreamPlan } from '../plan/stream-plan.js'
import { localPath } from '../sources/paths.js'
import { findCheckpoint, type FoundCheckpoint } from '../streaming/checkpoint/checkpoint-reader.js'
import { restoreConf } from '../streaming/checkpoint/conf-to-keep.js'
import { checkRecoverable, recover, type Recovered } from '../streaming/checkpoint/recovery.js'
import { ListenedContext } from './listened-context.js'
import type { StreamingContext } from './streaming-context.js'

/** With `createOnError`, a checkpoint from which the program cannot go on is left aside, with a warning. `true` is short for it. */
export interface RecoveryOptions { readonly createOnError?: boolean }

export abstract class RecoverableContext extends ListenedContext {
  /** The one that runs. @internal */
  static active: StreamingContext | undefined
  /** The one that was started last. @internal */
  static last: StreamingContext | undefined
  #found: FoundCheckpoint | undefined

  abstract checkpoint(directory: string | null): void
  /** @internal */
  abstract plan(): StreamPlan

  /** The context that runs now, or undefined. @example StreamingContext.getActive() // undefined */
  static getActive(): StreamingContext | undefined { return RecoverableContext.active }

  /**
   * The context that runs now, or what `create` makes; with a directory, what getOrCreate gives.
   * @example StreamingContext.getActiveOrCreate(() => ssc) === ssc // true
   */
  static getActiveOrCreate(create: () => StreamingContext): StreamingContext
  static getActiveOrCreate(checkpointPath: string, create: () => StreamingContext, options?: boolean | RecoveryOptions): StreamingContext
  static getActiveOrCreate(...args: [() => StreamingContext] | [string, () => StreamingContext, (boolean | RecoveryOptions)?]): StreamingContext {
    if (RecoverableContext.active) return RecoverableContext.active
    return typeof args[0] === 'string' ? RecoverableContext.getOrCreate(args[0], args[1]!, args[2]) : args[0]()
  }

  /**
   * What `create` makes; where the directory holds a checkpoint, its start() goes on from there: state, windows and times are as they
   * were, and the batches of the time between are run. `create` builds the whole graph each time, since functions are not in a
   * checkpoint. A damaged checkpoint is told and the one before it is taken.
   * @param checkpointPath the directory, which is also that of new checkpoints
   * @throws CHECKPOINT_UNREADABLE, CHECKPOINT_FORMAT, CHECKPOINT_BATCHES, CHECKPOINT_STATE, CHECKPOINT_INPUT unless { createOnError: true }
   * @example
   * const context = StreamingContext.getOrCreate(`${dir}/checkpoints`, () => {
   *   const made = new StreamingContext(sc, Seconds(1))
   *   made.textFileStream(`${dir}/logs`).map(line => [line, 1]).updateStateByKey((values, sum) => values.length + (sum ?? 0)).print()
   *   return made
   * })
   * context.getState() // 'INITIALIZED'
   */
  static getOrCreate(checkpointPath: string, create: () => StreamingContext, options: boolean | RecoveryOptions = false): StreamingContext {
    const createOnError = typeof options === 'boolean' ? options : options.createOnError ?? false
    const { found, error } = attempt(() => findCheckpoint(checkpointPath))
    if (error && !createOnError) throw error
    const context = create()
    const refusal = error ?? context.#goOnFrom(found, createOnError)
    context.#writeTo(localPath(checkpointPath), found && !refusal)
    if (refusal) context.#say(`${(refusal as Error).message}: the stream begins afresh`)
    return context
  }

  /** What start() begins from; undefined: nothing. @throws what getOrCreate throws, where the graph was not there yet */
  protected recovered(plan: StreamPlan): Recovered | undefined { return this.#found && recover(plan, this.#found) }

  /** Returns the reason why it begins afresh. */
  #goOnFrom(found: FoundCheckpoint | undefined, createOnError: boolean): unknown {
    if (!found) return undefined
    const { error } = attempt(() => checkRecoverable(this.plan(), found))
    if (error && !createOnError) throw error
    if (error) return error
    restoreConf(this.#conf(), found.checkpoint.conf)
    this.#found = found
    return undefined
  }

  /** The directory that create() named stays, unless the stream goes on from another: that one names rows of its own. */
  #writeTo(directory: string, goesOn: boolean | undefined): void {
    const { checkpointDirectory } = this.plan()
    if (checkpointDirectory === directory || (checkpointDirectory !== undefined && !goesOn)) return
    if (checkpointDirectory !== undefined) this.#say(`checkpoints are written to ${directory}, from which the stream goes on, not to ${checkpointDirectory}`)
    this.checkpoint(directory)
  }

  #conf(): SparkConf { return this.sparkContext.conf }
  #say(text: string): void { this.sparkContext.events.emit('message', { level: 'warn', text: escapeControls(text) }) }
}

function attempt<T>(act: () => T): { readonly found?: T; readonly error?: SparkError } {
  try { return { found: act() } } catch (error) {
    if (error instanceof SparkError) return { error }
    throw error
  }
}
