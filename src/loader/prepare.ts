/**
 * Makes a user file and all user files it imports ready to be run, and names them.
 *
 * The name is the file's URL with `?v=<content>-<dependencies>`: an edited file, or one whose dependency was edited, is
 * another module, while every thread that holds a name loads exactly the text the driver saw, from the cache.
 */
import { readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { installation } from '../core/installation.js'
import { configText } from './compiler-options.js'
import { digest, readCached, writeCached } from './cache.js'
import { emit } from './emit.js'
import type { Emitted } from './emit.js'
import { DIST, kindOf, userFile } from './user-files.js'

/** A file ready to be loaded: its text, its code, and where its imports of user files lead. */
export interface Prepared { readonly url: string; readonly emitted: Emitted; readonly links: Readonly<Record<string, string>> }

/**
 * The prepared file; undefined where Node should load it by itself (CommonJS).
 * With `compile: false` the compiler is never loaded: `'uncached'` when it would be needed.
 */
export function prepare(file: string, options: { compile: false }): Prepared | 'uncached' | undefined
export function prepare(file: string, options: { compile: true }): Prepared | undefined
export function prepare(file: string, { compile }: { compile: boolean }): Prepared | 'uncached' | undefined {
  const units = new Map<string, Unit>()
  const complete = collect(file, units, compile)
  return complete ? finish(file, units) : 'uncached'
}

/** What a versioned URL stands for, from the cache. */
export function preparedAt(url: string): Prepared | undefined {
  const key = versionOf(url)?.split('-')[0]
  const emitted = key && readCached<Emitted | null>(key)
  return emitted ? { url, emitted, links: readCached<Record<string, string>>(digest(url)) ?? {} } : undefined
}

export const versionOf = (url: string): string | undefined => /\?v=([0-9a-f]{32}-[0-9a-f]{8})$/.exec(url)?.[1]

/** One file of the graph: its cache key, its code (null: CommonJS), and the user files it imports by specifier. */
interface Unit { readonly key: string; readonly emitted: Emitted | null; readonly imports: ReadonlyMap<string, string> }

function collect(file: string, units: Map<string, Unit>, compile: boolean): boolean {
  const pending = [file]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (units.has(next)) continue
    const unit = unitOf(next, compile)
    if (!unit) return false
    units.set(next, unit)
    pending.push(...unit.imports.values())
  }
  return true
}

const memo = new Map<string, { readonly stamp: string; readonly key: string; readonly emitted: Emitted | null }>()

function unitOf(file: string, compile: boolean): Unit | undefined {
  const { mtimeMs, size, ino } = statSync(file)
  const stamp = `${mtimeMs} ${size} ${ino}`
  const known = memo.get(file)
  const { key, emitted } = known?.stamp === stamp ? known : readUnit(file, compile)
  if (emitted === undefined) return undefined
  memo.set(file, { stamp, key, emitted })
  return { key, emitted, imports: importedFiles(file, emitted?.imports ?? []) }
}

function readUnit(file: string, compile: boolean): { key: string; emitted: Emitted | null | undefined } {
  const kind = kindOf(file)!
  const text = readFileSync(file, 'utf8')
  const key = digest(VERSIONS, file, text, kind === 'ts' ? configText(dirname(file)) : '')
  let emitted = readCached<Emitted | null>(key)
  if (emitted === undefined && (compile || kind !== 'ts')) {
    emitted = emit(file, text, kind) ?? null
    writeCached(key, emitted)
  }
  return { key, emitted }
}

function importedFiles(file: string, imports: readonly string[]): Map<string, string> {
  const parent = pathToFileURL(file).href
  return new Map(imports.flatMap(specifier => {
    const imported = userFile(specifier, parent)
    return imported ? [[specifier, imported] as const] : []
  }))
}

function finish(file: string, units: ReadonlyMap<string, Unit>): Prepared | undefined {
  const urls = new Map([...units.keys()].map(name => [name, versioned(name, units)]))
  const linksOf = (unit: Unit): Record<string, string> => Object.fromEntries([...unit.imports].map(([specifier, name]) => [specifier, urls.get(name)!]))
  for (const [name, unit] of units) {
    const url = urls.get(name)!
    if (unit.emitted && !written.has(url)) { writeCached(digest(url), linksOf(unit)); written.add(url) }
  }
  const unit = units.get(file)!
  return unit.emitted ? { url: urls.get(file)!, emitted: unit.emitted, links: linksOf(unit) } : undefined
}

const written = new Set<string>()

/** CommonJS files have no version: Node loads them, once. */
function versioned(file: string, units: ReadonlyMap<string, Unit>): string {
  const url = pathToFileURL(file).href
  const unit = units.get(file)!
  if (!unit.emitted) return url
  const keys = reachable(file, units).map(name => units.get(name)!.key).sort()
  return `${url}?v=${unit.key}-${digest(...keys).slice(0, 8)}`
}

function reachable(file: string, units: ReadonlyMap<string, Unit>): string[] {
  const seen = new Set([file])
  for (const name of seen) for (const imported of units.get(name)!.imports.values()) seen.add(imported)
  return [...seen]
}

// Everything but the user's text that decides what is emitted. The format number changes with this room's own output.
const FORMAT = 'tspark loader 2'
const VERSIONS = `${FORMAT} ${JSON.stringify(installation.dependencies)} ${DIST}`
