/** Reads `local`, `local[N]`, `local[*]`, `local[N,F]` and `local:N`. */
import { availableParallelism } from 'node:os'

export interface LocalMaster { readonly threads: number; readonly maxFailures: number | undefined }

/** undefined when it is no local master. `local[*]` is one thread per core. */
export function parseLocalMaster(master: string): LocalMaster | undefined {
  if (master === 'local') return { threads: 1, maxFailures: undefined }
  const match = /^local(?:\[(\d+|\*)(?:,(\d+))?\]|:(\d+))$/.exec(master)
  if (!match) return undefined
  const count = match[1] ?? match[3]!
  const threads = count === '*' ? availableParallelism() : Number(count)
  return threads > 0 ? { threads, maxFailures: match[2] ? Number(match[2]) : undefined } : undefined
}

// Of `local[*]` without asking: more threads than this help no prompt, and each costs memory.
const MOST_DEFAULT_THREADS = 4

/** The master when none is named. */
export const defaultMaster = (): string => `local[${Math.min(availableParallelism(), MOST_DEFAULT_THREADS)}]`
