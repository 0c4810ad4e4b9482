/**
 * The syntax tree of a captured function beside the values of the variables it captured, for whoever must know what a function does
 * before it runs. Nothing is run here, and nothing is made of the text: trees are kept by source text.
 *
 * A function of the user's modules or of ours travels by name; its variables are those of its module, which nobody can read, so it is
 * only seen where it has none. A built-in (`filter(Boolean)`) has a path instead of a tree.
 */
import type { Function as FunctionNode } from 'acorn'
import type { FnRef } from '../plan/fn-ref.js'
import { sourceText, syntaxOf } from './function-facts.js'
import { isRef, type FunctionData, type Portable, type Slot } from './portable.js'
import { isClass, parse } from './syntax.js'

export type { ArrayPattern, CallExpression, Expression, Function as FunctionNode, MemberExpression, Pattern, SpreadElement, Statement, Super } from 'acorn'

export type Constant = string | number | boolean | bigint | null | undefined

export interface SeenFunction {
  readonly node: FunctionNode
  /** Captured variables that hold a primitive and that nothing assigns. */
  readonly constants: ReadonlyMap<string, Constant>
  /** Its other free names are those of globalThis. */
  readonly globals: ReadonlySet<string>
}
/** As in `Boolean` or `Math.abs`. */
export interface SeenBuiltIn { readonly path: string }
export type Seen = SeenFunction | SeenBuiltIn | undefined

/** What is known of functions that were captured together; `refs` and `portable.roots` are in the same order. */
export const seenFunctions = (refs: readonly FnRef[], portable: Portable): readonly Seen[] => refs.map((ref, i) => seen(ref, portable.roots[i]!, portable))

function seen({ fn }: FnRef, root: Slot, { entries, codes }: Portable): Seen {
  if (typeof root !== 'object' || root === null || !isRef(root)) return undefined
  const entry = entries[root.ref]!
  if (entry.kind === 'global') return { path: (entry.data as readonly string[]).join('.') }
  if (entry.kind === 'export') return ofModule(sourceText(fn))
  if (entry.kind !== 'function') return undefined
  const data = entry.data as FunctionData
  const { source, names } = codes[data.code]!
  return ofSource(source, new Map(names.flatMap((name, i) => constant(name, data.variables[i], data))), names)
}

function constant(name: string, slot: Slot | undefined, { shared = {} }: FunctionData): [string, Constant][] {
  if (slot === undefined || Object.hasOwn(shared, name)) return []
  if (typeof slot !== 'object' || slot === null) return [[name, slot]]
  return 'odd' in slot && slot.odd !== 'hole' ? [[name, ODD[slot.odd]]] : []
}

const ODD = { undefined, NaN, '-0': -0, Infinity, '-Infinity': -Infinity }


function ofSource(source: string, constants: ReadonlyMap<string, Constant>, captured: readonly string[]): SeenFunction | undefined {
  const node = treeOf(source)
  return node && { node, constants, globals: new Set(syntaxOf(source).names.filter(name => !captured.includes(name))) }
}

function ofModule(source: string): SeenFunction | undefined {
  const node = treeOf(source)
  return node && syntaxOf(source).names.length === 0 ? { node, constants: new Map(), globals: new Set() } : undefined
}

const trees = new Map<string, FunctionNode | undefined>()
const TREES_KEPT = 2000

function treeOf(source: string): FunctionNode | undefined {
  if (trees.has(source)) return trees.get(source)
  if (trees.size >= TREES_KEPT) trees.delete(trees.keys().next().value!)
  const tree = read(source)
  trees.set(source, tree)
  return tree
}

/** A plain function: no class, no generator, nothing that waits. */
function read(source: string): FunctionNode | undefined {
  try {
    const { node } = parse(source)
    return isClass(node) || node.async || node.generator ? undefined : node
  } catch { return undefined }
}
