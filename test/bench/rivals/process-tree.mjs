/** A process and all below it, as Linux tells of them: the processor time they took, the memory they hold. Elsewhere there is nothing to say. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'

const TICKS_PER_SECOND = 100 // USER_HZ, of every Linux that Node runs on

export function descendants(pid) {
  const children = list(`/proc/${pid}/task`).flatMap(task => read(`/proc/${pid}/task/${task}/children`).split(' ').filter(Boolean).map(Number))
  return children.flatMap(child => [child, ...descendants(child)])
}

/** Of all threads, and of children that have ended; undefined where that is not known. */
export function cpuMs(pid) {
  if (!existsSync(`/proc/${pid}/task`)) return undefined
  return [pid, ...descendants(pid)].reduce((sum, each) => sum + ticks(each), 0) / TICKS_PER_SECOND * 1000
}

export function residentBytes(pid) {
  const [, kib = 0] = /^VmRSS:\s+(\d+)/m.exec(read(`/proc/${pid}/status`)) ?? []
  return Number(kib) * 1024
}

/** utime, stime, cutime and cstime: behind the name, which may hold blanks. */
const ticks = pid => read(`/proc/${pid}/stat`).replace(/^.*\) /s, '').split(' ').slice(11, 15).reduce((sum, each) => sum + Number(each), 0)

// What has ended meanwhile has nothing.
function list(directory) { try { return readdirSync(directory) } catch { return [] } }
function read(file) { try { return readFileSync(file, 'utf8') } catch { return '' } }
