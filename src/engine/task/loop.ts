/**
 * Loops made for one chain each: a loop that all chains share calls its functions through one place, where V8 sees all of them and
 * inlines none. A loop of its own has one call per step, to the function that stands there, and becomes what one would write
 * by hand (docs/decisions/0013).
 *
 * The text comes from loop-text.ts. Loops are kept by the steps and by their functions' texts: a function is rebuilt for each task, but
 * V8 knows it by its code, and the next task begins with the machine code of the one before.
 */
import type { Fn } from './fuse.js'
import { loopHelp } from './loop-help.js'
import { loopParameters, loopText, NONE, NUMBER, OTHER, type EndingKind, type LeafKind, type LoopOp } from './loop-text.js'
import type { CountedRun, Run } from './source.js'
import type { At, Step } from './task.js'

/** What becomes of the rows that leave the last step. `state` is what the ending's text reads and writes (loop-text.ts). */
export interface LoopEnding { readonly kind: EndingKind; readonly state: object; readonly fn?: Fn; readonly create?: Fn; readonly at?: At }

type Loop<L extends LeafKind> = L extends 'rows' ? Run : CountedRun
type Make = (...parameters: unknown[]) => unknown

const made = new Map<string, Make>()
const MOST_MADE = 500

export function loopOf<L extends LeafKind>(leaf: L, steps: readonly Step[], fns: readonly Fn[], { kind, state, fn, create, at }: LoopEnding): Loop<L> {
  const make = makeOf(leaf, steps.map(({ op }) => op as LoopOp), kind, [...steps.map(step => fns[step.fn]), fn, create])
  return make(...steps.flatMap(step => [fns[step.fn], step.at]), loopHelp, state, fn, create, at) as Loop<L>
}

function makeOf(leaf: LeafKind, ops: readonly LoopOp[], ending: EndingKind, fns: readonly (Fn | undefined)[]): Make {
  const key = [leaf, ops.join(), ending, ...fns.map(textOf)].join('\0')
  const known = made.get(key)
  if (known) return known
  const make = new Function(...loopParameters(ops), loopText(leaf, ops, ending)) as Make
  if (made.size >= MOST_MADE) made.delete(made.keys().next().value!)
  made.set(key, make)
  return make
}

const textOf = (fn: Fn | undefined): string => fn ? Function.prototype.toString.call(fn) : ''

/** The state of the endings that count and fold. */
export class Count { count = 0 }

export class Fold {
  number = 0
  other: unknown = undefined
  kind: number = NONE

  /** Begun with `zero`, or with the first row. */
  constructor(...zero: unknown[]) {
    if (zero.length === 0) return
    if (typeof zero[0] === 'number') [this.number, this.kind] = [zero[0], NUMBER]
    else [this.other, this.kind] = [zero[0], OTHER]
  }

  /** No value, or the one that is left. */
  get rows(): unknown[] { return this.kind === NONE ? [] : [this.kind === NUMBER ? this.number : this.other] }
}
