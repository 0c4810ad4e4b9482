/** The card of a failed batch on larger screens, with wide characters in it and in the line below; and on one that is never redrawn. */
import { afterEach, expect, test } from 'vitest'
import { failing, fixIt, seeCard } from '../support/mending.js'
import type { Pty } from '../support/pty.js'

const open: Pty[] = []
afterEach(() => { for (const pty of open.splice(0)) pty.kill() })

test.each([[80, 24], [60, 16]])('%i × %i', async (columns, rows) => {
  const pty = await failing({ columns, rows }, open)
  await seeCard(pty, columns)
  await fixIt(pty)
}, 60_000)

test('TERM=dumb: the same letters; the function is shown, to be entered', async () => {
  const pty = await failing({ env: { TERM: 'dumb' } }, open)
  pty.write('词.push("数", "")\r')
  await pty.until('r retry · f fix · s skip, then Enter')
  pty.write('f\r')
  await pty.until('enter it put right, in the place of .fix w => w[0].toUpperCase() + "：数据流"')
  pty.write('.fix w => (w[0] ?? "-") + "：数据流"\r')
  await pty.until('数：数据流·-：数据流')
  expect(pty.raw).not.toContain('\x1b[')
}, 60_000)
