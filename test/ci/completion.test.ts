/** What Tab draws on a small terminal in the real shell: names that the checker knows, as many as there is room for. */
import { afterEach, expect, test } from 'vitest'
import { Pty, SHELL } from '../support/pty.js'
import { broken, untilTyped } from '../support/typed-line.js'

const [COLUMNS, ROWS] = [40, 12]
const PAIRS = 'sc.range(3).map(n => [n, "字"]).'

let pty: Pty
afterEach(() => pty.kill())

test('40 × 12: members of pairs, then all that numbers have', async () => {
  pty = new Pty(SHELL, { columns: COLUMNS, rows: ROWS })
  await pty.until(/ts>$/)
  pty.write('1 + 1\r')
  await pty.until(/number = 2\nts>$/)
  pty.write(`${PAIRS}reduceB\t`)
  await untilTyped(pty, () => broken(`ts> ${PAIRS}reduceByKey`, COLUMNS))
  pty.write('\t')
  await pty.until(() => pty.text.endsWith(['', 'reduceByKey         reduceByKeyLocally', ...broken(`ts> ${PAIRS}reduceByKey`, COLUMNS)].join('\n')))
  pty.write('\x15sc.range(3).\t')
  await pty.until(/\n… \d+ more: another letter shows fewer\nts> sc\.range\(3\)\.$/)
  const rows = pty.text.split('\n')
  expect(rows.length - rows.findIndex(row => row.startsWith('aggregate'))).toBeLessThan(ROWS - 2)
})
