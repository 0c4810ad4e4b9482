/**
 * Hadoop's path patterns: `*`, `?`, `[a-z]`, `[^a]`, `{a,b}`, each within one name. A path without any of them is itself.
 * Node 20 has no glob of its own.
 */
import { join, sep } from 'node:path'

export const isPattern = (path: string): boolean => /[*?[{]/.test(path)

/**
 * The paths that `pattern` names, sorted by name; a segment without a pattern is taken as it is, existing or not.
 * `listNames` gives the names in a directory, none where there is no directory.
 */
export function glob(pattern: string, listNames: (directory: string) => readonly string[]): string[] {
  return expandBraces(pattern).flatMap(plain => {
    let paths = [rootOf(plain)]
    for (const segment of segmentsOf(plain)) paths = paths.flatMap(path => step(path, segment, () => listNames(path || '.')))
    return paths
  })
}

const rootOf = (path: string): string => path.startsWith(sep) ? sep : ''
const segmentsOf = (path: string): string[] => path.split(sep).filter(segment => segment !== '')

function step(path: string, segment: string, names: () => readonly string[]): string[] {
  if (!isPattern(segment)) return [join(path, segment)]
  const matches = namePattern(segment)
  return names().filter(name => matches.test(name)).sort().map(name => join(path, name))
}

/** `a{b,c{d,e}}f` → abf, acdf, acef. An unclosed brace is a character like any other. */
export function expandBraces(pattern: string): string[] {
  const open = pattern.indexOf('{')
  const inner = open < 0 ? undefined : alternatives(pattern, open)
  if (!inner) return [pattern]
  return inner.parts.flatMap(part => expandBraces(pattern.slice(0, open) + part + pattern.slice(inner.end + 1)))
}

function alternatives(pattern: string, open: number): { parts: string[]; end: number } | undefined {
  const parts: string[] = []
  let depth = 0
  let from = open + 1
  for (let i = open; i < pattern.length; i++) {
    const char = pattern[i]
    if (char === '{') depth++
    else if (char === '}') depth--
    if ((char === ',' && depth === 1) || depth === 0) {
      parts.push(pattern.slice(from, i))
      from = i + 1
    }
    if (depth === 0) return { parts, end: i }
  }
  return undefined
}

/** One name's pattern as a regular expression. */
function namePattern(segment: string): RegExp {
  const source = segment.replace(/\[([!^]?)((?:[^\]\\]|\\.)+)\]|[*?]|[.+^${}()|[\]\\]/g, (token, not?: string, set?: string) => {
    if (set !== undefined) return `[${not ? '^' : ''}${set.replace(/[[^&]/g, '\\$&')}]`
    if (token === '*') return '.*'
    return token === '?' ? '.' : `\\${token}`
  })
  return new RegExp(`^${source}$`, 's')
}
