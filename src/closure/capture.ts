/**
 * Turns live functions into data: their source, the variables they captured, and all that hangs on those.
 *
 * Takes the functions of a job; gives a Portable, which rebuild.ts makes live again in an executor. Values are read at each
 * call, so a variable assigned between two batches is seen by the second. What cannot travel is refused here, before the
 * job: by the variable's name, the way to it, and the line. Nothing is ever flattened in silence.
 *
 * The walk is a queue, not a recursion: a linked list of a million nodes is no deeper than a flat one.
 */
import { types } from 'node:util'
import { ACCUMULATOR, BROADCAST } from '../core/brand.js'
import { exportOf, isOwn, settleModules, type ModuleExport } from '../core/modules.js'
import type { FnRef } from '../plan/fn-ref.js'
import { checkAncestry, classOf } from './ancestry.js'
import { shareCells, type Use } from './cells.js'
import { captureFunction } from './capture-function.js'
import { globalPath } from './globals.js'
import { guard } from './guard.js'
import { refuse, Obstacle, type Root, type Step } from './refusal.js'
import './own-modules.js'
import { indexLoadedModules } from './loaded-modules.js'
import type { Code, Entry, Portable, Property, Slot } from './portable.js'
import { kindOf, PLAIN } from './values.js'

/**
 * Captures the functions of a job.
 *
 * @throws CLOSURE_* when something in their reach cannot leave the driver
 * @example
 * const portable = capture([fnRef(x => x > threshold, 'filter')])
 */
export function capture(refs: readonly FnRef[]): Portable {
  return new Capture().run(refs.map(ref => ({ root: { ref }, value: ref.fn })))
}

/** Captures a value: a broadcast, a row, a class. `name` is what errors call it. */
export function captureValue(value: unknown, name: string): Portable {
  return new Capture(true).run([{ root: { name, value }, value }])
}

export class Capture {
  readonly codes: Code[] = []
  readonly codeIndex = new Map<string, number>()
  /** Functions with the scopes that they were captured from; cells.ts finds variables that they share. */
  readonly uses: Use[] = []
  readonly #entries: Entry[] = []
  readonly #index = new Map<unknown, number>()
  readonly #values: unknown[] = []
  /** How each entry was reached; -1 - n for root n. */
  readonly #from: number[] = []
  readonly #how: Step['how'][] = []
  readonly #names: string[] = []
  readonly #modules = new Set<string>()
  readonly #broadcasts = new Set<number>()
  readonly #accumulators = new Set<number>()
  readonly #asked: boolean
  /** The entry at work. */
  at = -1

  constructor(asked = false) { this.#asked = asked }

  run(items: readonly { readonly root: Root; readonly value: unknown }[]): Portable {
    settleModules()
    indexLoadedModules()
    const roots = items.map(({ value }, i) => this.#slotFrom(value, -1 - i, 'part', ''))
    try {
      for (this.at = 0; this.at < this.#values.length; this.at++) this.#entries.push(this.#entry(this.#values[this.at]))
    } catch (error) {
      throw error instanceof Obstacle ? this.#refusal(error, items.map(({ root }) => root)) : error
    }
    const { entries, cells } = shareCells(this.#entries, this.uses)
    return {
      roots, entries, cells, codes: this.codes,
      modules: [...this.#modules], broadcasts: [...this.#broadcasts], accumulators: [...this.#accumulators],
    }
  }

  /** The slot of a value that the entry at work refers to. */
  readonly slot = (value: unknown, how: Step['how'], name: string): Slot => this.#slotFrom(value, this.at, how, name)

  #slotFrom(value: unknown, from: number, how: Step['how'], name: string): Slot {
    switch (typeof value) {
      case 'string': case 'boolean': return value
      case 'number': return Number.isFinite(value) && !Object.is(value, -0) ? value : { odd: Object.is(value, -0) ? '-0' : String(value) as 'NaN' }
      case 'undefined': return { odd: 'undefined' }
      case 'bigint': return { bigint: String(value) }
      default: return value === null ? null : { ref: this.#indexOf(value, from, how, name) }
    }
  }

  #indexOf(value: unknown, from: number, how: Step['how'], name: string): number {
    const known = this.#index.get(value)
    if (known !== undefined) return known
    const index = this.#values.push(value) - 1
    this.#index.set(value, index)
    this.#from.push(from)
    this.#how.push(how)
    this.#names.push(name)
    return index
  }

  #entry(value: unknown): Entry {
    if (typeof value === 'symbol') return symbolEntry(value)
    guard(value as object)
    return this.#byReference(value as object) ?? (typeof value === 'function' ? captureFunction(value, this) : this.#object(value as object))
  }

  #byReference(value: object): Entry | undefined {
    if (this.#isAsked(value)) return undefined
    if ((value as Branded)[BROADCAST]) return this.#branded('broadcast', this.#broadcasts, (value as Branded).id)
    if ((value as Branded)[ACCUMULATOR] && typeof value !== 'function' && !classOf(value)) return this.#branded('accumulator', this.#accumulators, (value as Branded).id)
    const exported = exportOf(value)
    if (exported) return this.#export(exported)
    const whole = types.isModuleNamespaceObject(value) && namespaceOf(value)
    if (whole) return this.#export(whole)
    const path = globalPath(value)
    if (path) return { kind: 'global', data: path }
    const type = classOf(value)
    return type && { kind: 'prototype', data: this.slot(type, 'part', 'its class') }
  }

  /** An accumulator that captureValue was asked for travels itself; everywhere else it is known by its id. */
  #isAsked(value: object): boolean { return this.at === 0 && this.#asked && value === this.#values[0] && ((value as Branded)[ACCUMULATOR] ?? false) }

  #branded(kind: 'broadcast' | 'accumulator', ids: Set<number>, id: number): Entry {
    if (id < 0) throw new Obstacle('CLOSURE_CAPTURES_ACCUMULATOR')
    ids.add(id)
    return { kind, data: id }
  }

  #export(exported: ModuleExport): Entry {
    if (!isOwn(exported.url)) this.#modules.add(exported.url)
    return { kind: 'export', data: exported }
  }

  #object(value: object): Entry {
    const kind = kindOf(value)
    const prototype = Object.getPrototypeOf(value) as object | null
    const base = kind.base(value as never)
    if (prototype !== base) checkAncestry(value, base)
    return {
      kind: kind.kind,
      data: kind.write(value as never, this.slot),
      ...prototype !== base && { proto: this.slot(prototype, 'part', 'its class') },
      ...this.properties(value, kind === PLAIN || !kind.keys ? Reflect.ownKeys(value) : kind.keys(value as never)),
      ...this.frozen(value),
    }
  }

