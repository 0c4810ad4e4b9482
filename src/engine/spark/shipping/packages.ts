/**
 * Packages that modules of users import: whole directories of node_modules, with the packages they depend on in turn, each where it lies from
 * the others' point of view. So Node finds on another machine what it finds here, pnpm's links included.
 *
 * What is only for people and compilers (types, source maps, Markdown) stays here. Native add-ons go along, and work where the processor and
 * the system are the same.
 */
import { lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { LANDING } from '../../../core/landing.js'
import type { Entry } from './tar.js'

/** What goes along, each once. */
export interface Collection { has(name: string): boolean; add(entry: Entry): void }

const NEEDLESS = /\.d\.[cm]?ts$|\.map$|\.md$/

/** Adds what `specifier` means to a module in the directory `from`; false when there is no such package. */
export function addPackage(specifier: string, from: string, into: Collection): boolean {
  const name = specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/')
  const place = placesAbove(from).map(folder => join(folder, 'node_modules', name)).find(isDirectory)
  if (!place) return false
  const real = realpathSync(place)
  if (real !== place && !into.has(nameOf(place))) into.add(linkTo(place, real))
  addDirectory(real, into)
  return true
}

/** Adds the package that a file belongs to. */
export function addPackageOf(file: string, into: Collection): void {
  const [, directory] = /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(file) ?? []
  if (directory) addDirectory(directory, into)
}

/** Adds a file as it is, if it is there. */
export function addFile(path: string, into: Collection): void {
  if (!into.has(nameOf(path)) && isFile(path)) into.add({ name: nameOf(path), bytes: readFileSync(path) })
}

/** Where a file of this machine lies in the archive. */
export const nameOf = (path: string): string => `${LANDING}${path.split(sep).join('/')}`

function addDirectory(directory: string, into: Collection): void {
  const manifest = join(directory, 'package.json')
  if (into.has(nameOf(manifest)) || !isFile(manifest)) return
  for (const file of filesIn(directory)) addFile(file, into)
  for (const name of dependencies(manifest)) addPackage(name, directory, into)
}

function* filesIn(directory: string): Iterable<string> {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name)
    if (entry.isDirectory() && entry.name !== 'node_modules') yield* filesIn(path)
    if (entry.isFile() && !NEEDLESS.test(entry.name)) yield path
  }
}

/** Those that are not there are optional, or would be missing here too. */
function dependencies(manifest: string): string[] {
  const { dependencies, optionalDependencies, peerDependencies } = JSON.parse(readFileSync(manifest, 'utf8')) as Record<string, Record<string, string> | undefined>
  return Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })
}

const linkTo = (place: string, real: string): Entry => ({ name: nameOf(place), link: relative(dirname(place), real).split(sep).join('/') })

/** The directory and all above it, nearest first. */
function placesAbove(directory: string): string[] {
  return dirname(directory) === directory ? [directory] : [directory, ...placesAbove(dirname(directory))]
}

const isDirectory = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
const isFile = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? false
