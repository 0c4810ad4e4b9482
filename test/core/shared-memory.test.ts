/** Shared blocks that a thread has let go of are collected, though V8 does not see their bytes. */
import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'

// In a process of its own: what a test runner allocates makes V8 collect for reasons of its own.
const program = (passed: string) => `
import { sharedBytesFreed, sharedBytesPassed } from ${JSON.stringify(new URL('../../dist/src/core/shared-memory.js', import.meta.url).href)}
const BLOCK = 8 * 1024 * 1024
const first = new WeakRef(new SharedArrayBuffer(BLOCK))
let blocks = 0
for (; blocks < 2000 && first.deref(); blocks++) {
  ${passed}
  await new Promise(resolve => setImmediate(resolve))
}
console.log(JSON.stringify({ collected: blocks < 2000, gc: typeof gc }))`

const run = (passed: string): unknown => JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', program(passed)], { encoding: 'utf8' }))

test('a block is collected once enough has passed; gc() is left to nobody', () => {
  expect(run('sharedBytesPassed(BLOCK)')).toEqual({ collected: true, gc: 'undefined' })
})

test('also where what was let go of was held for no longer than a task', () => {
  expect(run('sharedBytesPassed(BLOCK, "shortly"); await new Promise(resolve => setTimeout(resolve, 1))')).toEqual({ collected: true, gc: 'undefined' })
})

test('or where somebody waits for it', () => {
  expect(run('await sharedBytesFreed(BLOCK)')).toEqual({ collected: true, gc: 'undefined' })
})

test('where V8 would not collect it by itself', () => {
  expect(run('')).toEqual({ collected: false, gc: 'undefined' })
})
