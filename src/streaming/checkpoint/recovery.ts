/**
 * A checkpoint and the program's own graph put together: which stream goes on from which rows, what each input is told, which batch
 * comes next.
 *
 * The program rebuilds its graph by itself, so nothing of the checkpoint is ever run. Where the graph has changed, state is given
 * to the operator of the same identity; state that no operator claims is refused by name rather than dropped, and what would
 * give wrong numbers (a window of another length that goes on by its inverse) begins afresh and says so.
 */
import { escapeControls } from '../../core/escape.js'
import { SparkError } from '../../core/errors.js'
import type { StreamNode, StreamPlan } from '../../plan/stream-plan.js'
import type { KeptRdd } from '../batch-runner.js'
import { graphOf } from '../stream-graph.js'
import type { Note } from './advice.js'
import type { OperatorShape, RowSet, SavedRows } from './checkpoint.js'
import type { FoundCheckpoint } from './checkpoint-reader.js'
import { partPaths } from './checkpoint-store.js'
import { identitiesOf, shapesOf } from './graph-shape.js'
import { savedRdd } from './state-files.js'

/** What a run begins from instead of nothing. */
export interface Recovered {
  readonly zeroMs: number
  /** What has been read back is as it was then; batches after it up to completedMs are run again, without their outputs. */
  readonly baseMs: number
  readonly completedMs: number
  /** Batches up to here were given their input before. */
  readonly generatedMs: number
  readonly kept: readonly KeptRdd[]
  /** By the id of the input node. */
  readonly inputs: ReadonlyMap<number, unknown>
  /** Named by new checkpoints until there are newer rows. */
  readonly rows: SavedRows
  readonly notes: readonly Note[]
}

/** @throws CHECKPOINT_INPUT, CHECKPOINT_BATCHES, CHECKPOINT_STATE when the program cannot go on from it */
export function recover(plan: StreamPlan, found: FoundCheckpoint): Recovered {
  checkRecoverable(plan, found)
  const { zeroMs, completedMs, generatedMs, rows } = found.checkpoint
  const claims = new Claims(plan, found)
  return {
    zeroMs, completedMs, generatedMs, rows,
    baseMs: rows.timeMs,
    kept: rows.sets.flatMap(set => claims.of(set)),
    inputs: claims.inputs(),
    notes: [...found.damaged.map(damaged), claims.summary(), ...claims.notes],
  }
}

/** The same refusals before the context starts; of state only where the graph is there already. */
export function checkRecoverable(plan: StreamPlan, { directory, checkpoint }: FoundCheckpoint): void {
  const refusing = plan.inputs.find(({ source }) => source.notRecoverable !== undefined)
  if (refusing) throw new SparkError('CHECKPOINT_INPUT', { reason: refusing.source.notRecoverable!, directory }, { site: refusing.site! })
  const batchMs = plan.batchDuration.milliseconds
  if (batchMs !== checkpoint.batchMs) throw new SparkError('CHECKPOINT_BATCHES', { directory, was: checkpoint.batchMs, is: batchMs })
  if (plan.outputs.length === 0) return
  const kinds = new Map(shapesOf(graphOf(plan)).map(({ identity, kind }) => [identity, kind]))
  const before = new Map(checkpoint.operators.map(({ identity, kind }) => [identity, kind]))
  const gone = checkpoint.rows.sets.find(({ identity, carried }) => carried && (!kinds.has(identity) || kinds.get(identity) !== before.get(identity)))
  if (gone) throw new SparkError('CHECKPOINT_STATE', { directory, operator: escapeControls(gone.identity), has: [...kinds.keys()].map(escapeControls).join(', ') })
}

class Claims {
  readonly notes: Note[] = []
  readonly #nodes: ReadonlyMap<string, StreamNode>
  readonly #before: ReadonlyMap<string, OperatorShape>
  readonly #now: ReadonlyMap<string, OperatorShape>
  readonly #lacking: ReadonlyMap<string, string>

