/**
 * What a program may hear of its stream: Spark's StreamingListener, fed from the event bus. Each call gets one object, named and
 * shaped as Spark's; times of batches are Time, other times are milliseconds of the stream's clock.
 */
import type { Clock } from '../core/clock.js'
import { showSite } from '../core/call-site.js'
import type { BatchInfo as BatchEvent, EventBus, OutputInfo } from '../core/events.js'
import { Time } from '../core/time.js'

/** What one output did in one batch. */
export interface OutputOperationInfo {
  readonly batchTime: Time
  /** Its place among the outputs of the batch, from 0. */
  readonly id: number
  readonly name: string
  readonly description: string
  readonly startTime: number | undefined
  readonly endTime: number | undefined
  readonly failureReason: string | undefined
}

/** A receiver as its context knows it. */
export interface ReceiverInfo {
  readonly streamId: number
  readonly name: string
  readonly active: boolean
  readonly lastErrorMessage: string
  readonly lastError: string
  /** -1: there was none. */
  readonly lastErrorTime: number
}

/** How many records an input gave to a batch. */
export interface StreamInputInfo { readonly inputStreamId: number; readonly numRecords: number }

/**
 * A batch, on its way or done. Delays are undefined as long as they are not known.
 * @example
 * new BatchInfo(new Time(1000), new Map([[0, { inputStreamId: 0, numRecords: 5 }]]), 1000, 1010, 1030).totalDelay // 30
 */
export class BatchInfo {
  constructor(
    /** The end of its interval, by which it is called. */
    readonly batchTime: Time,
    /** What each input gave, by the id of its stream. */
    readonly streamIdToInputInfo: ReadonlyMap<number, StreamInputInfo>,
    /** When it was queued, in ms. */
    readonly submissionTime: number,
    /** When it began to run, in ms; undefined before. */
    readonly processingStartTime?: number,
    /** When it was done, well or badly, in ms; undefined before. */
    readonly processingEndTime?: number,
    /** What its outputs did, by their places; complete once it is done. */
    readonly outputOperationInfos: ReadonlyMap<number, OutputOperationInfo> = new Map(),
  ) {}

  /** Milliseconds that it waited for the batches before it. */
  get schedulingDelay(): number | undefined { return between(this.submissionTime, this.processingStartTime) }
  /** Milliseconds that it took. */
  get processingDelay(): number | undefined { return between(this.processingStartTime, this.processingEndTime) }
  /** Both. */
  get totalDelay(): number | undefined { return between(this.submissionTime, this.processingEndTime) }
  /** Records of all inputs, as far as they can be counted before they are read. */
  get numRecords(): number { return [...this.streamIdToInputInfo.values()].reduce((sum, { numRecords }) => sum + numRecords, 0) }
}

const between = (from: number | undefined, to: number | undefined): number | undefined => from === undefined || to === undefined ? undefined : to - from

/** Every method may be left out. What one throws is printed, and harms nobody. */
export interface StreamingListener {
  onStreamingStarted?(event: { readonly time: number }): void
  onReceiverStarted?(event: { readonly receiverInfo: ReceiverInfo }): void
  onReceiverError?(event: { readonly receiverInfo: ReceiverInfo }): void
  onReceiverStopped?(event: { readonly receiverInfo: ReceiverInfo }): void
  onBatchSubmitted?(event: { readonly batchInfo: BatchInfo }): void
  onBatchStarted?(event: { readonly batchInfo: BatchInfo }): void
  onBatchCompleted?(event: { readonly batchInfo: BatchInfo }): void
  onOutputOperationStarted?(event: { readonly outputOperationInfo: OutputOperationInfo }): void
  onOutputOperationCompleted?(event: { readonly outputOperationInfo: OutputOperationInfo }): void
}

/** Feeds `listener` from the bus; gives what ends it. */
export function listen(listener: StreamingListener, events: EventBus, clock: Clock): () => void {
  const outputs = new OutputsOfBatch(clock)
  const receivers = new Map<number, ReceiverInfo>()
  const receiver = (stream: number, change: Partial<ReceiverInfo>): { receiverInfo: ReceiverInfo } => {
    const receiverInfo = { ...UNKNOWN_RECEIVER, ...receivers.get(stream), streamId: stream, ...change }
    receivers.set(stream, receiverInfo)
    return { receiverInfo }
  }
  const ends = [
    events.on('streamingStarted', ({ timeMs }) => listener.onStreamingStarted?.({ time: timeMs })),
    events.on('receiverStarted', ({ stream, name }) => listener.onReceiverStarted?.(receiver(stream, { name, active: true }))),
    events.on('receiverError', ({ stream, name, code, message }) => listener.onReceiverError?.(receiver(stream, { name, lastErrorMessage: message, lastError: code, lastErrorTime: clock.now() }))),
    events.on('receiverStopped', ({ stream, name }) => listener.onReceiverStopped?.(receiver(stream, { name, active: false }))),
    events.on('batchSubmitted', batch => listener.onBatchSubmitted?.({ batchInfo: infoOf(batch) })),
    events.on('batchStarted', batch => { outputs.clear(); listener.onBatchStarted?.({ batchInfo: infoOf(batch) }) }),
    events.on('outputStarted', ({ timeMs, output }) => listener.onOutputOperationStarted?.({ outputOperationInfo: outputs.started(timeMs, output) })),
    events.on('outputCompleted', ({ error }) => listener.onOutputOperationCompleted?.({ outputOperationInfo: outputs.completed(error) })),
    events.on('batchCompleted', batch => listener.onBatchCompleted?.({ batchInfo: infoOf(batch, outputs.all()) })),
  ]
  return () => { for (const end of ends) end() }
}

const UNKNOWN_RECEIVER = { name: '', active: true, lastErrorMessage: '', lastError: '', lastErrorTime: -1 }

function infoOf({ timeMs, records, submissionMs, processingStartMs, processingEndMs }: BatchEvent, outputs: ReadonlyMap<number, OutputOperationInfo> = new Map()): BatchInfo {
  const inputs = new Map([...records].map(([inputStreamId, numRecords]) => [inputStreamId, { inputStreamId, numRecords }]))
  return new BatchInfo(new Time(timeMs), inputs, submissionMs, processingStartMs, processingEndMs, outputs)
}

/** Outputs run one after another: the last one started is the one that completes. */
class OutputsOfBatch {
  #infos = new Map<number, OutputOperationInfo>()

  constructor(readonly clock: Clock) {}

  clear(): void { this.#infos = new Map() }
  all(): ReadonlyMap<number, OutputOperationInfo> { return this.#infos }

  started(timeMs: number, { name, site }: OutputInfo): OutputOperationInfo {
    const id = this.#infos.size
    return this.#put({ batchTime: new Time(timeMs), id, name, description: `${name} at ${showSite(site)}`, startTime: this.clock.now(), endTime: undefined, failureReason: undefined })
  }

  completed(error: unknown): OutputOperationInfo {
    const last = this.#infos.get(this.#infos.size - 1)!
    return this.#put({ ...last, endTime: this.clock.now(), failureReason: error === undefined ? undefined : String(error) })
  }

  #put(info: OutputOperationInfo): OutputOperationInfo {
    this.#infos.set(info.id, info)
    return info
  }
}
