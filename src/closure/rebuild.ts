/**
 * Makes captured functions and values live again, in the thread that calls it.
 *
 * Everything is made first and filled afterwards, so that cycles close; only what must be there earlier (a superclass, the
 * prototype of an instance, the bytes of a typed array, a computed key) is made on demand. Each call gives fresh copies: two
 * tasks do not see each other's assignments. Classes alone are kept by their id, so that rows keep their class.
 */
import { createRequire } from 'node:module'
import { Broadcast } from '../core/broadcast.js'
import { followPath, isOwn, registeredModule, registerModule, type ModuleExport } from '../core/modules.js'
import { isRef, type Entry, type Portable, type Property, type Slot } from './portable.js'
import './own-modules.js'
import { rebuildFunction, fillFunction, type Rebuilt } from './rebuild-function.js'
import { kindNamed } from './values.js'

export interface RebuildHost {
  /** The namespace of a module that has been imported: all of portable.modules. */
  module(url: string): object
  /** The value behind sc.broadcast; asked for when a function first reads it. */
  broadcast(id: number): unknown
  /** The task's own accumulator. */
  accumulator(id: number): object
}

/** The functions of capture(refs), in the same order. */
export const rebuild = (portable: Portable, host: RebuildHost): Function[] => rebuildRoots(portable, host) as Function[]

/** The value of captureValue(value). */
export const rebuildValue = (portable: Portable, host: RebuildHost): unknown => rebuildRoots(portable, host)[0]

function rebuildRoots(portable: Portable, host: RebuildHost): unknown[] {
  for (const url of portable.modules) if (!registeredModule(url)) registerModule(url, host.module(url))
  const task = new Rebuild(portable, host)
  task.cells.push(...portable.cells.map(task.read))
  portable.entries.forEach((_, i) => task.make(i))
  portable.entries.forEach((_, i) => task.fill(i))
  task.freeze()
  return portable.roots.map(task.read)
}

export class Rebuild {
  readonly #made: unknown[] = []
  readonly #filled: boolean[] = []
  /** Functions with their variables' setters, by entry. */
  readonly functions = new Map<number, Rebuilt>()
  readonly cells: unknown[] = []

  constructor(readonly portable: Portable, readonly host: RebuildHost) {}

  readonly read = (slot: Slot): unknown => {
    if (typeof slot !== 'object' || slot === null) return slot
    if (isRef(slot)) return this.make(slot.ref)
    return 'bigint' in slot ? BigInt(slot.bigint) : ODD[slot.odd]
  }

  make(index: number): unknown {
    if (!(index in this.#made)) {
      const made = this.#make(this.portable.entries[index]!, index)
      if (!(index in this.#made)) this.#made[index] = made // a superclass may have led back here
    }
    return this.#made[index]
  }

  /** Makes what `slot` refers to and fills it at once, for those who cannot wait. */
  readNow(slot: Slot): unknown {
    const value = this.read(slot)
    if (typeof slot === 'object' && slot !== null && isRef(slot)) this.fill(slot.ref)
    return value
  }

  #make(entry: Entry, index: number): unknown {
    const special = SPECIAL[entry.kind]
    if (special) return special(entry.data as never, this, index)
    if (entry.kind === 'object' && 'proto' in entry) return Object.create(this.read(entry.proto!) as object | null)
    const value = kindNamed(entry.kind)!.make(entry.data as never, this.read)
    return 'proto' in entry ? Object.setPrototypeOf(value, this.read(entry.proto!) as object | null) : value
  }

  fill(index: number): void {
    if (this.#filled[index]) return
    this.#filled[index] = true
    const entry = this.portable.entries[index]!
    const value = this.make(index) as object
    if (entry.kind === 'function' && !fillFunction(index, this)) return
    kindNamed(entry.kind)?.fill?.(value as never, entry.data as never, this.read)
    this.define(value, entry.properties)
  }

  define(value: object, properties: readonly Property[] | undefined): void {
    for (const property of properties ?? []) this.#define(value, property)
  }

  #define(on: object, { key, value, get, set, flags }: Property): void {
    const name = typeof key === 'string' ? key : this.read(key) as symbol
    if (flags === undefined && !(name in on)) Reflect.set(on, name, this.read(value!))
    else Object.defineProperty(on, name, {
      enumerable: has(flags, 1), configurable: has(flags, 2),
      ...value === undefined ? { get: this.read(get!), set: this.read(set!) } as PropertyDescriptor : { value: this.read(value), writable: has(flags, 4) },
    })
  }

  freeze(): void {
    this.portable.entries.forEach(({ frozen }, i) => { if (frozen) FREEZE[frozen]!(this.#made[i]) })
  }
}

const has = (flags = 7, flag: number): boolean => (flags & flag) !== 0
const ODD = { undefined, NaN, '-0': -0, Infinity, '-Infinity': -Infinity, hole: undefined } as const
const FREEZE: Readonly<Record<string, (value: unknown) => unknown>> = { frozen: Object.freeze, sealed: Object.seal, closed: Object.preventExtensions }

type Make = (data: never, task: Rebuild, index: number) => unknown

/** Entries that are not copied values but names of something that the executor has, or code. */
const SPECIAL: Readonly<Record<string, Make>> = {
  function: (_data, task, index) => rebuildFunction(index, task),
  export: ({ url, path }: ModuleExport, { host }) => followPath(isOwn(url) ? registeredModule(url) : host.module(url), path),
  global: (path: readonly string[]) => followPath(globalThis, path),
  prototype: (type: Slot, task) => (task.read(type) as Function).prototype,
  symbol: (data: { registered?: string; wellKnown?: string }) => data.registered === undefined ? Reflect.get(Symbol, data.wellKnown!) as symbol : Symbol.for(data.registered),
  require: (base: string) => createRequire(base),
  broadcast: (id: number, { host }) => new Broadcast(id, () => host.broadcast(id)),
  accumulator: (id: number, { host }) => host.accumulator(id),
}
