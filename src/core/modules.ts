/**
 * Which module a live function or class comes from, so that it can travel as {url, export} and be imported on the other side.
 *
 * Loaders register every module that they import for the user: user files, packages, Node's own. Programs that are run and
 * prompt lines are not registered, since importing them again would run them again. Of a user's module, functions and classes
 * are known by their export; plain objects are not, because a captured object travels with the values it has now. Of a
 * package, objects are known too, and so are their members: `_.chunk` of a CommonJS package is ['default', 'chunk'].
 */
import { departed } from './landing.js'

export interface ModuleExport {
  readonly url: string
  /** Names to follow from the module's namespace; empty for the namespace itself. */
  readonly path: readonly string[]
}

const namespaces = new Map<string, object>()
const exports = new WeakMap<object, ModuleExport>()
/** Modules with exports that had no value yet when they were last looked at (imports in a circle, `export let`). */
const unsettled = new Set<string>()

/** The name of a module of tspark's own core: every thread and process has it loaded, wherever tspark lies there. */
export const ownUrl = (name: string): string => `${OWN}${name}`
export const isOwn = (url: string): boolean => url.startsWith(OWN)

const OWN = 'tspark:core/'

/** Makes the exports of `namespace` known; `url` is what an executor imports. */
export function registerModule(url: string, namespace: object): void {
  const name = departed(url)
  namespaces.set(name, namespace)
  index(name, namespace)
}

export const registeredModule = (url: string): object | undefined => namespaces.get(url)

/** Where `value` can be imported from, if it is (still) what a registered module exports there. */
export function exportOf(value: object): ModuleExport | undefined {
  const found = exports.get(value)
  return found && followPath(namespaces.get(found.url), found.path) === value ? found : undefined
}

/** The same as text, for listings and tests: `*` is the namespace itself. */
export function moduleExportOf(value: object): { readonly url: string; readonly export: string } | undefined {
  const found = exportOf(value)
  return found && { url: found.url, export: found.path.join('.') || '*' }
}

/** Looks again at modules whose exports were not all there; cheap when there are none. */
export function settleModules(): void {
  for (const url of unsettled) index(url, namespaces.get(url)!)
}

export function followPath(from: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], from)
}

function index(url: string, namespace: object): void {
  const whole = isShared(url)
  unsettled.delete(url)
  know(namespace, { url, path: [] })
  for (const name of Object.getOwnPropertyNames(namespace)) {
    const value = exported(namespace, name)
    if (value === undefined) unsettled.add(url)
    if (typeof value === 'function' || (whole && isObject(value))) know(value, { url, path: [name] })
    if (whole && isObject(value)) indexMembers(value, { url, path: [name] })
  }
}

function indexMembers(value: object, at: ModuleExport): void {
  for (const [name, { value: member }] of Object.entries(Object.getOwnPropertyDescriptors(value)))
    if (isObject(member) && name !== 'prototype' && name !== 'constructor') know(member, { url: at.url, path: [...at.path, name] })
}

/** The first registration wins, so that a re-export does not move a class to another module. */
function know(value: object, at: ModuleExport): void {
  const known = exports.get(value)
  if (!known || (known.url === at.url && known.path.length > at.path.length)) exports.set(value, at)
}

function exported(namespace: object, name: string): unknown {
  try { return (namespace as Record<string, unknown>)[name] } catch { return undefined } // not initialised yet
}

const isObject = (value: unknown): value is object => typeof value === 'function' || (typeof value === 'object' && value !== null)

/** Modules that hold nothing of the user's: packages and Node's own. */
const isShared = (url: string): boolean => url.startsWith('node:') || url.includes('/node_modules/')
