/**
 * Variables that several captured functions see and at least one assigns: `let n = 0; const next = () => ++n`. They become
 * cells, one per variable, so that the rebuilt functions share it as the originals do (within their task).
 *
 * Two functions share a module's variable when they stand in the same script. For other scopes V8 tells no identity: scopes
 * are taken for one when they look alike in every name and value; two closures of the very same text, made by two calls, have
 * one each.
 */
import type { FunctionFacts } from './function-facts.js'
import type { Scope } from './inspector.js'
import type { Entry, FunctionData, Slot } from './portable.js'
import type { Variable } from './variables.js'

/** A captured function with what it was captured from. */
export interface Use {
  readonly entry: number
  readonly facts: FunctionFacts
  readonly variables: readonly Variable[]
  readonly scopes: readonly Scope[]
}

export function shareCells(entries: readonly Entry[], uses: readonly Use[]): { entries: readonly Entry[]; cells: readonly Slot[] } {
  const assigned = new Set(uses.flatMap(({ facts, variables }) => variables.map(({ name }) => name).filter(name => facts.syntax.assigned.has(name))))
  if (assigned.size === 0) return { entries, cells: [] }
  const groups = [...groupByVariable(uses, assigned)].filter(group => group.length > 1 && group.some(({ use, name }) => use.facts.syntax.assigned.has(name)))
  const shared = [...entries]
  for (const [cell, group] of groups.entries())
    for (const { use, name } of group) shared[use.entry] = withCell(shared[use.entry]!, name, cell)
  return { entries: shared, cells: groups.map(([first]) => slotOf(entries, first!)) }
}

interface Sharer { readonly use: Use; readonly name: string; readonly at: number }

function groupByVariable(uses: readonly Use[], assigned: ReadonlySet<string>): Iterable<Sharer[]> {
  const scopes = new Scopes()
  const groups = new Map<string, Sharer[]>()
  for (const use of uses) {
    for (const [at, { name, depth }] of use.variables.entries()) {
      if (!assigned.has(name)) continue
      const key = `${name} ${scopes.idOf(use, depth)}`
      groups.set(key, [...groups.get(key) ?? [], { use, name, at }])
    }
  }
  return groups.values()
}

/** Numbers scopes, alike ones alike. */
class Scopes {
  readonly #seen: { readonly key: string; readonly values: Scope['values']; readonly texts: Set<string> }[] = []
  readonly #ids = new Map<Use, Map<number, string>>()

  idOf(use: Use, depth: number | undefined): string {
    const scope = depth === undefined ? undefined : use.scopes[depth]
    if (!scope || scope.kind === 'Script') return 'global'
    if (scope.kind === 'Module') return `module ${use.facts.location?.scriptId}`
    const ids = this.#ids.get(use) ?? new Map<number, string>()
    this.#ids.set(use, ids)
    const id = ids.get(depth!) ?? this.#identify(use, scope, depth!)
    ids.set(depth!, id)
    return id
  }

  #identify({ facts: { location, syntax } }: Use, scope: Scope, depth: number): string {
    const key = `${location?.scriptId} ${scope.description}`
    const text = depth === 0 ? `${location?.line}:${location?.column} ${syntax.source}` : undefined
    const index = this.#seen.findIndex(seen => seen.key === key && !(text && seen.texts.has(text)) && alike(seen.values, scope.values))
    const found = this.#seen[index] ?? { key, values: scope.values, texts: new Set<string>() }
    if (text) found.texts.add(text)
    return String(index >= 0 ? index : this.#seen.push(found) - 1)
  }
}

function alike(a: Scope['values'], b: Scope['values']): boolean {
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every(name => name in b && Object.is(peek(a, name), peek(b, name)))
}

function peek(values: Scope['values'], name: string): unknown {
  try { return values[name] } catch { return alike } // not initialised: any one value that is no user's
}

const dataOf = (entry: Entry): FunctionData => entry.data as FunctionData
const slotOf = (entries: readonly Entry[], { use, at }: Sharer): Slot => dataOf(entries[use.entry]!).variables[at]!
const withCell = (entry: Entry, name: string, cell: number): Entry => ({ ...entry, data: { ...dataOf(entry), shared: { ...dataOf(entry).shared, [name]: cell } } })
