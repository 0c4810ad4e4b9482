/** `.watch` in the real shell on a real pseudo-terminal: drawn in place while a line is typed, and in blocks where nothing is redrawn. Larger screens: test/ci. */
import { afterEach, expect, test } from 'vitest'
import type { Pty } from '../support/pty.js'
import { seeTable, watching } from '../support/watching.js'

const open: Pty[] = []
afterEach(() => { for (const pty of open.splice(0)) pty.kill() })

test('40 × 12: one table above the line being typed', async () => {
  await seeTable(await watching({ columns: 40, rows: 12 }, open))
}, 60_000)

test('TERM=dumb: a block per batch', async () => {
  const pty = await watching({ env: { TERM: 'dumb' } }, open)
  await pty.until(/^Time: \d+ ms {2}counts\n-{43}\n(?:(?:to|数据) +\d {2}██\n){2}/m)
  expect(pty.raw).not.toContain('\x1b[')
}, 60_000)
