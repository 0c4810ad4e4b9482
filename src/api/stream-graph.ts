/**
 * The graph of one StreamingContext as it is being built: inputs, outputs, settings, edits. It makes frozen plans of itself; every
 * change is announced, so that a running context takes it up at the next batch, and can be taken back: when it is refused, when the line
 * that made it fails, and later by undo().
 */
import { callSite, type CallSite } from '../core/call-site.js'
import type { Duration } from '../core/time.js'
import { NO_EDITS, idIn, replaced, resolver, type Resolve, type StreamEdits } from '../plan/stream-edits.js'
import { ancestors, carriesState, streamParents, type InputNode, type OutputNode, type StreamNode, type StreamPlan, type StreamSettings } from '../plan/stream-plan.js'
import { isSessionDirectory } from './session-directory.js'

type Graph = Omit<StreamPlan, 'batchDuration'> & { readonly edits: StreamEdits }

/** What the user did, in words, and how the graph was before. */
interface Step { readonly what: string; readonly before: Graph; readonly line: number; readonly site: CallSite | undefined }

// Who wants to go back further starts again.
const MOST_STEPS = 1000

export class StreamGraph {
  #now: Graph = { outputs: [], inputs: [], settings: new Map(), rememberDuration: undefined, checkpointDirectory: undefined, edits: NO_EDITS }
  #resolve: Resolve = resolver(NO_EDITS)
  readonly #labels = new Map<number, string>()
  /** The stream that a name was bound to last. */
  readonly #named = new Map<string, StreamNode>()
  readonly #changed: () => void
  #steps: Step[] = []
  /** Where the changes were made that have been taken back. */
  readonly undone: (CallSite | undefined)[] = []
  #line = 0

