/** Whether two streams are certainly the same computation: made by the same calls, with functions of the same text, from the same inputs. */
import { streamParents, type StreamNode } from '../plan/stream-plan.js'
import { streamFunctions } from '../streaming/rehearsal.js'

export const alike = (a: StreamNode, b: StreamNode): boolean => a === b || (sameCalls(a, b) && textsOf(a) === textsOf(b))

function sameCalls(a: StreamNode, b: StreamNode): boolean {
  if (a === b) return true
  if (a.kind === 'input' || a.kind === 'transform' || a.kind !== b.kind || a.operator !== b.operator || !a.slideDuration.equals(b.slideDuration) || windowMs(a) !== windowMs(b)) return false
  const [ofA, ofB] = [streamParents(a), streamParents(b)]
  return ofA.length === ofB.length && ofA.every((parent, i) => sameCalls(parent, ofB[i]!))
}

const windowMs = (node: StreamNode): number => 'windowDuration' in node ? node.windowDuration.milliseconds : 0
const textsOf = (node: StreamNode): string => streamFunctions(node).map(({ fn }) => String(fn)).join('\n')
