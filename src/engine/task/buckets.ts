/**
 * Rows dealt to numbered buckets and encoded now and then, so that few wait: what a map side gives its reducers, what a
 * partition gives (one bucket), and what a full table leaves for later. A bucket keeps its rows in the order they came.
 */
import { PairColumns } from './pair-columns.js'
import { CHUNK_ROWS, encodeBlocks, type Keep } from './row-codec.js'
import type { NameClass } from './row-writer.js'
import type { Meter } from './size.js'
import type { Part, RowBlock } from './task.js'

export interface BucketsOptions { readonly operator: string; readonly nameClass: NameClass; readonly keep: Keep; readonly meter: Meter }

export class Buckets {
  #waiting: (PairColumns | unknown[])[]
  readonly #segments: RowBlock[][] = []

  constructor(readonly count: number, readonly options: BucketsOptions) { this.#waiting = this.#none() }

  push(bucket: number, row: unknown): void {
    const waiting = this.#waiting[bucket]!
    if (!waiting.push(row)) this.#waiting[bucket] = [...(waiting as PairColumns).rows(), row]
    if (this.options.meter.add(row)) this.#encode()
  }

  /** One block per bucket. */
  blocks(): RowBlock[] {
    if (this.options.meter.rows > 0 || this.#segments.length === 0) this.#encode()
    return this.#segments.length === 1 ? this.#segments[0]! : Array.from({ length: this.count }, (_, bucket) => joined(this.#segments.map(segment => segment[bucket]!)))
  }

  #encode(): void {
    const { operator, nameClass, keep, meter } = this.options
    const waiting = this.#waiting
    this.#waiting = this.#none()
    this.#segments.push(encodeBlocks(waiting, operator, nameClass, keep, chunkRows(meter)))
    meter.reset()
  }

  #none(): PairColumns[] { return Array.from({ length: this.count }, () => new PairColumns()) }
}

// A chunk is read at once: a reader of many files holds one of each.
const CHUNK_BYTES = 4 * 1024 * 1024
const chunkRows = ({ averageBytes }: Meter): number => Math.max(1, Math.min(CHUNK_ROWS, Math.floor(CHUNK_BYTES / Math.max(1, averageBytes))))

function joined(blocks: readonly RowBlock[]): RowBlock {
  return {
    parts: adjoining(blocks.flatMap(({ parts }) => parts)),
    records: blocks.reduce((sum, { records }) => sum + records, 0),
    classes: [...new Set(blocks.flatMap(({ classes }) => classes))],
  }
}

/** Neighbours in one file are one part. */
function adjoining(parts: readonly Part[]): Part[] {
  const found: Part[] = []
  for (const part of parts) {
    const last = found.at(-1)
    if (last && last.in === part.in && last.end === part.start) found[found.length - 1] = { ...part, start: last.start }
    else found.push(part)
  }
  return found
}
