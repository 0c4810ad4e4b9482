/** What an output operation gives: a handle by which it can be ended while the stream runs. */
import { SILENT } from '../core/describe.js'
import type { OutputNode } from '../plan/stream-plan.js'
import type { EditedContext } from './edited-context.js'

/**
 * An output of a running graph: what `print`, `foreachRDD` and `saveAsTextFiles` give.
 * @example
 * const printed = words.print()
 * printed.remove()
 */
export class Output {
  readonly [SILENT] = true
  readonly #context: EditedContext
  readonly #node: OutputNode

  /** @internal */
  constructor(context: EditedContext, node: OutputNode) { this.#context = context; this.#node = node }

  /**
   * Ends it, from the next batch on; what it read goes on where another output reads it. Removing it twice does nothing.
   * @example
   * const printed = words.print()
   * printed.remove()
   * ssc.start() // SparkError [NO_OUTPUT_OPERATIONS]
   */
  remove(): void { this.#context.removeOutput(this.#node) }
  toString(): string { return `${this.#node.operator} of ${this.#node.parent.operator}` }
}
