/**
 * What the driver and the I/O thread say to each other, as plain data. Received bytes are not copied on the way: a block is a
 * SharedArrayBuffer that both sides may see.
 */
import type { Portable } from '../../closure/portable.js'
import type { RowBlock } from '../task/task.js'
import type { Fact } from '../driver/receiver-notes.js'
import type { Allowance } from '../engine.js'
import type { Shipped } from '../task/guest.js'

export interface SocketSettings {
  /** An orderly end of the connection is the end of the receiver. */
  readonly once: boolean
  readonly host: string
  readonly port: number
  readonly blockIntervalMs: number
  readonly restartDelayMs: number
  /** Bytes of complete lines not yet released, above which the sender is held back. */
  readonly maxBufferedBytes: number
  readonly maxLineBytes: number
  /** How long a connection may give nothing before that is said. */
  readonly silentAfterMs: number
}

/** Of a receiver that a user wrote: itself, as closure capture gives it, with the broadcasts that it reads. */
export interface CustomSettings {
  readonly portable: Portable
  readonly broadcasts: readonly Shipped[]
  /** A restart that names no error is its end. */
  readonly once: boolean
  readonly blockIntervalMs: number
  readonly restartDelayMs: number
  readonly maxBufferedBytes: number
}

/** How much may wait where nobody limits it. */
export const UNLIMITED: Allowance = { waiting: Infinity, block: Infinity }

/** `cut` and `stop` are answered, after all blocks closed until then have been sent. */
export type ToIoThread =
  | { readonly kind: 'start'; readonly receiver: number; readonly settings: SocketSettings | CustomSettings; readonly allowance: Allowance }
  | { readonly kind: 'cut' | 'stop'; readonly receiver: number; readonly request: number }
  /** A lent buffer that nobody sees any more. */
  | { readonly kind: 'free'; readonly number: number }
  | { readonly kind: 'release'; readonly receiver: number; readonly bytes: number }
  /** A batch has taken so many records, or how many may wait has changed. */
  | { readonly kind: 'allow'; readonly receiver: number; readonly taken: number; readonly allowance: Allowance }

export type FromIoThread =
  | { readonly kind: 'block'; readonly receiver: number; readonly block: Block }
  | { readonly kind: 'fact'; readonly receiver: number; readonly fact: Fact | CustomFact }
  | { readonly kind: 'console'; readonly stream: 'stdout' | 'stderr'; readonly text: string }
  | { readonly kind: 'done'; readonly request: number }

/**
 * Whole lines, each ended by \n, \r\n or \r: the first `byteLength` bytes of the buffer. With `rows`: encoded rows instead. `lent`: the
 * thread wants the buffer back, by that number.
 */
export interface Block { readonly buffer: SharedArrayBuffer; readonly byteLength: number; readonly records: number; readonly rows?: RowBlock; readonly lent?: number }

/** What a user's receiver said of itself; custom-receiver-notes.ts tells it on. */
export type CustomFact =
  | { readonly kind: 'reported'; readonly message: string }
  | { readonly kind: 'restarting'; readonly message: string; readonly delayMs: number }
  | { readonly kind: 'ended'; readonly message: string; readonly failed: boolean }
