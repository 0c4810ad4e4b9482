/** `.watch` on larger screens than in test/repl/watch-pty.test.ts. */
import { afterEach, test } from 'vitest'
import type { Pty } from '../support/pty.js'
import { seeTable, watching } from '../support/watching.js'

const open: Pty[] = []
afterEach(() => { for (const pty of open.splice(0)) pty.kill() })

test.each([[80, 24], [60, 16]])('%i × %i: one table above the line being typed', async (columns, rows) => {
  await seeTable(await watching({ columns, rows }, open))
}, 60_000)
