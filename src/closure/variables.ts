/**
 * The values of a function's free names, as they are now: from its scopes, innermost first, or from what the user put on
 * globalThis. What is found in neither is one of the thread's own names and stays free.
 */
import { isUserGlobal } from './globals.js'
import type { Scope } from './inspector.js'

export interface Variable {
  readonly name: string
  readonly value: unknown
  /** Index into the function's scopes; undefined for a property of globalThis. */
  readonly depth: number | undefined
}

export function variablesOf(names: readonly string[], scopes: readonly Scope[]): Variable[] {
  return names.flatMap(name => find(name, scopes) ?? [])
}

function find(name: string, scopes: readonly Scope[]): Variable | undefined {
  const depth = scopes.findIndex(({ kind, values }) => kind !== 'Global' && name in values)
  if (depth >= 0) return read(name, scopes[depth]!, depth)
  return isUserGlobal(name) ? { name, value: (globalThis as Record<string, unknown>)[name], depth: undefined } : undefined
}

// A variable whose declaration has not run yet throws in Node 22 and later (it reads as undefined in 20): left free, it
// throws a ReferenceError in the executor too.
function read(name: string, { values }: Scope, depth: number): Variable | undefined {
  try { return { name, value: values[name], depth } } catch { return undefined }
}
