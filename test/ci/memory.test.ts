/** A day of batches leaves no more behind than a quarter of an hour; nor do batches that always fail. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const script = fileURLToPath(new URL('../support/empty-batches.mjs', import.meta.url))
// Functions go on being compiled for a while (1 MB here, and no more after twice as many batches). Below 24 bytes a batch there
// is no room for one forgotten object.
const SLACK_BYTES = 2_000_000

test.each([
  { kind: 'empty', batches: 86_400, mostStored: 300 },
  { kind: 'failing', batches: 10_000, mostStored: 0 },
])('$batches $kind batches', async ({ kind, batches, mostStored }) => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script, kind, String(batches)])
  const { inOrder, warmBytes, endBytes, stored, pending } = JSON.parse(stdout) as Record<string, number>
  expect(inOrder).toBe(batches)
  expect(pending).toBe(0)
  expect(stored).toBeLessThanOrEqual(mostStored)
  expect(endBytes! - warmBytes!).toBeLessThan(SLACK_BYTES)
}, 120_000)
