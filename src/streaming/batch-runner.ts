/**
 * Interprets the kernels of a StreamPlan: which RDD a stream has at a time, each made once and remembered as long as a window
 * needs it. It decides what a batch computes and runs nothing.
 *
 * Batches are entered one at a time, in order. A past RDD is only ever looked up, never made late: a window added while the
 * stream runs begins with the batch it was added in. State goes on from the last result that is *carried*: settled, so
 * that lineage stays one batch long, also through any number of failed batches.
 *
 * After Spark's DStream.compute and its subclasses.
 */
import { SparkError } from '../core/errors.js'
import { Time } from '../core/time.js'
import type { Engine } from '../engine/engine.js'
import type { RddNode } from '../plan/rdd-plan.js'
import { carriesState, streamParents } from '../plan/stream-plan.js'
import type { OutputNode, StateNode, StreamNode, StreamPlan, TransformNode, UnionStreamNode, WindowNode, WindowedReduceNode } from '../plan/stream-plan.js'
import type { Batch } from './batch.js'
import { heldBytes } from './held-bytes.js'
import { RddHolder } from './rdd-holder.js'
import { Failure, found, isRdd, RememberedRdds, type Entry } from './remembered-rdds.js'
import { graphOf, looksBack } from './stream-graph.js'
import type { StreamGraph } from './stream-graph.js'
import { united } from './stream-rdds.js'

/** An output that has something to do at a time, or could not be given it. */
export type Due = { readonly output: OutputNode } & ({ readonly rdd: RddNode } | { readonly error: unknown })

/** What later batches read of earlier ones: state goes on from it (`carried`), or a window reaches back to it (`remembered`). */
export interface KeptRdd extends OpenRdd { readonly carried: boolean; readonly remembered: boolean }

/** A remembered RDD whose rows the engine does not have in full. */
export interface OpenRdd { readonly node: StreamNode; readonly timeMs: number; readonly rdd: RddNode }

export class BatchRunner {
  readonly #zeroMs: number
  readonly #holder: RddHolder
  readonly #readElsewhere: () => Iterable<RddNode>
  readonly #past = new RememberedRdds()
  readonly #carried = new Map<number, { readonly timeMs: number; readonly rdd: RddNode }>()
  /** By id: the first batch since which windows have read it without a break. What is older may be remembered, but is not held. */
  readonly #readSince = new Map<number, number>()
  readonly #ownsInputs: boolean
  #graph: StreamGraph | undefined
  #nowMs = -Infinity

  /**
   * `readElsewhere`: RDDs of earlier batches that are not to be given back yet. `ownsInputs`: whether what inputs gave is given back here when nobody
   * reads it any more; a replay borrows it.
   */
  constructor({ engine, zeroTime, readElsewhere = () => [], ownsInputs = false }: { engine: Engine; zeroTime: Time; readElsewhere?: () => Iterable<RddNode>; ownsInputs?: boolean }) {
    this.#ownsInputs = ownsInputs
    this.#readElsewhere = readElsewhere
    this.#zeroMs = zeroTime.milliseconds
    this.#holder = new RddHolder(engine)
  }

