/** What the methods of looked-dstream.ts give: plain data, which the prompt draws. */
import type { Time } from '../core/time.js'
import type { SeenRows } from './sight.js'

/** A batch at every operator that leads to a stream. */
export interface Peeked { readonly stream: string; readonly time: Time; readonly steps: readonly PeekedStep[] }

/** `records` is undefined where the stream had no RDD at that time: between the slides of a window, say. */
export interface PeekedStep extends SeenRows { readonly operator: string; readonly name: string | undefined; readonly records: number | undefined }

/** Some records of one batch, and what became of them. */
export interface Followed {
  readonly stream: string
  /** When they came; undefined: no record that is kept fits. */
  readonly time: Time | undefined
  readonly records: readonly unknown[]
  /** In the order of times, and within a batch from the stream on. */
  readonly traces: readonly Trace[]
}

/**
 * What a stream held at a time because of the records, and what it would have held instead without them. Both empty: they are in
 * it no more. `more`: there is too much to compare all of it.
 */
export interface Trace { readonly time: Time; readonly operator: string; readonly name: string | undefined; readonly rows: readonly unknown[]; readonly instead: readonly unknown[]; readonly more: boolean }

/** The last batches as a picture: a column per time, a row per operator. A null cell: the stream had no RDD. */
export interface Marble { readonly times: readonly Time[]; readonly rows: readonly { readonly operator: string; readonly name: string | undefined; readonly cells: readonly (SeenRows | null)[] }[] }
