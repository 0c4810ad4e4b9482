/** A day of empty batches on the embedded engine, threads included. What is kept per batch, engine aside: test/streaming/memory.test.ts. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const script = fileURLToPath(new URL('../support/day-of-batches.mjs', import.meta.url))
const BATCHES = 86_400
// The heap of V8 widens once, early on: 15 MB more after 3,000 batches, and the same after 20,000 and 86,400.
const RESIDENT_SLACK_BYTES = 40_000_000
// Below 24 bytes a batch there is no room for one forgotten object.
const HEAP_SLACK_BYTES = 2_000_000

test(`resident memory after ${BATCHES} batches is that after the first thousand`, async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script, String(BATCHES)])
  const { done, failed, warm, end } = JSON.parse(stdout) as { done: number; failed: number } & Record<'warm' | 'end', { heapBytes: number; residentBytes: number }>
  expect({ done, failed }).toEqual({ done: BATCHES, failed: 0 })
  expect(end.heapBytes - warm.heapBytes).toBeLessThan(HEAP_SLACK_BYTES)
  expect(end.residentBytes - warm.residentBytes).toBeLessThan(RESIDENT_SLACK_BYTES)
})
