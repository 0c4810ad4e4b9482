/** What driver thread and bridge thread say to each other of receivers on executors, as plain data. */
import type { Fact } from '../driver/receiver-notes.js'
import type { Part } from './received-parts.js'

/** One JVM StreamingContext: its inputs are fixed. */
export interface ReceivingSpec {
  /** Told from others, before and after it. */
  readonly number: number
  readonly batchMs: number
  readonly receivers: readonly { readonly number: number; readonly host: string; readonly port: number; readonly rate: number }[]
  /** Where the write-ahead log goes, where one is wanted. */
  readonly log: string | undefined
}

export type ToReceivers =
  | { readonly kind: 'receive'; readonly spec: ReceivingSpec }
  /** Records a second, from now on; Infinity: as many as come. */
  | { readonly kind: 'rate'; readonly receiver: number; readonly rate: number }
  /** All receivers of the context. */
  | { readonly kind: 'stopReceiving'; readonly spec: number }
  /** Nobody will read them again. */
  | { readonly kind: 'forget'; readonly parts: readonly number[] }

export type FromReceivers =
  /** Batches later than that come. */
  | { readonly kind: 'receiving'; readonly spec: number; readonly fromMs: number }
  | { readonly kind: 'notReceiving'; readonly spec: number; readonly reason: string }
  /** A batch of one receiver; without a part where nothing came. */
  | { readonly kind: 'received'; readonly spec: number; readonly receiver: number; readonly timeMs: number; readonly part: Part | undefined }
  | { readonly kind: 'receiverFact'; readonly spec: number; readonly receiver: number; readonly fact: Fact }
  /** The connections have ended; the batch of that time brings what is left. */
  | { readonly kind: 'receiversStopped'; readonly spec: number; readonly lastMs: number }
