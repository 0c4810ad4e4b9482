/** What can be done to a stream while it runs: other functions put into its place, and the end of it. */
import { SparkError } from '../core/errors.js'
import type { CallSite } from '../core/call-site.js'
import type { StreamNode } from '../plan/stream-plan.js'
import type { DStream } from './dstream.js'
import type { RDD } from './rdd.js'
import type { StreamingContext } from './streaming-context.js'

/** Makes the stream again, with other functions in the place of those the user gave. */
export type Remake = (...functions: any[]) => DStream<any>

type ValueOf<T> = T extends readonly [any, infer V] ? V : T
/** What the function of an operator may give whose stream holds T: a record, several, a value of a pair, whether to keep it, an RDD. */
export type Replacement<T> = (...args: any[]) => T | Iterable<T> | ValueOf<T> | Iterable<ValueOf<T>> | boolean | RDD<T> | undefined

/** Streams whose functions can be replaced, by the very object that says where they are made: it is kept when edits make a node again. */
const made = new WeakMap<CallSite, LiveDStream<any>>()
/** @internal */
export const madeAt = (site: CallSite | undefined): LiveDStream<any> | undefined => site && made.get(site)

export abstract class LiveDStream<T> {
  /** @internal */ abstract readonly context: StreamingContext
  /** @internal */ abstract readonly node: StreamNode
  /** @internal */ protected abstract readonly remake?: Remake | undefined
  /** What a function is part of: with mapWithState the states, which other streams may read too. @internal */
  get madeByFunction(): StreamNode { return this.node }

  /**
   * Swaps what this stream is made by, from the next batch on: another function in the place of the one its operator was given (for a window with
   * inverse both), or another stream of the same records. Outputs, windows and state that read this stream go on with what they hold.
   *
   * Whatever was made from this stream, and will be, reads the new one.
   * @throws REPLACE_WITHOUT_FUNCTION where the operator takes none; REPLACE_CIRCULAR when the other stream is made from this one;
   * REPLACE_SLIDES_DIFFER; CLOSURE_* when the function cannot leave the driver: all that stands stays
   * @example
   * const lengths = words.map(w => w.length)
   * lengths.print()
   * lengths.replace(w => w.length * 10)
   * lengths.replace(words.map(w => -w.length))
   */
  replace(f: Replacement<T>, inverse?: Replacement<T>): void
  replace(stream: DStream<T>): void
  replace(by: Replacement<T> | DStream<T>, inverse?: Replacement<T>): void {
    if (typeof by === 'function') this.context.replaceNode(this.madeByFunction, this.#remade(by, inverse).madeByFunction)
    else this.context.replaceNode(this.node, this.#checked(by).node)
  }

  /**
   * Ends this stream, from the next batch on: an input stops receiving. While outputs read it, it is refused, and they are listed.
   * @throws STREAM_IN_USE
   * @example
   * const printed = words.print()
   * words.remove() // SparkError [STREAM_IN_USE]
   */
  remove(): void { this.context.removeStream(this.node) }

  /** @internal */
  protected remember(): void { if (this.remake && this.node.site) made.set(this.node.site, this) }

  #remade(f: Replacement<T>, inverse: Replacement<T> | undefined): DStream<T> {
    const { remake, node: { operator } } = this
    if (!remake) throw new SparkError('REPLACE_WITHOUT_FUNCTION', { stream: operator })
    return inverse ? remake(f, inverse) : remake(f)
  }

  #checked(stream: DStream<T>): DStream<T> {
    if (stream instanceof LiveDStream && stream.context === this.context) return stream
    throw new SparkError('ARGUMENT_INVALID', { operator: 'replace', problem: 'needs a function, or a stream of the same context', fix: 'write stream.replace(x => …), or stream.replace(other)' })
  }
}
