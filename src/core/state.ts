/**
 * The state of one key, as a function of mapWithState sees it: read it, update it, remove it. Lives here, at the bottom, since it is
 * met in executors: like Time, it travels by name. Words and rules are those of Spark's State.
 */
import { SparkError } from './errors.js'

/**
 * The state of one key, as a function of mapWithState sees it.
 * @example
 * const count = StateSpec.function((key: string, value: number | undefined, state: State<number>) => {
 *   state.update((state.getOption() ?? 0) + 1)
 *   return [key, state.get()]
 * })
 * pairs.mapWithState(count.numPartitions(1)) // [ [ 'a', 1 ], [ 'b', 1 ], [ 'a', 2 ] ], [], [ [ 'b', 2 ] ]
 */
export class State<S> {
  private value: S | undefined
  private defined = false
  private timingOut = false
  private updated = false
  private removed = false

  /** Whether the key has a state. @example new State<number>().exists() // false */
  exists(): boolean { return this.defined }

  /**
   * The state.
   * @throws STATE_NOT_SET when there is none: ask exists(), or use getOption()
   * @example new State<number>().get() // SparkError [STATE_NOT_SET]
   */
  get(): S {
    if (!this.defined) throw new SparkError('STATE_NOT_SET')
    return this.value as S
  }

  /** The state, or undefined where there is none. @example new State<number>().getOption() ?? 0 // 0 */
  getOption(): S | undefined { return this.defined ? this.value : undefined }

  /**
   * Sets the state. @throws STATE_FIXED after remove(), and while the key times out
   * @example
   * const state = new State<number>()
   * state.update(5)
   * state.get() // 5
   */
  update(newState: S): void {
    if (this.removed) throw new SparkError('STATE_FIXED', { what: 'update the state after it has been removed' })
    if (this.timingOut) throw new SparkError('STATE_FIXED', { what: 'update the state that is timing out' })
    this.value = newState
    this.defined = this.updated = true
  }

  /**
   * Forgets the key. @throws STATE_FIXED when that was done already, and while the key times out
   * @example
   * const state = new State<number>()
   * state.update(5)
   * state.remove()
   * state.exists() // false
   */
  remove(): void {
    if (this.timingOut) throw new SparkError('STATE_FIXED', { what: 'remove the state that is timing out' })
    if (this.removed) throw new SparkError('STATE_FIXED', { what: 'remove the state that has already been removed' })
    this.value = undefined
    this.defined = this.updated = false
    this.removed = true
  }

  /**
   * Whether this is the last call for a key that has been idle for too long: its state goes after the call.
   * @example new State<number>().isTimingOut() // false
   */
  isTimingOut(): boolean { return this.timingOut }

  /** @internal */
  isUpdated(): boolean { return this.updated }
  /** @internal */
  isRemoved(): boolean { return this.removed }

  /** For the next key. @internal */
  wrap(found: { readonly state: S } | undefined): this {
    this.value = found?.state
    this.defined = found !== undefined
    this.timingOut = this.updated = this.removed = false
    return this
  }

  /** @internal */
  wrapTimingOut(state: S): this {
    this.wrap({ state })
    this.timingOut = true
    return this
  }

  toString(): string { return this.defined ? `State(${String(this.value)})` : 'State()' }
}
