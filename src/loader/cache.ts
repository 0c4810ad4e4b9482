/**
 * Where compiled files are kept between runs: small JSON files in a directory that is the user's alone (0700), since what
 * lies there is executed. Names are hashes of contents and versions, so nothing is ever updated in place; writing is
 * write-and-rename, so two processes at once are fine and a torn file is never seen.
 */
import { createHash } from 'node:crypto'
import { lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { getEnvironmentData, setEnvironmentData, threadId } from 'node:worker_threads'

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
    if (Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) > ageMs) rmSync(file, { force: true })
  }
}

const entries = (dir: string): string[] => { try { return readdirSync(dir) } catch { return [] } }

/** One directory for all threads of the process; TSPARK_CACHE_DIR names another. */
export function cacheDir(): string {
  let dir = getEnvironmentData(KEY) as string | undefined
  if (dir === undefined) setEnvironmentData(KEY, dir = usable(defaultDir()) ?? temporary())
  return dir
}

function temporary(): string {
  const dir = mkdtempSync(join(tmpdir(), 'tspark-'))
  process.once('exit', () => { rmSync(dir, { recursive: true, force: true }) })
  return dir
}

const KEY = 'tspark.cacheDir'

function defaultDir(): string {
  if (process.env.TSPARK_CACHE_DIR) return resolve(process.env.TSPARK_CACHE_DIR)
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'tspark')
  if (process.platform === 'win32') return join(process.env.LOCALAPPDATA ?? homedir(), 'tspark', 'cache')
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'tspark')
}

/** undefined where it cannot be made, or is open to others: then a private directory of this process serves. */
function usable(dir: string): string | undefined {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    const stat = lstatSync(dir)
    const mine = !process.getuid || (stat.uid === process.getuid() && (stat.mode & 0o077) === 0)
    return stat.isDirectory() && mine && isWritable(dir) ? dir : undefined
  } catch { return undefined }
}

function isWritable(dir: string): boolean {
  const probe = join(dir, `probe.${process.pid}-${threadId}.tmp`)
  try { writeFileSync(probe, ''); rmSync(probe); return true } catch { return false }
}