  constructor(readonly plan: StreamPlan, readonly found: FoundCheckpoint) {
    const graph = graphOf(plan)
    const identities = identitiesOf(graph)
    this.#nodes = new Map(graph.nodes.map(node => [identities.get(node.id)!, node]))
    this.#before = new Map(found.checkpoint.operators.map(shape => [shape.identity, shape]))
    this.#now = new Map(shapesOf(graph).map(shape => [shape.identity, shape]))
    this.#lacking = new Map(found.checkpoint.rows.lacking)
    for (const [identity, what] of this.#lacking) this.#say('warn', `${identity} begins afresh: its rows held ${what}, which a checkpoint cannot keep`)
    for (const shape of this.#now.values()) this.#compare(shape)
  }

  /** The rows as an RDD of the operator that they belong to; none where it cannot use them. */
  of(set: RowSet): KeptRdd[] {
    const node = this.#nodes.get(set.identity)
    const carried = set.carried && node !== undefined && this.#goesOn(node, set)
    const remembered = set.remembered && node !== undefined && graphOf(this.plan).read.has(node)
    if (!carried && !remembered) return []
    const rdd = savedRdd(partPaths(this.found.directory, set), set.hashed, node)
    return [{ node, timeMs: set.timeMs, rdd: node.kind === 'state' && node.adopt ? node.adopt(rdd) : rdd, carried, remembered }]
  }

  inputs(): ReadonlyMap<number, unknown> {
    const given = new Map(this.found.checkpoint.inputs)
    return new Map([...this.#nodes].filter(([identity, { kind }]) => kind === 'input' && given.has(identity)).map(([identity, { id }]) => [id, given.get(identity)]))
  }

  summary(): Note {
    const { directory, file, checkpoint: { rows, completedMs, generatedMs, batchMs } } = this.found
    const again = (completedMs - rows.timeMs) / batchMs
    const pending = (generatedMs - completedMs) / batchMs
    const steps = [...again > 0 ? [`${counted(again)} after it run again without output`] : [], ...pending > 0 ? [`${counted(pending)} that had not finished run again`] : []]
    return { level: 'info', text: escapeControls(`recovered from ${directory}/${file}: as of ${rows.timeMs} ms${steps.length > 0 ? `; ${steps.join(', ')}` : ''}${this.#lost()}`) }
  }

  /** What was received and not yet written down is gone where the source cannot give it again. */
  #lost(): string {
    const { rows, generatedMs } = this.found.checkpoint
    const receivers = this.plan.inputs.filter(({ source }) => !source.checkpoint).map(({ source }) => source.name)
    if (receivers.length === 0 || generatedMs === rows.timeMs) return ''
    return `; what ${receivers.join(', ')} sent after ${rows.timeMs} ms is not there again`
  }

  /** A window that goes on by its inverse takes away what it once added: it needs the same length, and those batches. */
  #goesOn(node: StreamNode, { identity }: RowSet): boolean {
    if (node.kind !== 'windowedReduce') return true
    const [before, now] = [this.#before.get(identity), this.#now.get(identity)]
    if (before?.windowMs !== now?.windowMs || before?.slideMs !== now?.slideMs) return false
    const parent = [...this.#nodes].find(([, other]) => other === node.parent)?.[0]
    return parent === undefined || !this.#lacking.has(parent)
  }

  #compare(now: OperatorShape): void {
    const before = this.#before.get(now.identity)
    if (!before) return
    if (before.functions !== now.functions) this.#say('info', `${now.identity}: its function has changed; its state is kept`)
    if (before.windowMs !== now.windowMs || before.slideMs !== now.slideMs) this.#say('info', `${now.identity}: its window has changed; it is made anew from the batches that are still there`)
  }

  #say(level: Note['level'], text: string): void { this.notes.push({ level, text: escapeControls(text) }) }
}

const damaged = (reason: string): Note => ({ level: 'warn', text: escapeControls(`a damaged checkpoint is not used: ${reason}`) })
const counted = (batches: number): string => `${batches} ${batches === 1 ? 'batch' : 'batches'}`
