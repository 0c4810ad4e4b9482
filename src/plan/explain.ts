/** Plans as text: the lineage of an RDD and the chain of a stream, as bare values at the prompt and debug strings show them. */
import { showSite } from '../core/call-site.js'
import { parentsOf, type RddNode } from './rdd-plan.js'
import { streamParents, type StreamNode } from './stream-plan.js'

// Enough to read; a state stream's lineage can be long.
const MOST_LINES = 30

/** `(2) map at <repl>:3` and, indented below, what it is made from; branches are indented once more. */
export function lineage(root: RddNode): string[] {
  const lines: string[] = []
  const stack: [RddNode, number][] = [[root, 0]]
  for (let top = stack.pop(); top; top = stack.pop()) {
    const [node, depth] = top
    if (lines.length === MOST_LINES) return [...lines, '…']
    lines.push(`${'  '.repeat(depth)}(${node.numPartitions}) ${node.operator} at ${showSite(node.site)}`)
    const parents = parentsOf(node)
    for (const parent of [...parents].reverse()) stack.push([parent, depth + (parents.length > 1 ? 1 : 0)])
  }
  return lines
}

/** `socketTextStream → flatMap → map → reduceByKey`; a joint is written with its other inputs in parentheses. */
export function chainOf(node: StreamNode): string {
  const [parent, ...others] = streamParents(node)
  const name = node.kind === 'input' ? `${node.operator}(${node.source.name})` : node.operator
  const step = others.length ? `${name}(${others.map(chainOf).join(', ')})` : name
  return parent ? `${chainOf(parent)} → ${step}` : step
}
