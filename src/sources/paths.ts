/**
 * From what users write as a path to existing files: directories, patterns, comma lists, `file:` URLs.
 *
 * As Hadoop does it: in a directory, and in what a pattern matches, names that begin with `_` or `.` are skipped, and
 * subdirectories of a directory are not entered. A name that is written out in full is taken, whatever it begins with.
 */
import { readdirSync, statSync, type Stats } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SparkError } from '../core/errors.js'
import { glob, isPattern } from './glob.js'

export interface InputFile { readonly path: string; readonly bytes: number }

/**
 * All files that `paths` names, in order.
 * @throws INPUT_PATH_MISSING, INPUT_PATTERN_EMPTY
 */
export const inputFiles = (paths: string): InputFile[] => splitCommas(paths).map(localPath).flatMap(filesOf)

/** A plain path, also of `file:///x` and `file:/x`. @throws FILE_SYSTEM_UNSUPPORTED for other schemes */
export function localPath(path: string): string {
  const scheme = /^([a-z][a-z0-9+.-]+):\//i.exec(path)?.[1]?.toLowerCase()
  if (scheme === 'file') return fileURLToPath(`file://${path.slice('file:'.length).replace(/^\/+/, '/').replace(/[?#]/g, encodeURIComponent)}`)
  if (scheme) throw new SparkError('FILE_SYSTEM_UNSUPPORTED', { scheme, path })
  return path
}

/** The names in a directory; none where there is none, or it may not be read. */
export function namesIn(directory: string): string[] {
  try { return readdirSync(directory) } catch { return [] }
}

function filesOf(path: string): InputFile[] {
  if (!isPattern(path)) return filesAt(path, statOrThrow(path))
  const found = glob(path, namesIn).filter(isVisible).flatMap(match => {
    const stats = statOrNone(match)
    return stats ? filesAt(match, stats) : []
  })
  if (found.length === 0) throw new SparkError('INPUT_PATTERN_EMPTY', { path })
  return found
}

function filesAt(path: string, stats: Stats): InputFile[] {
  if (!stats.isDirectory()) return [{ path, bytes: stats.size }]
  return readdirSync(path).filter(isVisible).sort().flatMap(name => {
    const inner = statOrNone(join(path, name))
    return inner?.isFile() ? [{ path: join(path, name), bytes: inner.size }] : []
  })
}

function statOrThrow(path: string): Stats {
  try { return statSync(path) } catch (cause) { throw new SparkError('INPUT_PATH_MISSING', { path, cwd: process.cwd() }, { cause }) }
}

/** Of what vanished meanwhile, and of links that lead nowhere or in circles, there is nothing to read. */
function statOrNone(path: string): Stats | undefined {
  try { return statSync(path) } catch { return undefined }
}

const isVisible = (path: string): boolean => !/^[_.]/.test(basename(path))

/** At commas outside of braces. */
function splitCommas(paths: string): string[] {
  let depth = 0
  const parts = ['']
  for (const char of paths) {
    if (char === '{') depth++
    if (char === '}') depth--
    if (char === ',' && depth <= 0) parts.push('')
    else parts[parts.length - 1] += char
  }
  return parts.map(part => part.trim()).filter(part => part !== '')
}
