/**
 * What a line means to the graph that runs: a variable was assigned that running functions read (they see it from the next batch on),
 * or a name was declared again (they keep what they have). Cells carry their number in their name, so that a function's own text says
 * which of them it reads; functions of the user's that it calls are read in turn.
 */
import { nameOf } from './keep/kept.js'

type AnyFunction = (...args: never[]) => unknown

/** Cells of earlier lines that a line has changed, and those whose name it has given to new ones. */
export interface Changes { readonly assigned: readonly string[]; readonly shadowed: readonly string[] }

/** A function that runs, and what the user calls the stream that it makes. */
export interface Live { readonly fn: AnyFunction; readonly stream: string }

const CELL = /(?<![\w$])[A-Za-z_$][\w$]*\$\d+(?![\w$])/g

export function liveChanges({ assigned, shadowed }: Changes, running: readonly Live[]): string[] {
  const readers = new Map<string, Set<string>>()
  const read = (cell: string, stream: string): void => { readers.set(cell, (readers.get(cell) ?? new Set()).add(stream)) }
  for (const { fn, stream } of running) {
    for (const cell of cellsOf(fn)) read(cell, stream)
    for (const cell of shadowed) if (valueOf(cell) === fn) read(cell, stream)
  }
  const tell = (cell: string, text: (name: string, streams: string) => string): string[] => readers.has(cell) ? [text(nameOf(cell), [...readers.get(cell)!].join(', '))] : []
  return [
    ...assigned.flatMap(cell => tell(cell, (name, streams) => `${name} has changed: ${streams} will see it from the next batch`)),
    ...shadowed.flatMap(cell => tell(cell, (name, streams) => `${name} is new; ${streams} runs with the one before: enter its line again and replace(${streams.split(', ')[0]!}), or keep it`)),
  ]
}

/** Without calling a getter. */
const valueOf = (cell: string): unknown => Object.getOwnPropertyDescriptor(globalThis, cell)?.value

function cellsOf(fn: AnyFunction, found = new Set<string>()): Set<string> {
  for (const [cell] of Function.prototype.toString.call(fn).matchAll(CELL)) {
    if (found.has(cell)) continue
    found.add(cell)
    const value = valueOf(cell)
    if (typeof value === 'function') cellsOf(value as AnyFunction, found)
  }
  return found
}
