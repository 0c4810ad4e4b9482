/**
 * The part of a StreamingContext that holds its graph and lets it be edited while it runs: streams and outputs are added, removed and
 * replaced from the next batch on; state, windows and inputs that an edit does not touch go on. What the next batch could not
 * plan is refused, and the graph stays.
 */
import { SparkError } from '../core/errors.js'
import { DESCRIBE } from '../core/describe.js'
import { showSite, type CallSite } from '../core/call-site.js'
import type { Clock } from '../core/clock.js'
import type { OutputInfo } from '../core/events.js'
import type { Duration, Time } from '../core/time.js'
import { takePart } from '../core/transaction.js'
import { surroundings } from '../core/wiring.js'
import { chainOf } from '../plan/explain.js'
import type { Call } from '../operators/narrow.js'
import type { RddNode } from '../plan/rdd-plan.js'
import type { AnyFunction } from '../plan/fn-ref.js'
import { makeStreamNode, type InputNode, type InputSource, type OutputNode, type StreamNode, type StreamPlan, type StreamSettings } from '../plan/stream-plan.js'
import { streamFunctions } from '../streaming/rehearsal.js'
import { counted, shortly } from './batch-duration.js'
import { call } from './calls.js'
import { DStream } from './dstream.js'
import { LastBatches } from './last-batches.js'
import { Output } from './output.js'
import { QueueInputDStream } from './queue-input-dstream.js'
import { RecoverableContext } from './recoverable-context.js'
import { StreamGraph } from './stream-graph.js'
import type { StreamingContext, StreamingContextState } from './streaming-context.js'

export abstract class EditedContext extends RecoverableContext {
  /** How much time makes a batch. */
  abstract readonly batchDuration: Duration
  abstract override readonly clock: Clock
  abstract getState(): StreamingContextState
  /** @internal */
  readonly lastBatches = new LastBatches()
  /** @internal */
  protected readonly graph = new StreamGraph(() => this.edited())

  /** By the user, in advice. @internal */
  protected called = 'ssc'

  /** Announces a change to what runs. @internal */
  protected abstract edited(): void

  protected takePart(): void { takePart(() => this.graph.begin()) }

  /**
   * A stream from a source of your own: whatever gives an RDD per batch, or null for none.
   * @example ssc.inputStream<number>({ name: 'times', start() {}, stop() {}, batch: t => ({ rdd: sc.parallelize([+t]).node, records: 1 }) }) // [ 1000 ], [ 2000 ]
   */
  override inputStream<T>(source: InputSource, here: Call = call('inputStream')): DStream<T> {
    const node = makeStreamNode<InputNode>({ kind: 'input', source, slideDuration: this.batchDuration, ...here })
    this.graph.addInput(node)
    return new DStream<T>(this.self, node)
  }

