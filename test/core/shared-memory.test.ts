/** Shared blocks that a thread has let go of do not pile up. */
import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'

// In a process of its own: the heap of a test runner says nothing.
const PROGRAM = `
import { sharedBytesPassed } from ${JSON.stringify(new URL('../../dist/src/core/shared-memory.js', import.meta.url).href)}
const BLOCK = 8 * 1024 * 1024
let most = 0
for (let i = 0; i < 200; i++) {
  new Uint8Array(new SharedArrayBuffer(BLOCK)).fill(1)
  sharedBytesPassed(BLOCK)
  await new Promise(resolve => setImmediate(resolve))
  most = Math.max(most, process.memoryUsage.rss())
}
console.log(JSON.stringify({ mostMb: most / 1e6, leaked: typeof gc }))`

test('1.6 GB of passing blocks stay below 0.9 GB, and gc() is left to nobody', () => {
  const { mostMb, leaked } = JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', PROGRAM], { encoding: 'utf8' })) as { mostMb: number; leaked: string }
  expect(mostMb).toBeLessThan(900)
  expect(leaked).toBe('undefined')
})
