/**
 * Compiled files, kept between runs as small JSON files in the cache directory. Names are hashes of contents and versions, so nothing is
 * ever updated in place; writing is write-and-rename, so two processes at once are fine and a torn file is never seen.
 */
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { threadId } from 'node:worker_threads'
import { cacheDir } from '../core/cache-dir.js'

export const digest = (...parts: readonly string[]): string =>
  parts.reduce((hash, part) => hash.update(`${part.length}:`).update(part), createHash('sha256')).digest('hex').slice(0, 32)

export function readCached<T>(name: string): T | undefined {
  try { return JSON.parse(readFileSync(join(cacheDir(), `${name}.json`), 'utf8')) as T } catch { return undefined }
}

/** What cannot be written (a full disk, a directory removed) is compiled again by whoever needs it. */
export function writeCached(name: string, value: unknown): void {
  const file = join(cacheDir(), `${name}.json`)
  const draft = `${file}.${process.pid}-${threadId}.tmp`
  try {
    writeFileSync(draft, JSON.stringify(value), { mode: 0o600 })
    renameSync(draft, file)
  } catch { rmSync(draft, { force: true }) }
}

/** Removes what nobody has written for `ageMs`; a file that is still wanted is simply compiled again. */
export function prune(ageMs = 30 * 24 * 3_600_000): void {
  for (const name of entries(cacheDir())) {
    const file = join(cacheDir(), name)
    const stat = statSync(file, { throwIfNoEntry: false })
    if (stat?.isFile() && Date.now() - stat.mtimeMs > ageMs) rmSync(file, { force: true })
  }
}

const entries = (dir: string): string[] => { try { return readdirSync(dir) } catch { return [] } }
