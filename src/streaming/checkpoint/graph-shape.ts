/**
 * How operators are known again after a restart: by the name that the user gave, else by what they are and their path from the
 * sources. Two that are alike are told apart by the order in which they were made.
 */
import { createHash } from 'node:crypto'
import { showSite } from '../../core/call-site.js'
import { streamParents, type StreamNode, type StreamPlan } from '../../plan/stream-plan.js'
import { looksBack, type StreamGraph } from '../stream-graph.js'
import type { OperatorShape } from './checkpoint.js'

/** By node id. */
export const identitiesOf = (graph: StreamGraph): ReadonlyMap<number, string> => once(identities, graph, identify)

/** Inputs, windows and state: what a checkpoint holds something of. */
export const shapesOf = (graph: StreamGraph): readonly OperatorShape[] => once(shapes, graph, describe)

const identities = new WeakMap<StreamGraph, ReadonlyMap<number, string>>()
const shapes = new WeakMap<StreamGraph, readonly OperatorShape[]>()

function once<T>(known: WeakMap<StreamGraph, T>, graph: StreamGraph, make: (graph: StreamGraph) => T): T {
  const found = known.get(graph) ?? make(graph)
  known.set(graph, found)
  return found
}

function identify({ nodes, plan }: StreamGraph): ReadonlyMap<number, string> {
  const names = namesOf(nodes, plan)
  const paths = new Map<number, string>()
  for (const node of nodes) paths.set(node.id, names.get(node.id) ?? pathOf(node, paths)) // parents come first
  return distinct(paths)
}

/** What the user named; where one call makes several nodes (state, and what is shown of it), all of them. */
function namesOf(nodes: readonly StreamNode[], { settings }: StreamPlan): ReadonlyMap<number, string> {
  const names = new Map<number, string>()
  for (const node of [...nodes].reverse()) { // children come first
    const name = settings.get(node.id)?.name ?? names.get(node.id)
    if (name === undefined) continue
    names.set(node.id, name)
    for (const parent of streamParents(node)) if (isOfSameCall(parent, node) && !names.has(parent.id)) names.set(parent.id, name)
  }
  return names
}

const isOfSameCall = (a: StreamNode, b: StreamNode): boolean =>
  a.kind !== 'input' && a.operator === b.operator && a.site !== undefined && showSite(a.site) === showSite(b.site) && a.site.column === b.site?.column

/** Rows are of use only to the same operator: `state mapWithState`. */
export const kindOf = ({ kind, operator }: StreamNode): string => `${kind} ${operator}`

function describe(graph: StreamGraph): OperatorShape[] {
  const identities = identitiesOf(graph)
  return graph.nodes.filter(node => node.kind === 'input' || looksBack(node)).map(node => ({
    identity: identities.get(node.id)!,
    kind: kindOf(node),
    functions: functionsOf(node),
    windowMs: 'windowDuration' in node ? node.windowDuration.milliseconds : 0,
    slideMs: node.slideDuration.milliseconds,
  }))
}

/** A directory's name for an identity: some of its letters for people, and a hash. */
export function slugOf(identity: string): string {
  const last = identity.split('/').at(-1)!.replace(/[^A-Za-z0-9]+/g, '-').slice(0, 40)
  return `${last}-${hash(identity)}`
}

/** Whether a name is one of these: others' files in the same directory are left alone. */
export const isSlug = (name: string): boolean => /-[0-9a-f]{16}$/.test(name)

function pathOf(node: StreamNode, paths: ReadonlyMap<number, string>): string {
  if (node.kind === 'input') return `${node.operator}(${node.source.name})`
  const [first, ...others] = streamParents(node).map(parent => shortened(paths.get(parent.id)!))
  return others.length > 0 ? `${first}/${node.operator}(${others.join(', ')})` : `${first}/${node.operator}`
}

// A stream that is joined with itself again and again doubles with each step.
const MOST_CHARACTERS = 300
const shortened = (path: string): string => path.length > MOST_CHARACTERS ? `…${hash(path)}` : path

function distinct(paths: ReadonlyMap<number, string>): Map<number, string> {
  const seen = new Map<string, number>()
  return new Map([...paths].sort(([a], [b]) => a - b).map(([id, path]) => {
    const count = (seen.get(path) ?? 0) + 1
    seen.set(path, count)
    return [id, count === 1 ? path : `${path}#${count}`]
  }))
}

function functionsOf(node: StreamNode): string {
  const functions = node.kind === 'state' || node.kind === 'windowedReduce' ? node.functions : []
  return functions.length > 0 ? hash(functions.map(({ fn }) => Function.prototype.toString.call(fn)).join('\n')) : ''
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16)
