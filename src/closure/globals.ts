/**
 * What every thread has of its own: the built-ins of JavaScript and Node. They travel by name.
 *
 * A free name that a fresh Node knows stays free; anything else on globalThis (prompt bindings are cells there: `norm$7`) is
 * the user's and is captured by value. Values are found by identity, in an index made at the first question: `Math.max`
 * captured as `max` is the global at ['Math', 'max'].
 */
import { runInNewContext } from 'node:vm'
import { followPath } from '../core/modules.js'
import { isNative, sourceText } from './function-facts.js'

/** Enumerable names that Node adds to globalThis; all its others are accessors or not enumerable. */
const NODE_NAMES = [
  'global', 'globalThis', 'clearImmediate', 'setImmediate', 'clearInterval', 'clearTimeout', 'setInterval', 'setTimeout', 'queueMicrotask',
  'structuredClone', 'atob', 'btoa', 'performance', 'fetch', 'navigator', 'crypto',
]
const ours = new Set<string>([...NODE_NAMES, ...runInNewContext('Object.getOwnPropertyNames(globalThis)') as string[]])

/** What the prompt calls its cells; they are not enumerable, so that listing globalThis shows no machinery. */
const CELL = /\$\d+$/

/** Cells of the prompt are hidden from listings, and those of the prelude may be getters. */
const isCell = (name: string): boolean => CELL.test(name)

/** Whether `name` on globalThis is something that the user (or the prompt, for them) put there. */
export function isUserGlobal(name: string): boolean {
  const property = Object.getOwnPropertyDescriptor(globalThis, name)
  if (!property || ours.has(name)) return false
  return isCell(name) || ('value' in property && property.enumerable === true)
}

let globals: WeakMap<object, readonly string[]> | undefined

/** Where a built-in is found from globalThis. */
export function globalPath(value: object): readonly string[] | undefined {
  const path = (globals ??= indexGlobals()).get(value)
  return path && followPath(globalThis, path) === value ? path : undefined
}

function indexGlobals(): WeakMap<object, readonly string[]> {
  const index = new WeakMap<object, readonly string[]>([[globalThis, []]])
  for (const [name, value] of dataMembers(globalThis)) {
    if (isUserGlobal(name) || value === globalThis) continue
    note(index, value, [name])
    for (const [member, inner] of dataMembers(value)) {
      if (!isBuiltIn(inner)) continue
      note(index, inner, [name, member])
      if (member === 'prototype' || name === 'Intl' || name === 'WebAssembly')
        for (const [deep, innermost] of dataMembers(inner)) if (deep !== 'constructor' && isBuiltIn(innermost)) note(index, innermost, [name, member, deep])
    }
  }
  return index
}

function note(index: WeakMap<object, readonly string[]>, value: object, path: readonly string[]): void {
  if (!index.has(value)) index.set(value, path)
}

/** Members that are objects and need no getter to be read. */
function dataMembers(of: object): [string, object][] {
  return Object.entries(Object.getOwnPropertyDescriptors(of))
    .flatMap(([name, { value }]): [string, object][] => typeof value === 'function' || (typeof value === 'object' && value !== null) ? [[name, value]] : [])
}

/** A user's function put on String.prototype is not: executors do not have it. */
const isBuiltIn = (value: object): boolean => typeof value !== 'function' || isNative(sourceText(value))
