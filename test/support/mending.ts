/** The real shell on a pseudo-terminal: a batch fails while a line is being typed, and its function is put right from the card. */
import { expect } from 'vitest'
import { Pty, SHELL, type PtyOptions } from './pty.ts'

const PROGRAM = ['const 词 = ssc.queueStream<string>()', 'const firsts = 词.map(w => w[0].toUpperCase() + "：数据流")', 'const shown = firsts.foreachRDD(async rdd => { const rows = await rdd.collect(); if (rows.length) console.log(rows.join("·")) })', 'ssc.start()']

export async function failing(options: PtyOptions, opened: Pty[]): Promise<Pty> {
  const pty = new Pty(`${SHELL} --master 'local[1]' --batch 300ms`, options)
  opened.push(pty)
  await pty.until(/ts>/)
  for (const [i, line] of PROGRAM.entries()) {
    pty.write(`${line}\r`)
    await pty.until(() => pty.text.split(/^ts>/m).length === i + 3 && /ts>$/.test(pty.text), 40_000)
  }
  return pty
}

/** The card, as wide as the screen at most; what is being typed is left alone, and begins with a letter that the card names. */
export async function seeCard(pty: Pty, columns: number): Promise<void> {
  pty.write('void setTimeout(() => 词.push("数", ""), 700)\r')
  await pty.until(() => /ts>$/.test(pty.text) && pty.text.includes('setTimeout'))
  await pty.type('range数')
  await pty.until('r retry · f fix · s skip, then Enter')
  expect(pty.cursor.row).toBe('ts> range数')
  const card = pty.rows.slice(pty.rows.findIndex(row => row.startsWith('failed batch')))
  const mark = card.findIndex(row => /^ +\^/.test(row))
  expect(card[mark - 1]).toContain('w[0].toUpperCase()')
  expect(columnsBefore(card[mark - 1]!, 'toUpperCase')).toBe(card[mark]!.indexOf('^'))
  expect(card.every(row => columnsBefore(row, undefined) <= columns)).toBe(true)
}

// Ctrl-F: the keys of an arrow would be several, and a busy machine may see them apart.
const FORWARD = '\x06'

/** f, a correction in the middle of the line, Enter: the batch is there. */
export async function fixIt(pty: Pty): Promise<void> {
  pty.write('\x15f\r')
  await pty.until(() => pty.text.replace(/\s/g, '').endsWith('ts>.fixw=>w[0].toUpperCase()+"：数据流"'))
  await pty.type('\x01' + FORWARD.repeat('.fix w => w[0]'.length) + ' ?? "-"', 10)
  await pty.type('\x01' + FORWARD.repeat('.fix w => '.length) + '(', 10)
  await pty.type(FORWARD.repeat('w[0] ?? "-"'.length) + ')\r', 10)
  await pty.until('数：数据流·-：数据流')
}

const columnsBefore = (row: string, what: string | undefined): number =>
  [...what === undefined ? row : row.slice(0, row.indexOf(what))].reduce((sum, char) => sum + (/[\u2e80-\u9fff\uff00-\uff60]/.test(char) ? 2 : 1), 0)
