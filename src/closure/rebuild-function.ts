/**
 * One function or class from its code: made with its eager variables only, given all of them once everything is there.
 *
 * A class that this thread knows by its id is not made again; it takes the variables and statics of the new capture.
 */
import { classById, registerClass } from '../core/classes.js'
import { factoryOf, type Made } from './factory.js'
import type { FunctionData, Slot } from './portable.js'
import type { Rebuild } from './rebuild.js'

export interface Rebuilt { readonly fn: Function; readonly set: Made['set'] }

/** Setters of the classes made here, by id: a later capture brings new values for the same class. */
const kept = new WeakMap<Function, Made['set']>()

export function rebuildFunction(index: number, task: Rebuild): Function {
  const data = dataOf(index, task)
  const known = data.classId === undefined || data.shared ? undefined : classById(data.classId) as Function | undefined
  const set = known && kept.get(known)
  const rebuilt = known && set ? { fn: known, set } : makeFunction(data, task)
  task.functions.set(index, rebuilt)
  return rebuilt.fn
}

function makeFunction(data: FunctionData, task: Rebuild): Rebuilt {
  const code = task.portable.codes[data.code]!
  const { set, make } = factoryOf(code, Object.keys(data.shared ?? {}))(cellsFor(data, task))
  if (data.extends !== undefined) task.read(data.extends)
  if (code.eager.length) set(code.names.map((name, i) => code.eager.includes(name) ? task.readNow(data.variables[i]!) : undefined))
  const fn = make()
  if (data.classId !== undefined) {
    registerClass(fn as never, data.classId)
    kept.set(fn, set)
  }
  return { fn, set }
}

export function fillFunction(index: number, task: Rebuild): void {
  const data = dataOf(index, task)
  const { fn, set } = task.functions.get(index)!
  set(data.variables.map(task.read))
  if (data.name !== null && fn.name !== data.name) Object.defineProperty(fn, 'name', { value: data.name, configurable: true })
  if (data.extends !== undefined) inherit(fn, task.read(data.extends) as Function)
  if (data.inherits !== undefined) Object.setPrototypeOf(fn.prototype, task.read(data.inherits) as object | null)
  task.define(fn.prototype as object, data.prototype)
}

/** The superclass may be another one than the expression in the source would give today. */
function inherit(fn: Function, above: Function): void {
  if (Object.getPrototypeOf(fn) === above) return
  Object.setPrototypeOf(fn, above)
  Object.setPrototypeOf(fn.prototype, above.prototype as object)
}

/** An object whose properties are the shared variables: what `with` makes visible to the code. */
function cellsFor({ shared = {} }: FunctionData, task: Rebuild): object {
  const cells = Object.create(null) as object
  for (const [name, index] of Object.entries(shared)) Object.defineProperty(cells, name, {
    get: () => read(task, index),
    set: (value: unknown) => { task.cells[index] = value },
  })
  return cells
}

function read(task: Rebuild, index: number): unknown {
  if (!(index in task.cells)) task.cells[index] = task.read(task.portable.cells[index] as Slot)
  return task.cells[index]
}

const dataOf = (index: number, task: Rebuild): FunctionData => task.portable.entries[index]!.data as FunctionData
