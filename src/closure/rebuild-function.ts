/**
 * One function or class from its code: made with its eager variables only, given all of them once everything is there.
 *
 * A class that this thread knows by its id is not made again; it takes the variables and statics of the new capture.
 */
import { classById, registerClass } from '../core/classes.js'
import { factoryOf, type Made } from './factory.js'
import type { FunctionData } from './portable.js'
import type { Rebuild } from './rebuild.js'

/** Without `set` it is the very class of this thread, which needs nothing. */
export interface Rebuilt { readonly fn: Function; readonly set?: Made['set']; readonly link?: Link }

/** The task whose cells a function reads: of a class that is kept, the latest. */
interface Link { task: Rebuild; shared: Readonly<Record<string, number>> }

/** The classes made here: a later capture brings new values for the same class. */
const kept = new WeakMap<Function, Rebuilt>()

export function rebuildFunction(index: number, task: Rebuild): Function {
  const data = dataOf(index, task)
  const known = data.classId === undefined ? undefined : classById(data.classId) as Function | undefined
  const rebuilt = known ? kept.get(known) ?? { fn: known } : makeFunction(data, task)
  if (rebuilt.link) Object.assign(rebuilt.link, { task, shared: data.shared ?? {} })
  task.functions.set(index, rebuilt)
  return rebuilt.fn
}

function makeFunction(data: FunctionData, task: Rebuild): Rebuilt {
  const code = task.portable.codes[data.code]!
  const link: Link = { task, shared: data.shared ?? {} }
  const { set, make } = factoryOf(code, Object.keys(link.shared))(cellsOf(link))
  if (data.extends !== undefined) task.read(data.extends)
  if (code.eager.length) set(code.names.map((name, i) => code.eager.includes(name) ? task.readNow(data.variables[i]!) : undefined))
  const fn = make()
  renameKeys(fn, data, task)
  const rebuilt = { fn, set, link }
  if (data.classId !== undefined) {
    registerClass(fn as never, data.classId)
    kept.set(fn, rebuilt)
  }
  return rebuilt
}

/** Methods that the source calls 0, 1, … get their true keys; a deleted one goes. */
function renameKeys(fn: Function, { keys = [] }: FunctionData, task: Rebuild): void {
  for (const [i, { isStatic, key }] of keys.entries()) {
    const holder = isStatic ? fn : fn.prototype as object
    const method = Object.getOwnPropertyDescriptor(holder, i)
    Reflect.deleteProperty(holder, i)
    const name = typeof key === 'string' ? key : task.read(key) as symbol
    if (method && name !== '') Object.defineProperty(holder, name, named(method, name))
  }
}

/** Accessors come in two methods for one key: what a descriptor leaves out stays as it is. */
function named({ value, get, set, ...flags }: PropertyDescriptor, key: string | symbol): PropertyDescriptor {
  const name = typeof key === 'symbol' ? `[${key.description}]` : key
  const rename = (method: object, text: string): object => Object.defineProperty(method, 'name', { value: text, configurable: true })
  return {
    ...flags,
    ...value && { value: rename(value as object, name) },
    ...get && { get: rename(get, `get ${name}`) as () => unknown },
    ...set && { set: rename(set, `set ${name}`) as () => void },
  }
}

/** Gives a function its variables and what was added to it; false for what is this thread's own. */
export function fillFunction(index: number, task: Rebuild): boolean {
  const data = dataOf(index, task)
  const { fn, set } = task.functions.get(index)!
  if (!set) return false
  set(data.variables.map(task.read))
  if (data.name !== null && fn.name !== data.name) Object.defineProperty(fn, 'name', { value: data.name, configurable: true })
  if (data.extends !== undefined) inherit(fn, task.read(data.extends) as Function)
  if (data.inherits !== undefined) Object.setPrototypeOf(fn.prototype, task.read(data.inherits) as object | null)
  task.define(fn.prototype as object, data.prototype)
  return true
}

/** The superclass may be another one than the expression in the source would give today. */
function inherit(fn: Function, above: Function): void {
  if (Object.getPrototypeOf(fn) === above) return
  Object.setPrototypeOf(fn, above)
  Object.setPrototypeOf(fn.prototype, above.prototype as object)
}

/** An object whose properties are the shared variables: what `with` makes visible to the code. */
function cellsOf(link: Link): object {
  const cells = Object.create(null) as object
  for (const name of Object.keys(link.shared)) Object.defineProperty(cells, name, {
    get: () => link.task.cells[link.shared[name]!],
    set: (value: unknown) => { link.task.cells[link.shared[name]!] = value },
  })
  return cells
}

const dataOf = (index: number, task: Rebuild): FunctionData => task.portable.entries[index]!.data as FunctionData