  properties(value: object, keys: readonly PropertyKey[]): Pick<Entry, 'properties'> {
    if (keys.length === 0) return {}
    return { properties: keys.map(key => this.property(key, Object.getOwnPropertyDescriptor(value, key)!)) }
  }

  property(key: PropertyKey, descriptor: PropertyDescriptor): Property {
    const name = String(key)
    const at = typeof key === 'symbol' ? this.slot(key, 'part', 'a key') as { ref: number } : name
    const flags = (descriptor.enumerable ? 1 : 0) | (descriptor.configurable ? 2 : 0) | (descriptor.writable ? 4 : 0)
    if ('value' in descriptor) return { key: at, value: this.slot(descriptor.value, 'property', name), ...flags !== ALL && { flags } }
    return { key: at, get: this.slot(descriptor.get, 'property', name), set: this.slot(descriptor.set, 'property', name), flags }
  }

  frozen(value: object): Pick<Entry, 'frozen'> {
    if (Object.isExtensible(value) || ArrayBuffer.isView(value)) return {}
    return { frozen: Object.isFrozen(value) ? 'frozen' : Object.isSealed(value) ? 'sealed' : 'closed' }
  }

  #refusal(obstacle: Obstacle, roots: readonly Root[]): Error {
    const steps: Step[] = []
    let at = this.at
    for (; this.#from[at]! >= 0; at = this.#from[at]!) steps.unshift({ how: this.#how[at]!, name: this.#names[at]!, value: this.#values[at] })
    return refuse(obstacle, roots[-1 - this.#from[at]!]!, steps)
  }
}

const ALL = 7

/** A namespace that nobody registered: of a module whose default export is known as such. */
function namespaceOf(namespace: object): ModuleExport | undefined {
  if (!Object.hasOwn(namespace, 'default')) return undefined
  const whole = exportOf((namespace as { default: object }).default)
  return whole?.path.join() === 'default' ? { url: whole.url, path: [] } : undefined
}

interface Branded { readonly [BROADCAST]?: true; readonly [ACCUMULATOR]?: true; readonly id: number }

const WELL_KNOWN = new Map(Reflect.ownKeys(Symbol).flatMap((name): [unknown, string][] => {
  const value: unknown = Reflect.get(Symbol, name)
  return typeof value === 'symbol' ? [[value, String(name)]] : []
}))

function symbolEntry(symbol: symbol): Entry {
  const registered = Symbol.keyFor(symbol)
  if (registered !== undefined) return { kind: 'symbol', data: { registered } }
  const wellKnown = WELL_KNOWN.get(symbol)
  if (wellKnown !== undefined) return { kind: 'symbol', data: { wellKnown } }
  throw new Obstacle('CLOSURE_CAPTURES_SYMBOL', { what: String(symbol) })
}
