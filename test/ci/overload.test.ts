/** Half a minute of a sender as fast as it goes: what it sent is counted to the last line, in bounded memory. Rates: test/streaming/rate-controller.test.ts. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const script = fileURLToPath(new URL('../support/overload.mjs', import.meta.url))
const MOST_BYTES = 512 * 1024 * 1024

test.each(['words', 'slow-words'])('%s', async operation => {
  const { stdout } = await promisify(execFile)(process.execPath, [script, operation, '30'])
  const { sent, counted, mostBytes, batches } = JSON.parse(stdout) as { sent: number; counted: number; mostBytes: number; batches: { lines: number }[] }
  expect(counted).toBe(sent)
  expect(mostBytes).toBeLessThan(MOST_BYTES)
  expect(batches[0]!.lines, 'the slow start').toBeLessThanOrEqual(1000)
  expect(Math.max(...batches.map(({ lines }) => lines))).toBeGreaterThan(1000)
})
