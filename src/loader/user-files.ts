/**
 * Which file a specifier means, and whether that file is the user's own program text.
 *
 * As TypeScript's bundler resolution reads it: `./helpers.js` may mean helpers.ts, `./helpers` likewise, a directory its index.
 * User files are TypeScript anywhere, and JavaScript and JSON outside node_modules and outside this installation; all else
 * (packages, Node's modules, CommonJS) is left to Node.
 */
import { statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** dist/ of this installation. */
export const DIST = fileURLToPath(new URL('../../', import.meta.url))

export type FileKind = 'ts' | 'js' | 'json'

const KINDS: Record<string, FileKind> = { '.ts': 'ts', '.mts': 'ts', '.js': 'js', '.mjs': 'js', '.json': 'json' }

// What is tried in place of a written extension, TypeScript first, as its checker does.
const INSTEAD: Record<string, readonly string[]> = { '.js': ['.ts', '.js'], '.mjs': ['.mts', '.mjs'] }
const APPENDED = ['.ts', '.mts', '.js', '.mjs', '.json', '/index.ts', '/index.mts', '/index.js', '/index.mjs']

/** undefined for what is no user file: declarations, packages, our own files, .cjs and so on. */
export function kindOf(path: string): FileKind | undefined {
  if (/\.d\.[mc]?ts$/.test(path)) return undefined
  const kind = KINDS[extension(path)]
  return kind === 'ts' || (kind && isOutside(path)) ? kind : undefined
}

/** The user file that `specifier` means when it stands in `parentUrl`; undefined when it means none. */
export function userFile(specifier: string, parentUrl: string): string | undefined {
  const path = pathOf(specifier, parentUrl)
  const file = path && candidates(path).find(isFile)
  return file && kindOf(file) ? file : undefined
}

export const isOurs = (url: string | undefined): boolean => url !== undefined && url.startsWith(OURS)

const OURS = pathToFileURL(DIST).href
const isOutside = (path: string): boolean => !path.startsWith(DIST) && !/[\\/]node_modules[\\/]/.test(path)
const extension = (path: string): string => /\.[^./\\]+$/.exec(path)?.[0] ?? ''

function pathOf(specifier: string, parentUrl: string): string | undefined {
  if (specifier.startsWith('file:')) return fileURLToPath(specifier.replace(/[?#].*$/, ''))
  if (specifier.startsWith('/')) return resolve(decode(specifier))
  if (!/^\.\.?(\/|$)/.test(specifier) || !parentUrl.startsWith('file:')) return undefined
  return resolve(dirname(fileURLToPath(parentUrl.replace(/[?#].*$/, ''))), decode(specifier))
}

function candidates(path: string): readonly string[] {
  const ending = extension(path)
  const instead = INSTEAD[ending]?.map(other => path.slice(0, -ending.length) + other) ?? [path]
  return [...instead, ...APPENDED.map(more => path + more)]
}

function decode(specifier: string): string {
  try { return decodeURIComponent(specifier.replace(/[?#].*$/, '')) } catch { return specifier }
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
