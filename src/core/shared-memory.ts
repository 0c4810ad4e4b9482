/**
 * Garbage of shared memory. V8 counts the bytes of a SharedArrayBuffer against no thread's heap, so a thread through which
 * gigabytes of blocks pass, but few objects, never collects, and the blocks stay (measured: 60 MB/s of text reached 1 GB in 8 s).
 * So each thread says what has passed through it and collects now and then, within a twentieth of its time.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

// A collection of a small heap takes 2–6 ms; at this distance it costs less than a hundredth of what the blocks' text costs.
const COLLECT_AFTER_BYTES = 32 * 1024 * 1024
const MOST_OF_TIME = 1 / 20
// Of that many collections the shortest tells what one costs: in the others the thread may have waited for a processor.
const REMEMBERED = 4
// What was held for a short time is found among young objects, in a tenth of the time and without V8's helpers, unless a long task made it old.
const WHOLE_EVERY = 8

let passedBytes = 0
let notBeforeMs = 0
const lately: number[] = []
let young = 0
let collect: Collect | undefined

/** This thread has come to hold that many shared bytes, and will let go of them; `held` shortly: not longer than a task takes. */
export function sharedBytesPassed(bytes: number, held: 'shortly' | 'long' = 'long'): void {
  passedBytes += bytes
  if (passedBytes < COLLECT_AFTER_BYTES || performance.now() < notBeforeMs) return
  passedBytes = 0
  setImmediate(collectNow, held).unref()
}

/** The same of bytes that are to be had again: settles once they are, or soon after where somebody still holds them. At once where they are few. */
export async function sharedBytesFreed(bytes: number): Promise<void> {
  passedBytes += bytes
  if (passedBytes < COLLECT_AFTER_BYTES) return
  passedBytes = 0
  await new Promise<void>(waited => { setTimeout(waited, notBeforeMs - performance.now()) })
  collectNow('long')
  await new Promise(cleanedUp => { setImmediate(cleanedUp) })
}

function collectNow(held: 'shortly' | 'long'): void {
  const startMs = performance.now()
  collect ??= collector()
  young = held === 'long' ? 0 : (young + 1) % WHOLE_EVERY
  if (young > 0) collect?.({ type: 'minor' })
  else collect?.() // any argument at all means young objects (Node 20)
  const endMs = performance.now()
  lately.unshift(endMs - startMs)
  lately.length = Math.min(lately.length, REMEMBERED)
  notBeforeMs = endMs + Math.min(...lately) / MOST_OF_TIME
}

type Collect = (options?: { readonly type: 'minor' }) => void

/**
 * V8's own gc(), asked for once without leaving it to others. The flag is the whole process's: another thread may take it back between
 * the two lines, and then there is none until the next time.
 */
function collector(): Collect | undefined {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('typeof gc === "function" ? gc : undefined') as Collect | undefined
  setFlagsFromString('--no-expose-gc')
  return gc
}
