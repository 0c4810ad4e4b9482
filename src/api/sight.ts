/** What streams held at the times of a replay: their first records, perhaps how many there are, and how long that took. */
import type { Clock } from '../core/clock.js'
import type { Time } from '../core/time.js'
import type { RddNode } from '../plan/rdd-plan.js'
import { streamParents, type StreamNode } from '../plan/stream-plan.js'
import type { Watch } from '../streaming/history/replay.js'
import type { SparkContext } from './spark-context.js'

/** The first records of a stream at a time. */
export interface SeenRows { readonly rows: readonly unknown[]; readonly more: boolean; readonly error?: unknown }

/** With their number and that of partitions; what took how long is told by the context's clock. */
export interface Seen extends SeenRows { readonly records: number; readonly partitions: number; readonly ms: number }

interface SightOptions { readonly sc: SparkContext; readonly clock: Clock; readonly rows: number; readonly counted?: boolean }

export class Sight {
  readonly #options: SightOptions
  readonly #seen = new Map<StreamNode, Map<number, Seen>>()

  constructor(options: SightOptions) { this.#options = options }

  watches(streams: Iterable<StreamNode>): Watch[] {
    return [...new Set(streams)].map(stream => ({
      stream,
      see: async (rdd, time) => this.#note(stream, time, await this.#look(rdd)),
      failed: (error, time) => this.#note(stream, time, { rows: [], more: false, records: 0, partitions: 0, ms: 0, error }),
    }))
  }

  /** Undefined: the stream had no RDD then. */
  at(stream: StreamNode, time: Time): Seen | undefined { return this.#seen.get(stream)?.get(time.milliseconds) }

  async #look(rdd: RddNode): Promise<Seen> {
    const { sc, clock, rows: most, counted } = this.#options
    const startMs = clock.now()
    const rows = await sc.take(sc.rdd(rdd), Math.min(most + 1, Number.MAX_SAFE_INTEGER), 'look')
    const more = rows.length > most
    const records = more && counted ? await sc.rdd(rdd).count() : rows.length
    return { rows: rows.slice(0, most), more, records, partitions: rdd.numPartitions, ms: clock.now() - startMs }
  }

  #note(stream: StreamNode, { milliseconds }: Time, seen: Seen): void {
    this.#seen.set(stream, (this.#seen.get(stream) ?? new Map<number, Seen>()).set(milliseconds, seen))
  }
}

/** All that the streams are made from, parents first, themselves included. What an operator made for its own use is left out. */
export function chainTo(streams: readonly StreamNode[]): StreamNode[] {
  const found = new Set<StreamNode>()
  const inner = new Set<StreamNode>()
  const visit = (node: StreamNode): void => {
    if (found.has(node)) return
    for (const parent of streamParents(node)) {
      visit(parent)
      if (isInner(parent, node)) inner.add(parent)
    }
    found.add(node)
  }
  streams.forEach(visit)
  return [...found].filter(node => !inner.has(node) || streams.includes(node))
}

/** What the stream's operator made for its own use, above it. */
export const innerOf = (stream: StreamNode): StreamNode[] => streamParents(stream).filter(parent => isInner(parent, stream)).flatMap(parent => [...innerOf(parent), parent])

/** The same call of the same operator. */
const isInner = (parent: StreamNode, node: StreamNode): boolean => parent.kind !== 'input' && parent.operator === node.operator && parent.site !== undefined && parent.site === node.site
