/**
 * Edits of a graph, as data: which definition stands in the place of which stream. Streams themselves never change, and handles of
 * the user's may be as old as they like; a plan is made by reading every stream through the edits. What is put in a stream's place
 * takes over its id, and with it the state, the windows and the outputs that belong to that id.
 */
import { SparkError } from '../core/errors.js'
import { streamParents, type StreamNode } from './stream-plan.js'

export interface StreamEdits {
  /** By the id of a stream that was made to replace another: the id that it has taken over. */
  readonly ids: ReadonlyMap<number, number>
  /** By id: what is there instead. */
  readonly definitions: ReadonlyMap<number, StreamNode>
}

export const NO_EDITS: StreamEdits = { ids: new Map(), definitions: new Map() }

/** A stream as it is after the edits. */
export type Resolve = (node: StreamNode) => StreamNode

/** One resolver per plan: equal streams are one object. */
export function resolver(edits: StreamEdits): Resolve {
  if (edits === NO_EDITS) return node => node
  const known = new Map<number, StreamNode>()
  const resolve: Resolve = node => {
    const id = idIn(edits, node)
    const found = known.get(id) ?? asDefined(id, edits.definitions.get(id) ?? node)
    known.set(id, found)
    return found
  }
  const asDefined = (id: number, node: StreamNode): StreamNode =>
    idIn(edits, node) === id ? withParents(node, id, streamParents(node).map(resolve)) : resolve(node)
  return resolve
}

export const idIn = ({ ids }: StreamEdits, { id }: StreamNode): number => ids.get(id) ?? id

/**
 * `by` in the place of `old`. A stream that is live elsewhere stays what it is, and is read from both places; else `by`, and what stands above it
 * in the same shape as above `old` and is read by nobody else, go on with the ids of what they replace.
 *
 * @param live all streams of the running plan
 * @throws REPLACE_CIRCULAR, REPLACE_SLIDES_DIFFER
 */
export function replaced(edits: StreamEdits, old: StreamNode, by: StreamNode, live: readonly StreamNode[]): StreamEdits {
  const [before, after] = [resolver(edits)(old), by]
  if (!before.slideDuration.equals(after.slideDuration))
    throw new SparkError('REPLACE_SLIDES_DIFFER', { stream: before.operator, slide: before.slideDuration.milliseconds, got: after.slideDuration.milliseconds })
  const ids = new Map(edits.ids)
  const definitions = new Map(edits.definitions).set(before.id, after)
  const isLive = new Set(live.map(({ id }) => id))
  if (after.kind !== 'input' && !isLive.has(idIn(edits, after))) takeOver({ edits, ids, definitions, live, isLive }, before, after)
  const made = { ids, definitions }
  checkNoCircle(made, before, after)
  return made
}

interface TakingOver { readonly edits: StreamEdits; readonly ids: Map<number, number>; readonly definitions: Map<number, StreamNode>; readonly live: readonly StreamNode[]; readonly isLive: ReadonlySet<number> }

function takeOver(taking: TakingOver, before: StreamNode, after: StreamNode): void {
  const { edits, ids, definitions, live, isLive } = taking
  ids.set(after.id, before.id)
  definitions.set(before.id, after)
  const [olds, news] = [streamParents(before), streamParents(after)]
  if (olds.length !== news.length) return
  news.forEach((parent, i) => {
    const old = olds[i]!
    const readers = live.filter(node => streamParents(node).some(({ id }) => id === old.id))
    const isInner = old.id !== idIn(edits, parent) && !isLive.has(parent.id) && old.kind === parent.kind && old.kind !== 'input' && old.operator === parent.operator
    if (isInner && readers.every(({ id }) => id === before.id)) takeOver(taking, old, parent)
  })
}

/** Walks down from the parents of what was put in: it must not be met again. */
function checkNoCircle(edits: StreamEdits, { id, operator }: StreamNode, by: StreamNode): void {
  const seen = new Set<number>()
  const visit = (node: StreamNode): void => {
    const at = idIn(edits, node)
    if (at === id) throw new SparkError('REPLACE_CIRCULAR', { stream: operator })
    if (seen.has(at)) return
    seen.add(at)
    definitionParents(edits, at, node).forEach(visit)
  }
  if (idIn(edits, by) === id) streamParents(by).forEach(visit)
  else visit(by)
}

function definitionParents(edits: StreamEdits, id: number, node: StreamNode): readonly StreamNode[] {
  const definition = edits.definitions.get(id) ?? node
  return idIn(edits, definition) === id ? streamParents(definition) : [definition]
}

/** The same stream, under that id, made from others. */
export function withParents(node: StreamNode, id: number, parents: readonly StreamNode[]): StreamNode {
  if (node.id === id && streamParents(node).every((parent, i) => parent === parents[i])) return node
  switch (node.kind) {
    case 'input': return node
    case 'derive': case 'window': case 'windowedReduce': case 'state': return Object.freeze({ ...node, id, parent: parents[0]! })
    case 'transform': case 'union': return Object.freeze({ ...node, id, parents })
    default: return node satisfies never
  }
}
