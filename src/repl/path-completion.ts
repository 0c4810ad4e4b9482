/** Tab within quotes: names of files, as `sc.textFile("lo` would want them. A directory ends with `/`, so that one can go on. */
import { readdirSync, type Dirent } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

const OPEN_STRING = /(["'`])((?:(?!\1)[^\\]|\\.)*)$/

/** The string that is open at the end of `line`; undefined where there is none. */
export function openString(line: string): string | undefined {
  let rest = line
  for (let found = OPENING.exec(rest); found; found = OPENING.exec(rest)) {
    const after = rest.slice(found.index + 1)
    const end = new RegExp(`^(?:(?!${found[0]})[^\\\\]|\\\\.)*${found[0]}`).exec(after)
    if (!end) return OPEN_STRING.exec(found[0] + after)?.[2]
    rest = after.slice(end[0].length)
  }
  return undefined
}

const OPENING = /["'`]/

/** Whole paths, beginning as it was typed. */
export function pathsFor(typed: string, cwd = process.cwd()): string[] {
  const folder = typed.endsWith('/') ? typed : typed.includes('/') ? `${dirname(typed)}/`.replace('//', '/') : ''
  const begun = typed.slice(folder.length)
  return entriesOf(resolve(cwd, folder || '.'))
    .filter(({ name }) => name.startsWith(begun) && (begun.startsWith('.') || !name.startsWith('.')))
    .map(entry => join(folder, entry.name) + (entry.isDirectory() ? '/' : ''))
    .map(path => typed.startsWith('./') && !path.startsWith('./') ? `./${path}` : path)
    .sort()
}

function entriesOf(directory: string): Dirent[] {
  try { return readdirSync(directory, { withFileTypes: true }) } catch { return [] }
}
