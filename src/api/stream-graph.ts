/**
 * The graph of one StreamingContext as it is being built: inputs, outputs, settings. It makes frozen plans of itself; every
 * change is announced, so that a running context takes it up at the next batch, and can be taken back when a line fails.
 */
import type { Duration } from '../core/time.js'
import { ancestors, carriesState, type InputNode, type OutputNode, type StreamNode, type StreamPlan, type StreamSettings } from '../plan/stream-plan.js'
import { isSessionDirectory } from './session-directory.js'

type Graph = Omit<StreamPlan, 'batchDuration'>

export class StreamGraph {
  #now: Graph = { outputs: [], inputs: [], settings: new Map(), rememberDuration: undefined, checkpointDirectory: undefined }
  readonly #labels = new WeakMap<StreamNode, string>()
  readonly #changed: () => void

  constructor(changed: () => void) { this.#changed = changed }

  get inputs(): readonly InputNode[] { return this.#now.inputs }
  get outputs(): readonly OutputNode[] { return this.#now.outputs }

  plan(batchDuration: Duration): StreamPlan {
    const { checkpointDirectory } = this.#now
    return Object.freeze({ ...this.#now, batchDuration, checkpointDirectory: isSessionDirectory(checkpointDirectory) ? undefined : checkpointDirectory })
  }
  get checkpointDirectory(): string | undefined { return this.#now.checkpointDirectory }
  /** Marks how the graph is now; calling the result goes back to it. */
  begin(): () => void {
    const before = this.#now
    return () => { if (this.#now !== before) this.#change(before) }
  }

  addInput(node: InputNode): void { this.#change({ inputs: [...this.inputs, node] }) }
  addOutput(node: OutputNode): void { this.#change({ outputs: [...this.outputs, node] }) }
  remember(rememberDuration: Duration): void { this.#change({ rememberDuration }) }
  checkpoint(checkpointDirectory: string | undefined): void { this.#change({ checkpointDirectory }) }
  set(node: StreamNode, settings: StreamSettings): void {
    const all = new Map(this.#now.settings)
    this.#change({ settings: all.set(node.id, { ...all.get(node.id), ...settings }) })
  }

  /** The name a stream was first bound to at the prompt: for what it prints, not its identity. */
  label(node: StreamNode, name: string): void { if (!this.#labels.has(node)) this.#labels.set(node, name) }
  /** The name that the user gave a stream, where there is one. */
  nameOf(node: StreamNode): string | undefined { return this.#now.settings.get(node.id)?.name ?? this.#labels.get(node) }

  /** Outputs that `node` leads to. */
  outputsOf(node: StreamNode): OutputNode[] { return this.outputs.filter(({ parent }) => ancestors(parent).has(node)) }
  /** Whether state is kept from batch to batch with no place named for it. */
  get lacksCheckpointDirectory(): boolean {
    return this.#now.checkpointDirectory === undefined && this.outputs.some(({ parent }) => [...ancestors(parent)].some(carriesState))
  }

  #change(part: Partial<Graph>): void {
    this.#now = { ...this.#now, ...part }
    this.#changed()
  }
}
