/**
 * Fusion: a chain of narrow steps, and the ending where there is one, becomes one loop, so that a record goes through all of them
 * before the next one is touched and nothing is stored between.
 *
 * It takes steps as data and the rebuilt functions; it gives a Source. mapPartitions, glom and fold need the whole partition and so
 * end a fused run. The loop is generated (loop.ts). Law (tested): fusing gives what running step by step gives.
 *
 * After push-based fusion in mostjs/core and Spark's narrow dependencies.
 */
import { Fold, loopOf, type LoopEnding } from './loop.js'
import { partitionwise } from './loop-help.js'
import { deferred, pull, runsOf, toArray, ofArray, type Advance, type Source } from './source.js'
import type { Step } from './task.js'

export type Fn = (...args: unknown[]) => unknown

/** A chain of any length, as a source over `input`. */
export function fuse(input: Source, steps: readonly Step[], fns: readonly Fn[]): Source {
  let source = input
  for (let at = 0, loops = 0; at < steps.length;) {
    const run = fusible(steps, at)
    if (run.length > 0) source = looped(loops++ % MOST_LOOPS === MOST_LOOPS - 1 ? kept(source) : source, run, fns)
    else source = whole(source, steps[at]!, fns)
    at += Math.max(1, run.length)
  }
  return source
}

/** Connects a source with an ending: both are one loop where the source is a chain. */
export function connect(source: Source, ending: LoopEnding): Advance {
  const { input, steps, fns } = source.chain ?? { input: source, steps: [], fns: [] }
  return input.counted ? input.counted(loopOf('counted', steps, fns, ending)) : runsOf(input)(loopOf('rows', steps, fns, ending))
}

export function drainInto<S extends object>(source: Source, ending: LoopEnding & { readonly state: S }): S {
  const advance = connect(source, ending)
  while (advance());
  return ending.state
}

// V8 gives up on long functions; what is longer is several loops, one calling the other.
const MOST_STEPS = 32
// Each of these calls is a stack frame: now and then the rows are kept between, so that 10,000 steps cannot overflow.
const MOST_LOOPS = 8

function fusible(steps: readonly Step[], from: number): readonly Step[] {
  let to = from
  while (to < steps.length && to - from < MOST_STEPS && !WHOLE.has(steps[to]!.op)) to++
  return steps.slice(from, to)
}

const WHOLE: ReadonlySet<Step['op']> = new Set(['mapPartitions', 'glom', 'fold', 'mapAsync'] as const)

const kept = (input: Source): Source => deferred(() => ofArray(toArray(input)))

function looped(input: Source, steps: readonly Step[], fns: readonly Fn[]): Source {
  const source: Source = push => connect(source, { kind: 'push', state: { push } })
  return Object.assign(source, { chain: { input, steps, fns } })
}

function whole(input: Source, step: Step, fns: readonly Fn[]): Source {
  if (step.op === 'glom') return deferred(() => ofArray([toArray(input)]))
  if (step.op === 'fold') return deferred(() => ofArray(folded(input, step, fns)))
  return deferred(() => partitionwise(() => fns[step.fn]!(pull(input), step.index), step))
}

function folded(input: Source, { at, fn, zero = -1 }: Step, fns: readonly Fn[]): unknown[] {
  const state = zero < 0 ? new Fold() : new Fold(fns[zero]!())
  return drainInto(input, { kind: 'fold', state, fn: fns[fn]!, at }).rows
}
