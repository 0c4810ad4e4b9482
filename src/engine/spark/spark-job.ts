/**
 * What driver thread and bridge thread say to each other, as plain data: RDDs to be made, jobs to run over them, and what came of it.
 *
 * An RDD is known by a number for as long as the driver may use it; it is described once. Functions have become text before.
 */
import type { StorageLevel } from '../../core/storage-level.js'
import type { FromReceivers, ToReceivers } from './receiver-messages.js'
import type { Ship } from './shipping/shipment.js'

/** Rows that the driver holds: a frame per partition, each with its length before it, as Spark reads them from a file. */
export interface HeldRdd { readonly kind: 'held'; readonly number: number; readonly frames: readonly Uint8Array[] }

/** What the JVM's receivers have handed over, one part after another. */
export interface ReceivedRdd { readonly kind: 'received'; readonly number: number; readonly parts: readonly number[] }

/** What workers make of other RDDs. */
export interface StageRdd {
  readonly kind: 'stage'
  readonly number: number
  readonly input: Input
  /** The command's text. */
  readonly command: string
  readonly broadcasts: readonly number[]
  /** Of the user's modules, which are on no other machine. */
  readonly bundles: readonly number[]
  /** Of what the workers give: rows of their own partition, or rows for that many others. */
  readonly exchange: number | undefined
  /** Whether keys lie where they lay in the input. */
  readonly placed: boolean
  readonly level: LevelFlags | undefined
  /** Its lineage has become long: Spark is asked to write it down. */
  readonly checkpoint: boolean
}

export type LevelFlags = Pick<StorageLevel, 'useMemory' | 'useDisk'>

/** Where a stage's partitions have their rows from. */
export type Input =
  /** Nowhere: the tasks read files. */
  | { readonly kind: 'none'; readonly partitions: number }
  /** Partitions of these, one after another; −n stands for n empty ones. */
  | { readonly kind: 'chain'; readonly sources: readonly number[] }
  /** Partition i of each of these, which are all placed alike. */
  | { readonly kind: 'merged'; readonly sources: readonly number[] }
  /** Any partition of these to any task: they are sent through a shuffle. */
  | { readonly kind: 'gathered'; readonly sources: readonly number[]; readonly command: string; readonly partitions: number }

export type RddSpec = HeldRdd | ReceivedRdd | StageRdd

export interface Opening {
  readonly master: string
  readonly conf: readonly (readonly [string, string])[]
  readonly sparkHome: string
  /** What executors are sent. */
  readonly ship: Ship
  /** The executable that Spark's executors start, unless it is sent. */
  readonly worker: string
  readonly version: string
  /** Of each worker; 0: what Node takes by itself. */
  readonly workerHeapMb: number
}

export type ToBridge =
  | { readonly kind: 'make'; readonly rdds: readonly RddSpec[] }
  | { readonly kind: 'run'; readonly job: number; readonly description: string; readonly rdd: number; readonly partitions: readonly number[] | undefined }
  | { readonly kind: 'cancel'; readonly job: number }
  /** Nobody will ask for them again. */
  | { readonly kind: 'drop'; readonly rdds: readonly number[] }
  /** Its rows need not be kept. */
  | { readonly kind: 'unpersist'; readonly rdd: number }
  | { readonly kind: 'broadcast'; readonly id: number; readonly text: string }
  | { readonly kind: 'unbroadcast'; readonly id: number }
  /** The user's modules. */
  | { readonly kind: 'bundle'; readonly number: number; readonly text: string }
  | ToReceivers
  | { readonly kind: 'stop' }

export type FromBridge =
  | { readonly kind: 'open'; readonly sparkVersion: string }
  /** It could not be opened, or has been lost. */
  | { readonly kind: 'closed'; readonly error: Told }
  | { readonly kind: 'done'; readonly job: number; readonly frames: readonly Uint8Array[] }
  | { readonly kind: 'failed'; readonly job: number; readonly error: Told }
  /** What a task that succeeded has to tell, as a worker encoded it. */
  | { readonly kind: 'update'; readonly bytes: Uint8Array }
  /** Something for the user to read. */
  | { readonly kind: 'said'; readonly level: 'info' | 'warn'; readonly text: string }
  | FromReceivers
  | { readonly kind: 'stopped' }

/** An error on its way between threads: ours by its code, or one of the JVM by its text. */
export type Told =
  | { readonly code: string; readonly params: Record<string, string | number> }
  | { readonly java: string }
