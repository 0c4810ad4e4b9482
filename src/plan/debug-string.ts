/**
 * An RDD and its lineage in the words of Spark's toDebugString: one line per RDD, `+-` and deeper where a shuffle lies between,
 * so that stages can be counted. What persist() keeps says so in its brackets, as in Spark; it is no line of its own.
 */
import { showSite } from '../core/call-site.js'
import { StorageLevel } from '../core/storage-level.js'
import { samePartitioning } from './partitioner.js'
import { parentsOf, type RddNode } from './rdd-plan.js'

// A lineage that joins itself again and again doubles with each step.
const MOST_LINES = 1000

const names = new WeakMap<RddNode, string>()
export const setRddName = (node: RddNode, name: string): void => { names.set(node, name) }
export const rddName = (node: RddNode): string | undefined => names.get(node)

interface Visit { readonly node: RddNode; readonly prefix: string; readonly shuffled: boolean; readonly last: boolean }

export function debugString(root: RddNode): string {
  const count = `(${root.numPartitions})`
  const lines = [`${count} ${described(root)}`]
  const stack = visits(root, under('', '', count))
  for (let top = stack.pop(); top; top = stack.pop()) {
    if (lines.length === MOST_LINES) return [...lines, '…'].join('\n')
    const [line, prefix] = lineOf(top)
    lines.push(line)
    stack.push(...visits(top.node, prefix))
  }
  return lines.join('\n')
}

/** `MapPartitionsRDD[1] at map at <repl>:3`, after its name if it has one. */
export function rddTitle(node: RddNode): string {
  const { made, name } = seen(node)
  return `${name === undefined ? '' : `${name} `}${className(made)}[${made.id}] at ${made.operator} at ${showSite(made.site)}`
}

/** An RDD that must wait for a shuffle of this parent, unless keys lie where they should already. */
export function isShuffled(node: RddNode, parent: RddNode): boolean {
  return (node.kind === 'shuffle' || node.kind === 'cogroup') && !samePartitioning(parent.partitioner, node.partitioner)
}

function lineOf({ node, prefix, shuffled, last }: Visit): [line: string, prefix: string] {
  if (!shuffled) return [`${prefix}${described(node)}`, prefix]
  const count = `(${node.numPartitions})`
  const here = prefix.replace(/\|\s+$/, '')
  return [`${here}+-${count} ${described(node)}`, under(here, last ? '  ' : '| ', count)]
}

/** The bar stands under the middle of `(n)`. */
function under(prefix: string, gap: string, count: string): string {
  const left = (count.length - 1) >> 1
  return `${prefix}${gap}${' '.repeat(left)}|${' '.repeat(count.length - left)}`
}

/** Parents, last first: what is pushed last is visited first. */
function visits(node: RddNode, prefix: string): Visit[] {
  const { made } = seen(node)
  const parents = parentsOf(made)
  return parents.map((parent, i) => ({ node: parent, prefix, shuffled: isShuffled(made, parent), last: i === parents.length - 1 })).reverse()
}

const described = (node: RddNode): string => `${rddTitle(node)} [${storage(seen(node).level)}]`

/** Through what persists it to the RDD itself; the outermost name and level hold. */
function seen(node: RddNode): { made: RddNode; level: StorageLevel; name: string | undefined } {
  let [made, level, name] = [node, StorageLevel.NONE, names.get(node)]
  while (made.kind === 'persist') {
    if (level === StorageLevel.NONE) level = made.level
    made = made.parent
    name ??= names.get(made)
  }
  return { made, level, name }
}

function storage({ useDisk, useMemory, deserialized }: StorageLevel): string {
  if (!useDisk && !useMemory) return ''
  return `${useDisk ? 'Disk ' : ''}${useMemory ? 'Memory ' : ''}${deserialized ? 'Deserialized' : 'Serialized'} 1x Replicated`
}

/** What Spark calls an RDD of that kind. */
function className(node: RddNode): string {
  switch (node.kind) {
    case 'collection': return node.numPartitions === 0 ? 'EmptyRDD' : 'ParallelCollectionRDD'
    case 'files': return node.format === 'whole' ? 'WholeTextFileRDD' : 'HadoopRDD'
    case 'blocks': return 'BlockRDD'
    case 'narrow': return 'MapPartitionsRDD'
    case 'shuffle': return isShuffled(node, node.parent) ? 'ShuffledRDD' : 'MapPartitionsRDD'
    case 'union': return node.aligned ? 'PartitionerAwareUnionRDD' : 'UnionRDD'
    case 'cogroup': return 'CoGroupedRDD'
    case 'zip': return node.operator === 'cartesian' ? 'CartesianRDD' : `ZippedPartitionsRDD${node.parents.length}`
    case 'coalesce': return 'CoalescedRDD'
    case 'persist': return className(node.parent)
    default: return node satisfies never
  }
}
