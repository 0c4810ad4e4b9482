/**
 * A function or class as an entry: the index of its code, its variables' values of this moment, and what was added to it
 * after it was made (own properties, statics, members of its prototype).
 */
import { idOfClass, registerClass } from '../core/classes.js'
import type { Capture } from './capture.js'
import { factsOf, knownFacts, sourceText, type FunctionFacts, type Syntax } from './function-facts.js'
import { lookInto } from './inspector.js'
import { checkEager, checkFunction } from './function-guard.js'
import type { Entry, FunctionData, Property, Ref, Slot } from './portable.js'
import { variablesOf, type Variable } from './variables.js'

export function captureFunction(fn: Function, into: Capture): Entry {
  if (isRequire(fn)) return { kind: 'require', data: requireBase(fn) }
  const needless = knownFacts(fn)?.syntax.names.length === 0
  const sight = needless ? undefined : lookInto(fn)
  const facts = factsOf(fn, sight)
  checkFunction(facts)
  const { syntax } = facts
  const scopes = sight?.scopes ?? []
  const variables = variablesOf(syntax.names.filter(name => name !== syntax.superName), scopes)
  checkEager(syntax.eager.filter(name => name !== syntax.superName), variables)
  into.uses.push({ entry: into.at, facts, variables, scopes })
  const above = superclassOf(fn, syntax, into)
  const data: FunctionData = {
    code: codeOf(facts, variables, into),
    variables: [...variables.map(({ name, value }) => into.slot(value, 'variable', name)), ...syntax.superName ? [above ?? null] : []],
    name: nameOf(fn),
    ...syntax.isClass && { classId: idOfClass(fn as never) ?? registerClass(fn as never) },
    ...above !== undefined && { extends: above },
    ...prototypeOf(fn, syntax, into),
    ...syntax.keyed.length && { keys: keysOf(fn, syntax, into) },
  }
  return { kind: 'function', data, ...into.properties(fn, ownKeys(fn, syntax)), ...into.frozen(fn) }
}

/** CommonJS hands each module its own `require`; an executor makes one for the same folder. */
type Require = Function & { readonly resolve: { paths(request: string): string[] | null } }
const isRequire = (fn: Function): fn is Require => fn.name === 'require' && Object.hasOwn(fn, 'resolve') && Object.hasOwn(fn, 'cache') && Object.hasOwn(fn, 'main')
const requireBase = (fn: Require): string => fn.resolve.paths('x')![0]! // <folder>/node_modules

function superclassOf(fn: Function, { isClass }: Syntax, into: Capture): Slot | undefined {
  const above = isClass ? Object.getPrototypeOf(fn) as object : Function.prototype
  return above === Function.prototype ? undefined : into.slot(above, 'part', 'its superclass')
}

function codeOf({ syntax, location }: FunctionFacts, variables: readonly Variable[], into: Capture): number {
  const { url = '', line = 0, column = 0 } = location ?? {}
  const names = [...variables.map(({ name }) => name), ...syntax.superName ? [syntax.superName] : []]
  const key = `${url}:${line}:${column}:${names.join()}\n${syntax.source}`
  const known = into.codeIndex.get(key)
  if (known !== undefined) return known
  const eager = syntax.eager.filter(name => names.includes(name))
  const index = into.codes.push({ source: syntax.source, form: syntax.form, url, line, column, names, eager }) - 1
  into.codeIndex.set(key, index)
  return index
}

/** A class may have a static getter called name: that one comes with its source. */
function nameOf(fn: Function): Slot {
  const name: unknown = Object.getOwnPropertyDescriptor(fn, 'name')?.value
  return typeof name === 'string' ? name : null
}

const MADE_WITH_IT = new Set<PropertyKey>(['length', 'name', 'prototype', 'arguments', 'caller'])

function ownKeys(fn: Function, { isClass }: Syntax): PropertyKey[] {
  const keys = Reflect.ownKeys(fn).filter(key => !MADE_WITH_IT.has(key))
  return isClass && keys.length ? keys.filter(isAdded(fn, fn)) : keys
}

/** Which keys the methods with computed names got: found by the method's own text. */
function keysOf(fn: Function, { keyed }: Syntax, into: Capture): FunctionData['keys'] {
  return keyed.map(({ isStatic, text }) => {
    const holder = isStatic ? fn : fn.prototype as object
    const key = Reflect.ownKeys(holder).find(name => {
      const { value, get, set } = Object.getOwnPropertyDescriptor(holder, name)!
      return [value, get, set].some(member => typeof member === 'function' && sourceText(member) === text)
    })
    return { isStatic, key: typeof key === 'symbol' ? into.slot(key, 'part', 'a key') as Ref : key ?? '' }
  })
}

/** Members that are not in the text of the class: added, replaced, or data. */
function isAdded(type: Function, holder: object): (key: PropertyKey) => boolean {
  const text = sourceText(type)
  const isOwn = (member: unknown) => member === undefined || (typeof member === 'function' && text.includes(sourceText(member)))
  return key => {
    const descriptor = Object.getOwnPropertyDescriptor(holder, key)!
    return 'value' in descriptor ? typeof descriptor.value !== 'function' || !isOwn(descriptor.value) : !isOwn(descriptor.get) || !isOwn(descriptor.set)
  }
}

function prototypeOf(fn: Function, { isClass }: Syntax, into: Capture): Pick<FunctionData, 'prototype' | 'inherits'> {
  const prototype: unknown = Object.getOwnPropertyDescriptor(fn, 'prototype')?.value
  if (typeof prototype !== 'object' || prototype === null || !Object.hasOwn(prototype, 'constructor')) return {}
  const keys = Reflect.ownKeys(prototype).filter(key => key !== 'constructor')
  const added = isClass ? keys.filter(isAdded(fn, prototype)) : keys
  const above = Object.getPrototypeOf(prototype) as object | null
  return {
    ...added.length && { prototype: added.map((key): Property => into.property(key, Object.getOwnPropertyDescriptor(prototype, key)!)) },
    ...!isClass && above !== Object.prototype && { inherits: into.slot(above, 'part', 'what it inherits') },
  }
}
