/**
 * A user module and all it imports of the user's, as what the cache has of it: for an executor on another machine, which has neither the
 * files nor the cache.
 */
import { isBuiltin } from 'node:module'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ModuleGraph } from '../core/wiring.js'
import { digest } from './cache.js'
import { preparedAt, versionOf, type Prepared } from './prepare.js'

/** undefined for what is no user module of ours. */
export function graphOf(url: string): ModuleGraph | undefined {
  if (!versionOf(url)) return undefined
  const modules = new Map<string, Prepared>()
  const plain = new Set<string>()
  const pending = [url]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (modules.has(next)) continue
    const prepared = preparedAt(next)
    if (!prepared) continue // the cache was emptied: the executor will say so by the file's name
    modules.set(next, prepared)
    for (const link of Object.values(prepared.links)) if (versionOf(link)) pending.push(link); else plain.add(fileURLToPath(link))
  }
  const others = [...modules.values()].flatMap(othersOf)
  for (const { specifier, from } of others) if (specifier.startsWith('.')) plain.add(resolve(dirname(from), specifier))
  return {
    cached: [...modules.values()].flatMap(cachedAs),
    sources: [...modules.values()].map(({ emitted }) => emitted.file),
    files: [...plain],
    packages: others.filter(({ specifier }) => /^[a-z@]/i.test(specifier)),
  }
}

/** The names by which preparedAt finds it; the user's own text stays here unless it is what runs. */
const cachedAs = ({ url, emitted: { file, text, code, imports }, links }: Prepared): [name: string, text: string][] => [
  [versionOf(url)!.split('-')[0]!, JSON.stringify({ file, text: file.endsWith('.json') ? text : '', code, imports })],
  [digest(url), JSON.stringify(links)],
]

/** What Node resolves by itself: packages, and files that are no modules of ours (x.cjs, x.node). */
const othersOf = ({ emitted: { file, imports }, links }: Prepared): { specifier: string; from: string }[] =>
  imports.filter(specifier => !links[specifier] && !isBuiltin(specifier) && !/^tspark($|\/)/.test(specifier)).map(specifier => ({ specifier, from: file }))
