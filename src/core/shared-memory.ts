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

let passedBytes = 0
let notBeforeMs = 0
const lately: number[] = []
let collect: (() => void) | undefined

/** This thread has come to hold that many shared bytes, and will let go of them. */
export function sharedBytesPassed(bytes: number): void {
  passedBytes += bytes
  if (passedBytes < COLLECT_AFTER_BYTES || performance.now() < notBeforeMs) return
  passedBytes = 0
  setImmediate(collectNow).unref()
}

function collectNow(): void {
  const startMs = performance.now()
  collect ??= collector()
  collect?.()
  const endMs = performance.now()
  lately.unshift(endMs - startMs)
  lately.length = Math.min(lately.length, REMEMBERED)
  notBeforeMs = endMs + Math.min(...lately) / MOST_OF_TIME
}

/**
 * V8's own gc(), asked for once without leaving it to others. The flag is the whole process's: another thread may take it back between
 * the two lines, and then there is none until the next time.
 */
function collector(): (() => void) | undefined {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('typeof gc === "function" ? gc : undefined') as (() => void) | undefined
  setFlagsFromString('--no-expose-gc')
  return gc
}