  /** Takes in a batch's inputs, derives what later batches will read, and gives the outputs that are due. */
  enter(batch: Batch): Due[] {
    this.#graph = graphOf(batch.plan)
    this.#nowMs = batch.time.milliseconds
    this.#noteRead(this.#nowMs)
    this.#forget() // the last batch was kept for slice(), but not to be held beside this one
    for (const [id, taken] of batch.inputs) {
      this.#past.put(id, this.#nowMs, 'error' in taken ? new Failure(taken.error) : taken.batch && this.#given(id, taken.batch.rdd))
    }
    for (const node of this.#graph.held) this.#entry(node, this.#nowMs)
    return batch.plan.outputs.flatMap(output => this.#due(output))
  }

  /** A stream's RDD at a time; null where it has none. Throws what its derivation threw. */
  rdd(node: StreamNode, time: Time): RddNode | null { return found(this.#entry(node, time.milliseconds)) }

  /** What of the state of this batch is not settled yet. */
  openState(): OpenRdd[] {
    return this.#graph!.held.filter(carriesState).flatMap(node => this.#openOf(node, this.#nowMs, this.#past.get(node.id, this.#nowMs)))
  }

  /** All remembered RDDs that later batches may read and that are not settled. */
  open(): OpenRdd[] {
    return this.#graph!.held.flatMap(node => this.#heldOf(node).flatMap(([timeMs, entry]) => this.#openOf(node, timeMs, entry)))
  }

  isOpen({ rdd }: OpenRdd): boolean { return this.#holder.isOpen(rdd) }

  /** Later batches go on as if the stream had had no RDD then. */
  leaveOut({ node, timeMs }: OpenRdd): void { this.#past.put(node.id, timeMs, null) }

  /** Closes the batch: what is settled becomes a leaf and is carried on; what no window reaches back to is given back. */
  close(): void {
    const graph = this.#graph!
    for (const node of graph.held) for (const [timeMs, entry] of this.#heldOf(node)) this.#settle(node, timeMs, entry)
    this.#forget()
    if (!graph.plan.rememberDuration) this.#forgetLarge(graph)
    for (const id of this.#carried.keys()) if (!graph.rememberMs.has(id)) this.#carried.delete(id)
    this.#holder.sweep([...this.#past.rdds(), ...[...this.#carried.values()].map(({ rdd }) => rdd), ...this.#readElsewhere()])
  }

  /** All that later batches read of those so far: what a run that takes over needs. Between two batches. */
  kept(): KeptRdd[] {
    return (this.#graph?.held ?? []).flatMap(node => {
      const past = this.#graph!.read.has(node) ? this.#heldOf(node) : []
      const carried = this.#carried.get(node.id)
      const remembered = past.flatMap(([timeMs, rdd]): KeptRdd[] => isRdd(rdd) ? [{ node, timeMs, rdd, remembered: true, carried: timeMs === carried?.timeMs }] : [])
      return carried && !remembered.some(each => each.carried) ? [...remembered, { node, ...carried, carried: true, remembered: false }] : remembered
    })
  }

  /** Before the first batch: goes on from what another run kept. */
  restore(plan: StreamPlan, kept: readonly KeptRdd[]): void {
    this.#graph = graphOf(plan)
    this.#noteRead(-Infinity)
    for (const { node, timeMs, rdd, carried, remembered } of kept) {
      if (remembered) this.#past.put(node.id, timeMs, this.#kept(node.id, rdd))
      if (carried) this.#carried.set(node.id, { timeMs, rdd })
    }
  }

  /** Between two batches: goes back to what was kept, as if what came since had not been. */
  goBack(plan: StreamPlan, kept: readonly KeptRdd[]): void {
    this.#past.clear()
    this.#carried.clear()
    this.#readSince.clear()
    this.restore(plan, kept)
  }

  /** Gives back everything but what is read elsewhere. */
  end(): void {
    this.#past.clear()
    this.#carried.clear()
    this.#holder.sweep(this.#readElsewhere())
  }

  /** What a stream gave then may have been made of bytes that are given back by now, unless it was held from the start. */
  #heldOf(node: StreamNode): [number, Entry][] {
    const sinceMs = this.#readSince.get(node.id) ?? this.#nowMs
    return this.#past.timesOf(node.id).filter(([timeMs]) => timeMs >= sinceMs)
  }

  #noteRead(sinceMs: number): void {
    const read = new Set([...this.#graph!.read].map(({ id }) => id))
    for (const id of this.#readSince.keys()) if (!read.has(id)) this.#readSince.delete(id)
    for (const id of read) if (!this.#readSince.has(id)) this.#readSince.set(id, sinceMs)
  }

  #forget(): void { this.#past.forget(id => this.#nowMs - (this.#graph!.rememberMs.get(id) ?? 0)) }

  /** A batch of many bytes is not remembered for slice() until the next one, unless that was asked for: what comes in meanwhile needs the memory. */
  #forgetLarge({ plan, nodes, held }: StreamGraph): void {
    const inputs = plan.inputs.map(({ id }) => this.#past.get(id, this.#nowMs)).filter(isRdd)
    if (heldBytes(inputs) <= LARGE_BYTES) return
    const kept = new Set(held)
    for (const node of nodes) if (!kept.has(node)) this.#past.drop(node.id, this.#nowMs)
  }

  #due(output: OutputNode): Due[] {
    const entry = this.#entry(output.parent, this.#nowMs)
    if (entry instanceof Failure) return [{ output, error: entry.error }]
    return entry ? [{ output, rdd: entry }] : []
  }

  #entry(node: StreamNode, timeMs: number): Entry {
    const known = this.#past.get(node.id, timeMs)
    if (known !== undefined) return known
    if (!this.#isDue(node, timeMs) || timeMs > this.#nowMs || this.#isTooLate(node, timeMs)) return null
    return this.#past.put(node.id, timeMs, this.#derived(node, timeMs))
  }

  #isDue(node: StreamNode, timeMs: number): boolean {
    return timeMs > this.#zeroMs && (timeMs - this.#zeroMs) % node.slideDuration.milliseconds === 0
  }

  /** Of the past, only what follows from RDDs that are still remembered can be made. */
  #isTooLate(node: StreamNode, timeMs: number): boolean {
    return timeMs < this.#nowMs && (looksBack(node) || streamParents(node).some(parent => !isRdd(this.#entry(parent, timeMs))))
  }

  #derived(node: StreamNode, timeMs: number): Entry {
    try {
      const rdd = this.#derive(node, timeMs)
      return rdd ? this.#kept(node.id, rdd) : null
    } catch (error) {
      return new Failure(error)
    }
  }

  #derive(node: StreamNode, timeMs: number): RddNode | null | undefined {
    switch (node.kind) {
      case 'input': return null // it gave none
      case 'derive': {
        const parent = found(this.#entry(node.parent, timeMs))
        return parent && node.derive(parent)
      }
      case 'transform': return this.#transform(node, timeMs)
      case 'union': return this.#union(node, timeMs)
      case 'window': return this.#window(node, timeMs)
      case 'windowedReduce': return this.#windowedReduce(node, timeMs)
      case 'state': return this.#state(node, timeMs)
      default: return node satisfies never
    }
  }

  #transform(node: TransformNode, timeMs: number): RddNode {
    const rdds = this.#parents(node.parents, timeMs, 'NO_RDD_FROM_PARENT')
    const rdd = node.f(rdds, new Time(timeMs))
    if (!rdd) throw new SparkError('TRANSFORM_RETURNED_NULL', {}, { site: node.site })
    return rdd
  }

  #union(node: UnionStreamNode, timeMs: number): RddNode {
    return united(this.#parents(node.parents, timeMs, 'UNION_WITHOUT_PARENT_RDD'), node)
  }

  #parents(parents: readonly StreamNode[], timeMs: number, code: 'NO_RDD_FROM_PARENT' | 'UNION_WITHOUT_PARENT_RDD'): RddNode[] {
    return parents.map(parent => {
      const rdd = found(this.#entry(parent, timeMs))
      if (!rdd) throw new SparkError(code, { time: `${new Time(timeMs)}` }, { site: parent.site })
      return rdd
    })
  }

  #window(node: WindowNode, timeMs: number): RddNode {
    return united(this.#between(node.parent, timeMs - node.windowDuration.milliseconds, timeMs), node)
  }

  //   previous window   (t − slide − window, t − slide]
  //   |---- left ----|------------------------|
  //                  |------------------------|-- entered --|
  //                              this window   (t − window, t]
  #windowedReduce(node: WindowedReduceNode, timeMs: number): RddNode {
    const windowMs = node.windowDuration.milliseconds
    const beforeMs = timeMs - node.slideDuration.milliseconds
    const previous = this.#carried.get(node.id)
    // After a batch that failed there is no neighbour to go on from: the window is made from all its batches.
    if (previous?.timeMs !== beforeMs) return this.#wholeWindow(node, this.#between(node.parent, timeMs - windowMs, timeMs))
    const left = this.#between(node.parent, beforeMs - windowMs, Math.min(beforeMs, timeMs - windowMs))
    const entered = this.#between(node.parent, Math.max(beforeMs, timeMs - windowMs), timeMs)
    return node.step(previous.rdd, left, entered)
  }

  #wholeWindow(node: WindowedReduceNode, batches: RddNode[]): RddNode {
    return batches.length > 0 ? node.step(undefined, [], batches) : united([], node)
  }

  #state(node: StateNode, timeMs: number): RddNode | null | undefined {
    const previous = this.#carried.get(node.id)?.rdd ?? node.initial
    const batch = found(this.#entry(node.parent, timeMs)) ?? undefined
    return previous || batch ? node.step(previous, batch, new Time(timeMs), this.#isCheckpoint(node, timeMs)) : null
  }

  #isCheckpoint(node: StateNode, timeMs: number): boolean {
    const { milliseconds } = this.#graph!.plan.settings.get(node.id)?.checkpointInterval ?? node.checkpointDuration
    return (timeMs - this.#zeroMs) % milliseconds === 0
  }

  /** The RDDs that a stream has in (afterMs, untilMs], in order; a batch that was left out has none. */
  #between(node: StreamNode, afterMs: number, untilMs: number): RddNode[] {
    const rdds: RddNode[] = []
    const sinceMs = this.#readSince.get(node.id) ?? this.#nowMs
    for (let timeMs = this.#firstDueMs(node, Math.max(afterMs, sinceMs - 1)); timeMs <= untilMs; timeMs += node.slideDuration.milliseconds) {
      const entry = timeMs === this.#nowMs ? found(this.#entry(node, timeMs)) : this.#past.get(node.id, timeMs)
      if (isRdd(entry)) rdds.push(entry)
    }
    return rdds
  }

  #firstDueMs(node: StreamNode, afterMs: number): number {
    const slideMs = node.slideDuration.milliseconds
    return this.#zeroMs + (Math.max(0, Math.floor((afterMs - this.#zeroMs) / slideMs)) + 1) * slideMs
  }

  #given(id: number, rdd: RddNode): RddNode {
    if (this.#ownsInputs) this.#holder.hold(rdd)
    return this.#kept(id, rdd)
  }

  /** Persisted where the plan says so, unless it is a leaf already. */
  #kept(id: number, rdd: RddNode): RddNode {
    const level = this.#graph!.levels.get(id)
    return level && !LEAVES.has(rdd.kind) ? this.#holder.persist(rdd, level) : rdd
  }

  #openOf(node: StreamNode, timeMs: number, entry: Entry | undefined): OpenRdd[] {
    return isRdd(entry) && this.#holder.isOpen(entry) ? [{ node, timeMs, rdd: entry }] : []
  }

  #settle(node: StreamNode, timeMs: number, entry: Entry): void {
    if (!isRdd(entry)) return
    const leaf = this.#holder.leaf(entry)
    if (leaf !== entry) this.#past.put(node.id, timeMs, leaf)
    if (timeMs === this.#nowMs && carriesState(node)) this.#carried.set(node.id, { timeMs, rdd: leaf })
  }
}

const LARGE_BYTES = 16 * 1024 * 1024
const LEAVES = new Set<RddNode['kind']>(['collection', 'blocks', 'persist'])
