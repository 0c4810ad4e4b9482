/** RDDs as sets of rows or of keys: what both have, what only the first has. Rows are compared as keys are. */
import type { PartitionerPlan } from '../plan/partitioner.js'
import type { RddNode } from '../plan/rdd-plan.js'
import { cogroup } from './join.js'
import { chain, filter, flatMapValues, helper, map, type Call } from './narrow.js'
import { keyOf, withNull } from './shuffle.js'

type Groups = [unknown[], unknown[]]

/** Rows that both have, each once. */
export function intersection(call: Call, left: RddNode, right: RddNode, partitioner: PartitionerPlan): RddNode {
  const both = filter(helper(call, ([, [a, b]]: [unknown, Groups]) => a.length > 0 && b.length > 0))
  return chain(both, map(helper(call, keyOf)))(cogroup(call, [keyed(call, left), keyed(call, right)], partitioner))
}

/** Pairs of the first whose key the second has not; of equal pairs, all. */
export const subtractByKey = (call: Call, left: RddNode, right: RddNode, partitioner: PartitionerPlan): RddNode =>
  flatMapValues(helper(call, ([a, b]: Groups) => b.length > 0 ? [] : a))(cogroup(call, [left, right], partitioner))

/** Rows of the first that the second has not; of equal rows, all. */
export const subtract = (call: Call, left: RddNode, right: RddNode, partitioner: PartitionerPlan): RddNode =>
  map(helper(call, keyOf))(subtractByKey(call, keyed(call, left), keyed(call, right), partitioner))

const keyed = (call: Call, node: RddNode): RddNode => map(helper(call, withNull))(node)
