/** One task over text, done by its rule and the plain way: whether there is a rule, whether it stepped aside, and what both give. */
import { capture } from '#src/closure/capture.js'
import { toFailure } from '#src/engine/task/failure.js'
import type { Fn } from '#src/engine/task/fuse.js'
import { decodeRows } from '#src/engine/task/row-codec.js'
import { ruleFor, tellRule } from '#src/engine/task/rules/rules.js'
import { runTask } from '#src/engine/task/run.js'
import type { Ending, MemoryShare, Piece, Step, Task, TaskOutput } from '#src/engine/task/task.js'
import { fnRef, type AnyFunction, type FnRef } from '#src/plan/fn-ref.js'
import { itself } from '#src/operators/shuffle.js'

export type StepOf = readonly [op: Step['op'], f: AnyFunction]
export interface Asked { readonly steps: readonly StepOf[]; readonly merge?: AnyFunction; readonly create?: AnyFunction; readonly leaves: readonly Piece[]; readonly share?: MemoryShare; readonly ending?: Ending }
export interface Answer {
  /** What the rule says of itself; undefined where none was found. */
  readonly rule: string | undefined
  /** Why the plain way had to do the task after all. */
  readonly aside?: string
  readonly ruled: unknown
  readonly plain: unknown
}

const at = { operator: 'a test', site: undefined }

export function leafOf(bytes: Uint8Array | string): Piece {
  const from = Buffer.from(bytes as string)
  const buffer = new SharedArrayBuffer(from.length)
  Buffer.from(buffer).set(from)
  return { kind: 'lines', buffer, byteLength: from.length }
}

/** Buckets of rows, a count, or how it failed. */
export function ask(asked: Asked): Answer {
  const { task, refs } = taskOf(asked)
  const { share } = asked
  const rule = ruleFor(task, refs, capture(refs))
  const fns = refs.map(({ fn }) => fn as Fn)
  const plain = outcome(task, fns, share)
  let aside: string | undefined
  const ruled = outcome({ ...task, rule }, fns, share, why => { aside = why instanceof Error ? why.message : 'a function failed' })
  return { rule: rule && tellRule(rule), ...aside !== undefined && { aside }, ruled, plain }
}

function taskOf({ steps, merge, create = itself, leaves, ending }: Asked): { task: Task; refs: FnRef[] } {
  const refs = [...steps.map(([op, f]) => fnRef(f, op)), ...merge ? [fnRef(create, 'reduceByKey'), fnRef(merge, 'reduceByKey')] : []]
  const many = leaves.length === 1 ? [] : [{ kind: 'concat', inputs: leaves.map((_, i) => i + 1 + (steps.length > 0 ? 1 : 0)) } as const]
  const chain: Piece[] = steps.length === 0 ? [] : [{ kind: 'chain', input: 1, steps: steps.map(([op], fn) => ({ op, fn, at, index: 0 })) }]
  const exchange: Ending = { kind: 'exchange', placement: { kind: 'hash', numPartitions: 3 }, combine: { from: 'values', create: steps.length, mergeValue: steps.length + 1 } }
  return { task: { at, pieces: [...chain, ...many, ...leaves], ending: ending ?? (merge ? exchange : { kind: 'count' }) }, refs }
}

function outcome(task: Task, fns: readonly Fn[], share: MemoryShare | undefined, aside?: (why: unknown) => void): unknown {
  try {
    const output = runTask(task, { fns, nameClass: type => type.name, ...share && { share }, ...aside && { aside } }) as TaskOutput
    return output.kind === 'value' ? output.value : output.blocks.map(decodeRows)
  } catch (error) {
    const { record, error: text, at: { operator } } = toFailure(error, at)
    return { record, text, operator }
  }
}
