/** Joins of two or more keyed RDDs: cogroup, then a pairing of the values of each key. */
import type { PartitionerPlan } from '../plan/partitioner.js'
import { makeNode, type CogroupNode, type RddNode } from '../plan/rdd-plan.js'
import { flatMapValues, helper, type Call } from './narrow.js'

/** [key, [values of parent 0, values of parent 1, …]] */
export const cogroup = (call: Call, parents: readonly RddNode[], partitioner: PartitionerPlan): RddNode =>
  makeNode<CogroupNode>({ kind: 'cogroup', parents, partitioner, numPartitions: partitioner.numPartitions, operator: call.operator, site: call.site })

export type JoinKind = 'join' | 'leftOuterJoin' | 'rightOuterJoin' | 'fullOuterJoin'

/** An absent side is undefined, Scala's None. */
export const join = (call: Call, kind: JoinKind, left: RddNode, right: RddNode, partitioner: PartitionerPlan): RddNode =>
  flatMapValues(helper(call, PAIRINGS[kind]))(cogroup(call, [left, right], partitioner))

type Groups = [unknown[], unknown[]]
const NONE = [undefined]

const inner = ([left, right]: Groups): [unknown, unknown][] => product(left, right)
const leftOuter = ([left, right]: Groups): [unknown, unknown][] => product(left, right.length ? right : NONE)
const rightOuter = ([left, right]: Groups): [unknown, unknown][] => product(left.length ? left : NONE, right)
const fullOuter = ([left, right]: Groups): [unknown, unknown][] => product(left.length ? left : NONE, right.length ? right : NONE)

const PAIRINGS = { join: inner, leftOuterJoin: leftOuter, rightOuterJoin: rightOuter, fullOuterJoin: fullOuter }

function product(left: unknown[], right: unknown[]): [unknown, unknown][] {
  const pairs: [unknown, unknown][] = []
  for (const a of left) for (const b of right) pairs.push([a, b])
  return pairs
}