  /**
   * Puts a stream into the place of the one that has the same name: what was bound to the same variable at the prompt before, or was given
   * the same `.name(…)`. From the next batch on all that reads the former reads this one; state and windows of the same shape go on.
   * @throws REPLACE_UNKNOWN when no other stream of that name runs; REPLACE_CIRCULAR, REPLACE_SLIDES_DIFFER
   * @example
   * words.map(w => w.length).name('lengths').print()
   * ssc.replace(words.map(w => w.length * 10).name('lengths'))
   */
  replace(stream: DStream<any>): void {
    const name = this.graph.nameOf(stream.node)
    const old = name === undefined ? undefined : this.#namesake(name, stream.node)
    if (!old) throw new SparkError('REPLACE_UNKNOWN', { stream: name ?? stream.node.operator, names: this.#names(stream.node) })
    this.replaceNode(old, stream.node)
  }

  /**
   * Takes back the last change of the graph, from the next batch on: an input, an output, a removal, a replacement, a setting; at the prompt all that
   * the same line made. Bindings stay. Gives what it was, or undefined where there is nothing to take back.
   * @example
   * words.print()
   * ssc.undo() // 'print of words'
   */
  undo(): string | undefined {
    const undone = this.graph.undo()
    if (undone === undefined) this.say('info', 'nothing to take back')
    else this.say('info', `taken back: ${undone}${this.#fromWhen()}`)
    return undone
  }

  /**
   * The streams that records are pushed into by hand, in the order in which they were made.
   * @example
   * const typed = ssc.queueStream<string>()
   * ssc.queueStreams[0] === typed // true
   */
  get queueStreams(): readonly QueueInputDStream<any>[] { return this.graph.inputs.flatMap(({ source }) => QueueInputDStream.of(source)) }

  // — what streams use —

  /** @internal */
  output(parent: StreamNode, here: Call, run: (rdd: RddNode, time: Time, output: OutputInfo) => unknown): Output {
    const info = (): OutputInfo => {
      const name = this.graph.nameOf(parent)
      return { id: node.id, name: name ?? parent.operator, site: name === undefined ? here.site : undefined }
    }
    const node: OutputNode = makeStreamNode<OutputNode>({ parent, ...here, run: (rdd, time) => run(rdd, time, info()) })
    this.graph.addOutput(node)
    this.#answer(node)
    return new Output(this, node)
  }

  /** @internal */
  removeOutput(node: OutputNode): void {
    if (!this.graph.outputs.includes(node)) return
    this.graph.removeOutput(node)
    this.#sayRunning(`removed: ${node.operator} of ${this.graph.called(node.parent)}${this.graph.outputs.length === 0 ? '; no output is left' : ''}`)
  }

  /** @internal */
  removeStream(node: StreamNode): void {
    const readers = this.graph.outputsOf(node)
    if (readers.length > 0) throw new SparkError('STREAM_IN_USE', { stream: this.graph.called(node), readers: readers.map(output => `${output.operator} of ${this.graph.called(output.parent)} at ${showSite(output.site)}`).join(', ') })
    const stream = this.graph.resolved(node)
    if (stream.kind !== 'input' || !this.graph.inputs.includes(stream)) return this.say('info', `${this.graph.called(node)} is read by no output: it does not run`)
    this.graph.removeInput(stream)
    this.#sayRunning(`removed: ${this.graph.called(node)}`)
  }

  /** @internal */
  replaceNode(old: StreamNode, by: StreamNode): void {
    const readers = this.graph.outputsOf(old)
    this.graph.replace(old, by)
    this.#sayRunning(readers.length > 0 ? `replaced: ${this.graph.called(old)}` : `replaced: ${this.graph.called(old)}, which no output reads yet`)
  }

  /** Where the changes were made that have been taken back. @internal */
  get undone(): readonly (CallSite | undefined)[] { return this.graph.undone }
  /** @internal */
  set(node: StreamNode, settings: StreamSettings): void { this.graph.set(node, settings) }
  /** @internal */
  override plan(): StreamPlan { return this.graph.plan(this.batchDuration) }
  /** @internal */
  label(node: StreamNode, name: string): void {
    this.graph.label(node, name)
    if (this.getState() === 'ACTIVE' && this.#namesake(name, node)) this.say('info', `${name}: the one that runs stays as it was; replace(${name}) puts this one into its place`)
  }
  /** @internal */
  isRead(node: StreamNode): boolean { return this.graph.outputsOf(node).length > 0 }
  /** @internal */
  resolved(node: StreamNode): StreamNode { return this.graph.resolved(node) }

  /** What runs, function by function; none while it does not run. @internal */
  liveFunctions(): { readonly fn: AnyFunction; readonly stream: string }[] {
    if (this.getState() !== 'ACTIVE') return []
    return this.graph.outputs.flatMap(({ parent }) => streamFunctions(this.graph.resolved(parent)).map(({ fn }) => ({ fn, stream: this.graph.called(parent) })))
  }

  /** @internal */
  describeStream(node: StreamNode): readonly string[] {
    const outputs = this.graph.outputsOf(node)
    const stream = this.graph.resolved(node)
    return [chainOf(stream), this.#whetherItRuns(outputs.length), ...this.lastBatches.of(outputs.filter(({ parent }) => this.graph.resolved(parent) === stream))]
  }

  [DESCRIBE](): readonly string[] {
    const { outputs, inputs } = this.graph
    return [`StreamingContext(batches of ${shortly(this.batchDuration)}, ${this.getState()}, ${counted(inputs.length, 'input')}, ${counted(outputs.length, 'output')})`, ...outputs.map(({ parent, operator }) => `${chainOf(this.graph.resolved(parent))} → ${operator}`)]
  }

  protected say(level: 'info' | 'warn', text: string): void { this.sparkContext.events.emit('message', { level, text }) }

  /** StreamingContext is the only one that extends this. */
  protected get self(): StreamingContext { return this as unknown as StreamingContext }

  #whetherItRuns(outputs: number): string {
    if (outputs === 0) return 'no output yet: .print() shows it'
    if (this.getState() === 'ACTIVE') return `running, batches of ${shortly(this.batchDuration)}`
    return this.getState() === 'STOPPED' ? 'stopped; ssc.start() begins afresh' : 'registered; ssc.start() begins'
  }

  #answer(added: OutputNode): void {
    const alike = this.graph.outputs.filter(({ parent, operator }) => operator === 'print' && operator === added.operator && this.graph.resolved(parent) === this.graph.resolved(added.parent))
    const twice = alike.length > 1 ? `; ${this.graph.called(added.parent)} is printed ${TIMES[alike.length] ?? `${alike.length} times`} now${surroundings.hasPrompt ? ', .undo takes it back' : ''}` : ''
    if (this.getState() === 'INITIALIZED' && surroundings.hasPrompt) this.say('info', `registered; ${this.called}.start() begins${twice}`)
    if (this.getState() === 'ACTIVE') this.say('info', `registered; takes part${this.#fromWhen()}${twice}`)
  }

  #sayRunning(text: string): void { if (this.getState() === 'ACTIVE') this.say('info', text + this.#fromWhen()) }
  #fromWhen(): string { return this.getState() === 'ACTIVE' ? ' from the next batch' : '' }

  /** The stream of that name that runs, and is another. */
  #namesake(name: string, node: StreamNode): StreamNode | undefined {
    const own = this.graph.resolved(node)
    return this.graph.streams().filter(each => each !== own && this.graph.nameOf(each) === name).pop()
  }

  #names(node: StreamNode): string {
    const names = this.graph.streams().filter(each => each !== node).map(each => this.graph.nameOf(each)).filter(name => name !== undefined)
    return [...new Set(names)].join(', ') || 'none has a name'
  }
}

const TIMES: Readonly<Record<number, string>> = { 2: 'twice', 3: 'three times' }
