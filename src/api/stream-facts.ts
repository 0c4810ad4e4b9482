/** What is known of a stream without running anything: its operators, what is persisted and for how long it is remembered, which rules stand for its functions. */
import { showSite, type CallSite } from '../core/call-site.js'
import { makeStreamNode, streamParents, type OutputNode, type StreamNode, type StreamPlan } from '../plan/stream-plan.js'
import type { RddNode } from '../plan/rdd-plan.js'
import { probesOf } from '../streaming/rehearsal.js'
import { graphOf } from '../streaming/stream-graph.js'
import { shortly } from './batch-duration.js'
import { Duration } from '../core/time.js'
import type { SparkContext } from './spark-context.js'
import { chainTo } from './sight.js'

export const explainedStreams = ({ operator, site }: { readonly operator: string; readonly site: CallSite | undefined }): { readonly operator: string; readonly site: string } => ({ operator, site: site ? showSite(site) : '' })

/** A line per stream, parents first; then the rules, as rdd.explain() tells them. */
export function explainStream(stream: StreamNode, plan: StreamPlan, nameOf: (node: StreamNode) => string | undefined, sc: SparkContext, lastInput: (input: StreamNode) => RddNode | undefined): string {
  const output = makeStreamNode<OutputNode>({ operator: 'explain', site: undefined, parent: stream, run: () => {} })
  const { levels, rememberMs } = graphOf({ ...plan, outputs: [...plan.outputs, output] })
  const all = allTo(stream)
  const lines = all.map((node, i) => {
    const name = nameOf(node)
    const others = streamParents(node).map(parent => all.indexOf(parent)).filter(at => at !== i - 1)
    const facts = [
      ...node.site ? [`at ${showSite(node.site)}`] : [],
      ...others.length > 0 ? [`of ${streamParents(node).map(parent => all.indexOf(parent) + 1).join(' and ')}`] : [],
      ...node.kind === 'window' || node.kind === 'windowedReduce' ? [`window of ${shortly(node.windowDuration)} every ${shortly(node.slideDuration)}`] : [],
      ...node.kind === 'state' ? ['state'] : [],
      ...levels.has(node.id) ? [`persisted: ${levels.get(node.id)!.name}`] : [],
      ...keepsMs(node, rememberMs) ? [`remembered for ${shortly(new Duration(rememberMs.get(node.id)!))}`] : [],
    ]
    return `${i + 1} ${node.operator}${name && name !== node.operator ? ` ${name}` : ''}${facts.length ? `: ${facts.join(', ')}` : ''}`
  })
  const rules = probesOf([output], undefined, lastInput).flatMap(rdd => sc.rules(rdd))
  return [...lines, ...rules.map(rule => `rule of ${rule}`)].join('\n')
}

const keepsMs = (node: StreamNode, rememberMs: ReadonlyMap<number, number>): boolean => rememberMs.get(node.id)! > node.slideDuration.milliseconds

/** Also what operators made for their own use. */
function allTo(stream: StreamNode): StreamNode[] {
  const found: StreamNode[] = []
  const visit = (node: StreamNode): void => {
    if (found.includes(node)) return
    streamParents(node).forEach(visit)
    found.push(node)
  }
  chainTo([stream]).forEach(visit)
  return found
}
