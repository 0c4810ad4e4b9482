/** What a foreign program has declared, where a place in it stands, and what its contexts are called here. */
import type { Expression, Statement } from './syntax.js'

export interface Names {
  /** Declared around here. */
  readonly known: ReadonlySet<string>
  /** Of them, lists: `fields(0)` is a place in one. */
  readonly lists: ReadonlySet<string>
  /** Of them, parameters. */
  readonly params: ReadonlySet<string>
  /** Within a function that may wait for jobs. */
  readonly waits: boolean
  /** Within a function whose parameters have no types: functions there get none from what they are given to. */
  readonly untyped: boolean
}

export const NO_NAMES: Names = { known: new Set(), lists: new Set(), params: new Set(), waits: false, untyped: false }

export function within(names: Names, more: { known?: readonly string[]; lists?: readonly string[]; params?: readonly string[]; waits?: boolean; untyped?: boolean }): Names {
  return {
    known: new Set([...names.known, ...more.known ?? [], ...more.params ?? []]), lists: new Set([...names.lists, ...more.lists ?? []]),
    params: new Set([...names.params, ...more.params ?? []]), waits: more.waits ?? names.waits, untyped: more.untyped ?? names.untyped,
  }
}

/** Names that a block declares, whole: a function may use what is declared after it. */
export function declaredBy(statements: readonly Statement[]): { known: string[]; lists: string[] } {
  const known = statements.flatMap(each => each.kind === 'declare' ? each.names : each.kind === 'function' ? [each.name] : each.kind === 'for' ? [each.name] : [])
  const lists = statements.flatMap(each => each.kind === 'declare' && isList(each.value, each.type) ? each.names : [])
  return { known, lists }
}

const LISTING = new Set(['split', 'collect', 'take', 'toList', 'toArray', 'top', 'takeOrdered'])

function isList(value: Expression, type: string | undefined): boolean {
  if (type?.endsWith('[]') || (value.kind === 'list' && !value.isTuple)) return true
  const called = value.kind === 'call' ? value.callee : value
  return called.kind === 'member' && LISTING.has(called.name)
}

/** Calls `visit` for every statement and expression. */
export function walk(statements: readonly Statement[], visit: (node: Statement | Expression) => void): void {
  const look = (value: unknown): void => {
    if (Array.isArray(value)) { for (const each of value) look(each); return }
    if (typeof value !== 'object' || value === null) return
    if ('kind' in value) visit(value as Statement)
    Object.values(value).forEach(look)
  }
  look(statements)
}

/** Names that are assigned after they were declared. */
export function assignedIn(statements: readonly Statement[]): Set<string> {
  const found = new Set<string>()
  walk(statements, node => { if (node.kind === 'assign' && node.target.kind === 'name') found.add(node.target.name); if (node.kind === 'assign' && node.target.kind === 'list') for (const item of node.target.items) if (item.kind === 'name') found.add(item.name) })
  return found
}

/** Functions that are given to a method by name. */
export function givenTo(method: string, statements: readonly Statement[]): Set<string> {
  const found = new Set<string>()
  walk(statements, node => { if (node.kind === 'call' && node.callee.kind === 'member' && node.callee.name === method && node.args[0]?.kind === 'name') found.add(node.args[0].name) })
  return found
}
