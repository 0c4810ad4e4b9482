/**
 * The directory for what is kept between runs: compiled files, archives for clusters. It is the user's alone (0700), since what lies there is
 * executed; where that cannot be had, a private one of this process serves.
 */
import { lstatSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { getEnvironmentData, setEnvironmentData, threadId } from 'node:worker_threads'

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
