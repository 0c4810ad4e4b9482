/**
 * The port below which engines are exchangeable: run a job, keep what is persisted, receive. Everything above it (batches,
 * windows, state, outputs, checkpoints, live edits) is the same on every engine.
 *
 * Deliberately absent: streams, batches, the prompt. An engine that needs to know of them is a kernel short.
 */
import type { AccumulatorV2 } from '../core/accumulator.js'
import type { EventBus } from '../core/events.js'
import type { SparkConf } from '../core/conf.js'
import type { CapturedValue, FnRef } from '../plan/fn-ref.js'
import type { Job } from '../plan/job.js'
import type { BlocksNode, PersistNode, RddNode } from '../plan/rdd-plan.js'
import type { ReceiverKind } from '../plan/stream-plan.js'

export interface Engine {
  readonly master: string
  /** Partitions where none are asked for; one per executor thread. */
  readonly defaultParallelism: number

  /** Starts what the first job would have to wait for. */
  warmUp?(): void
  /** Does with an RDD without rows what the first job over one like it would have to wait for. Calls no function of the user's, tells nobody. */
  rehearse?(rdd: RddNode): void

  /** Throws what runJob over it would refuse at once: functions that cannot travel. Nothing runs. */
  check?(rdd: RddNode): void

  /** What its tasks would do in a shorter way, a line each: `reduceByKey: combine: split at " ", added by key`. Nothing runs. */
  rules?(job: Job): readonly string[]

  /** What a function takes along to the executors. @throws CLOSURE_* what cannot travel */
  captures?(f: FnRef): readonly CapturedValue[]

  /** Captures the job's functions at once (throws what cannot travel, before anything runs) and starts it. */
  runJob(job: Job): RunningJob

  /** The committed rows of a persisted RDD as a leaf without lineage, once every partition is there. */
  settled(node: PersistNode): BlocksNode | undefined
  /** Its rows need not be kept: of a persisted RDD, or of what a receiver gave, once no later batch can read it. */
  unpersist(nodeId: number): void

  broadcast(id: number, value: unknown): void
  unbroadcast(id: number): void
  registerAccumulator(accumulator: AccumulatorV2<unknown, unknown>): void

  startReceiver(spec: ReceiverSpec): RunningReceiver
  /** Ends threads, sockets and stores. Running jobs reject. */
  stop(): Promise<void>
}

export interface RunningJob {
  readonly id: number
  /** One result per partition asked for. Rejects with SparkError; TASK_FAILED carries a TaskFailure as its cause. */
  readonly results: Promise<unknown[]>
  /** Frees the executors in under a second, also out of an endless loop. */
  cancel(reason?: string): void
}

/** A stream of records from outside, described as data: the engine knows how to run each kind. */
export type ReceiverSpec = {
  readonly stream: number
  /** For messages: `localhost:9999`. */
  readonly name: string
  /** Until allow() says otherwise; without it nothing but the buffer limits how much may wait. */
  readonly allowance?: Allowance
  /** How long its batches are, where the system's time makes them: an engine may then have them cut elsewhere, at the same times. */
  readonly batchMs?: number | undefined
  /** Where the stream's checkpoints go. */
  readonly checkpointDirectory?: string | undefined
} & ReceiverKind

/** Back-pressure, in records: so many may wait for a batch, beyond which the sender is held back; a block is closed at so many. */
export interface Allowance { readonly waiting: number; readonly block: number }

export interface RunningReceiver {
  /**
   * Closes the current block and gives what came since the last call, as one input RDD of that batch: whole blocks of at most
   * `records` in all, but one block at least unless that is 0. What is left is for later calls. Bytes count
   * against spark.streaming.receiver.maxBufferedBytes until `release` is called, once the batch is done. `timeMs`: of the batch,
   * for what is received on other machines: what came there until then.
   */
  take(records?: number, timeMs?: number): Promise<{ readonly rdd: RddNode; readonly records: number; readonly bytes: number; release?(): void }>
  /** From now on. */
  allow(allowance: Allowance): void
  /** Ends the connection. What came before is still there to take. */
  stop(): Promise<void>
  /** With `once`: whether it has come to its end, and all that it gave has been taken. */
  ended(): boolean
}

/** What receives on the driver's machine, for engines whose executors are elsewhere. */
export interface ReceiverHost {
  /** `captured`: a user's own receiver as closure capture gives it, with its broadcasts. */
  start(spec: ReceiverSpec, captured?: unknown): RunningReceiver
  stop(): Promise<void>
}

/** How a registered engine is made; see registry.ts. */
export interface EngineOptions { readonly master: string; readonly conf: SparkConf; readonly events: EventBus }
export type EngineFactory = (options: EngineOptions) => Engine | Promise<Engine>
