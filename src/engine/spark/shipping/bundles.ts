/**
 * The user's modules on their way to executors, in bundles: each is an archive of what its modules need and no bundle before had, told to
 * Spark as a broadcast. A session that imports something new makes a small one more; what is old is not sent again.
 *
 * A bundle holds the compiled text of the user's own files (cache/), and packages and CommonJS files as they are (root/ and their path here).
 * Files that a module reads by itself, and modules whose names only the run knows, stay on this machine.
 */
import { readFileSync } from 'node:fs'
import { createRequire, isBuiltin } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { SparkError } from '../../../core/errors.js'
import { userModules, type ModuleGraph } from '../../../core/wiring.js'
import { addFile, addPackage, addPackageOf, nameOf, type Collection } from './packages.js'
import { tarOf, type Entry } from './tar.js'

// All bundles of a session. What is larger is better installed than sent.
const MOST_BYTES = 256 * 1024 ** 2
// Above what lands, so that no package.json further up says what its .js files are.
const BOUNDARY: Entry = { name: 'package.json', bytes: Buffer.from('{}') }

export class Bundles {
  readonly #sent = new Set<string>()
  readonly #covered = new Set<string>()
  #count = 0
  #bytes = 0

  /** `tell`: takes a bundle with its number, as text: that is what broadcasts are. */
  constructor(readonly tell: (number: number, text: string) => void) {}

  /** The bundles that a worker needs for these modules: all there are, if it needs any. @throws MODULES_TOO_LARGE */
  covering(urls: Iterable<string>): readonly number[] {
    const files = [...urls].filter(url => url.startsWith('file:'))
    const entries = this.#missing(files.filter(url => !this.#covered.has(url)))
    if (entries.length > 0) this.#send(entries)
    for (const url of files) this.#covered.add(url)
    return files.length === 0 ? [] : Array.from({ length: this.#count }, (_, i) => i)
  }

  #missing(urls: readonly string[]): Entry[] {
    const found = new Map<string, Entry>()
    const into: Collection = { has: name => found.has(name) || this.#sent.has(name), add: entry => { found.set(entry.name, entry) } }
    for (const url of urls) {
      const graph = userModules.graph(url)
      if (graph) addGraph(graph, into)
      else addPlain(fileURLToPath(url), into)
    }
    return [...found.values()]
  }

  #send(fresh: readonly Entry[]): void {
    const entries = this.#count === 0 ? [BOUNDARY, ...fresh] : fresh
    const bytes = this.#bytes + entries.reduce((sum, entry) => sum + sizeOf(entry), 0)
    if (bytes > MOST_BYTES) throw new SparkError('MODULES_TOO_LARGE', { megabytes: Math.round(bytes / 1024 ** 2), most: MOST_BYTES / 1024 ** 2, largest: largestIn(entries) })
    this.#bytes = bytes
    for (const { name } of entries) this.#sent.add(name)
    this.tell(this.#count++, gzipSync(Buffer.concat([...tarOf(entries)])).toString('base64'))
  }
}

export function addGraph({ cached, files, packages }: ModuleGraph, into: Collection): void {
  for (const [name, text] of cached) if (!into.has(`cache/${name}.json`)) into.add({ name: `cache/${name}.json`, bytes: Buffer.from(text) })
  for (const file of files) addPlain(file, into)
  for (const { specifier, from } of packages) addPackage(specifier, dirname(from), into)
}

/** A file that Node loads by itself: of a package, or CommonJS of the user's, which may require others by name. */
function addPlain(file: string, into: Collection): void {
  if (/[\\/]node_modules[\\/]/.test(file)) return addPackageOf(file, into)
  if (into.has(nameOf(file))) return
  addFile(file, into)
  if (!into.has(nameOf(file)) || !/\.c?js$/.test(file)) return
  for (const [, specifier] of readFileSync(file, 'utf8').matchAll(/\brequire\(\s*['"]([^'"]+)['"]\s*\)/g)) addRequired(specifier!, file, into)
}

function addRequired(specifier: string, from: string, into: Collection): void {
  if (isBuiltin(specifier)) return
  if (!specifier.startsWith('.')) return void addPackage(specifier, dirname(from), into)
  try { addPlain(createRequire(from).resolve(specifier), into) } catch { /* it would not be found here either */ }
}

const sizeOf = (entry: Entry): number => 'bytes' in entry ? entry.bytes.length : 0

function largestIn(entries: readonly Entry[]): string {
  const sizes = new Map<string, number>()
  for (const entry of entries) {
    const [place] = /^root.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(entry.name) ?? [entry.name]
    sizes.set(place, (sizes.get(place) ?? 0) + sizeOf(entry))
  }
  return [...sizes].sort(([, a], [, b]) => b - a)[0]![0].replace(/^root/, '')
}
