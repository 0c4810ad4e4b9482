/** The card of a failed batch in the real shell, on a small terminal: above the line being typed. Other screens: test/ci. */
import { afterEach, expect, test } from 'vitest'
import { failing, fixIt, seeCard } from '../support/mending.js'
import type { Pty } from '../support/pty.js'

const open: Pty[] = []
afterEach(() => { for (const pty of open.splice(0)) pty.kill() })

test('40 × 12: the card, and the function put right from it', async () => {
  const pty = await failing({ columns: 40, rows: 12 }, open)
  await seeCard(pty, 40)
  await fixIt(pty)
}, 60_000)