  constructor(changed: () => void) { this.#changed = changed }

  get inputs(): readonly InputNode[] { return this.#now.inputs }
  get outputs(): readonly OutputNode[] { return this.#now.outputs }
  get checkpointDirectory(): string | undefined { return this.#now.checkpointDirectory }

  plan(batchDuration: Duration): StreamPlan {
    const { edits, checkpointDirectory, ...graph } = this.#now
    return Object.freeze({ ...graph, batchDuration, outputs: graph.outputs.map(output => this.#asItIs(output)), checkpointDirectory: isSessionDirectory(checkpointDirectory) ? undefined : checkpointDirectory })
  }

  /** A stream as the edits have made it. */
  resolved(node: StreamNode): StreamNode { return this.#resolve(node) }
  /** Marks how the graph is now, before a line; calling the result goes back to it. */
  begin(): () => void {
    const before = this.#now
    const steps = this.#steps
    this.#line++
    return () => {
      if (this.#now === before) return
      this.#steps = steps
      this.#become(before)
    }
  }

  addInput(node: InputNode): void { this.#change(`input ${this.called(node)}`, { inputs: [...this.inputs, node] }) }
  /** Inputs that were removed and are read again run again. */
  addOutput(node: OutputNode): void {
    const read = [...ancestors(this.resolved(node.parent))].filter(each => each.kind === 'input').filter(input => !this.inputs.includes(input))
    this.#change(`${node.operator} of ${this.called(node.parent)}`, { inputs: [...this.inputs, ...read], outputs: [...this.outputs, node] })
  }
  remember(rememberDuration: Duration): void { this.#become({ ...this.#now, rememberDuration }) }
  checkpoint(checkpointDirectory: string | undefined): void { this.#become({ ...this.#now, checkpointDirectory }) }
  set(node: StreamNode, settings: StreamSettings): void { this.#change(`settings of ${this.called(node)}`, { settings: this.#withSettings(idIn(this.#now.edits, node), settings) }) }

  removeOutput(node: OutputNode): void { this.#change(`removal of ${node.operator} of ${this.called(node.parent)}`, { outputs: this.outputs.filter(output => output !== node) }) }
  removeInput(node: InputNode): void { this.#change(`removal of ${this.called(node)}`, { inputs: this.inputs.filter(input => input !== node) }) }

  /** @throws REPLACE_CIRCULAR, REPLACE_SLIDES_DIFFER */
  replace(old: StreamNode, by: StreamNode): void {
    const { edits } = this.#now
    const made = replaced(edits, old, by, this.streams())
    const id = idIn(edits, old)
    const own = this.#now.settings.get(by.id)
    const settings = own ? this.#withSettings(id, own) : this.#now.settings
    this.#change(`replacement of ${this.called(old)}`, { edits: made, settings, inputs: this.inputs.filter(input => input.id !== id) })
  }

  /** Takes back the last change, and all that the same line made; what it was, or undefined where there is none. */
  undo(): string | undefined {
    const [last] = this.#steps.slice(-1)
    if (!last) return undefined
    const taken = last.line === 0 ? [last] : this.#steps.filter(({ line }) => line === last.line)
    const { inputs, outputs, settings, edits } = taken[0]!.before
    this.#become({ ...this.#now, inputs, outputs, settings, edits })
    this.#steps = this.#steps.slice(0, -taken.length)
    this.undone.push(...taken.map(({ site }) => site))
    return taken.map(({ what }) => what).join(', ')
  }

  /** The name a stream was first bound to at the prompt: for what it prints, not its identity. */
  label(node: StreamNode, name: string): void {
    if (!this.#labels.has(node.id)) this.#labels.set(node.id, name)
    this.#named.delete(name)
    this.#named.set(name, node)
  }
  /** Named streams that lead to no output, nor to another that has a name; the latest first. */
  leadingNowhere(): string[] {
    const named = [...this.#named].map(([name, node]) => [name, this.resolved(node)] as const)
    const read = new Set([...this.outputs.map(({ parent }) => this.resolved(parent)), ...named.flatMap(([, node]) => streamParents(node))].flatMap(node => [...ancestors(node)]))
    return named.filter(([, node]) => !read.has(node)).map(([name]) => name).reverse()
  }
  /** The name that the user gave a stream, where there is one. */
  nameOf(node: StreamNode): string | undefined {
    const id = idIn(this.#now.edits, node)
    return this.#now.settings.get(id)?.name ?? this.#now.settings.get(node.id)?.name ?? this.#labels.get(node.id) ?? this.#labels.get(id)
  }
  /** By its name, else by its operator. */
  called(node: StreamNode): string { return this.nameOf(node) ?? node.operator }

  /** All streams that run, each once. */
  streams(): StreamNode[] { return [...new Set([...this.inputs, ...this.outputs.flatMap(({ parent }) => [...ancestors(this.resolved(parent))])])] }
  /** Outputs that `node` leads to. */
  outputsOf(node: StreamNode): OutputNode[] {
    const stream = this.resolved(node)
    return this.outputs.filter(({ parent }) => ancestors(this.resolved(parent)).has(stream))
  }
  /** Whether state is kept from batch to batch with no place named for it. */
  get lacksCheckpointDirectory(): boolean {
    return this.#now.checkpointDirectory === undefined && this.streams().some(carriesState)
  }

  #asItIs(output: OutputNode): OutputNode {
    const parent = this.resolved(output.parent)
    return parent === output.parent ? output : Object.freeze({ ...output, parent })
  }

  #withSettings(id: number, settings: StreamSettings): ReadonlyMap<number, StreamSettings> {
    return new Map(this.#now.settings).set(id, { ...this.#now.settings.get(id), ...settings })
  }

  #change(what: string, part: Partial<Graph>): void {
    const before = this.#now
    this.#become({ ...before, ...part })
    this.#steps = [...this.#steps, { what, before, line: this.#line, site: callSite() }].slice(-MOST_STEPS)
  }

  /** All of it or, where it is refused, nothing. */
  #become(graph: Graph): void {
    const before = this.#now
    this.#take(graph)
    try { this.#changed() } catch (error) { this.#take(before); throw error }
  }

  #take(graph: Graph): void {
    if (graph.edits !== this.#now.edits) this.#resolve = resolver(graph.edits)
    this.#now = graph
  }
}
