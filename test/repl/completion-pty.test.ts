/** What Tab draws on real pseudo-terminals of three sizes, beside wide characters, while something is printed, and where nothing is drawn. With the checker: test/ci. */
import { afterEach, describe, expect, test } from 'vitest'
import { FAKE_SHELL, Pty, type PtyOptions } from '../support/pty.js'
import { broken, untilTyped } from '../support/typed-line.js'

const open: Pty[] = []
async function shell(options: PtyOptions = {}): Promise<Pty> {
  const pty = new Pty(FAKE_SHELL, options)
  open.push(pty)
  await pty.until(/ts>$/)
  return pty
}
afterEach(() => { for (const pty of open.splice(0)) pty.kill() })

/** The rows below the banner, once they are these. */
const untilScreen = (pty: Pty, rows: readonly string[]): Promise<void> => pty.until(() => pty.text.endsWith(`\n${rows.join('\n')}`))

const LINE = '"字符 ünï".length + "日本語のテキスト"; s'

describe.each([
  [80, 24, ['socketTextStream  start             stop'], ['(method) 数据流(): void', 'A \\x1b]0;title\\x07 of 字符 that is longer than a narrow terminal is wide.']],
  [60, 16, ['socketTextStream  start             stop'], ['(method) 数据流(): void', 'A \\x1b]0;title\\x07 of 字符 that is longer than a narrow term', 'inal is wide.']],
  [40, 12, ['socketTextStream  stop', 'start'], ['(method) 数据流(): void', 'A \\x1b]0;title\\x07 of 字符 that is longe', 'r than a narrow terminal is wide.']],
])('%d × %d', (columns, rows, names, meaning) => {
  test('names above the line, what they have in common in it, and the meaning of a whole one', async () => {
    const pty = await shell({ columns, rows })
    pty.write(`${LINE}\t`)
    await untilScreen(pty, [...names, ...broken(`ts> ${LINE}`, columns)])
    pty.write('\x15数\t')
    await untilTyped(pty, () => ['ts> 数据'])
    pty.write('\t')
    await untilScreen(pty, ['数据流  数据源', 'ts> 数据'])
    expect(pty.cursor).toEqual({ row: 'ts> 数据', column: 8 })
    pty.write('流\t')
    await untilScreen(pty, [...meaning, 'ts> 数据流'])
    expect(pty.raw).not.toContain('\x1b]0;')
  })

  test('in the middle of a line, while batches come', async () => {
    const pty = await shell({ columns, rows })
    pty.write('blocks(10, 20)\r')
    await pty.until('Time: 1000 ms')
    pty.write(`"数" + so + ${'"字" + '.repeat(10)}""`)
    pty.write(`\x01${'\x1b[C'.repeat(8)}\t`) // behind `so`
    await untilTyped(pty, () => broken(`ts> "数" + socketTextStream + ${'"字" + '.repeat(10)}""`, columns))
    await pty.until('Time: 10000 ms')
    await untilTyped(pty, () => broken(`ts> "数" + socketTextStream + ${'"字" + '.repeat(10)}""`, columns))
  })
})

describe('keys after Tab', () => {
  test('wait for its answer', async () => {
    const pty = await shell({ env: { FAKE_TAB_MS: '100' } })
    pty.write('"" + so\t.length\t\x1b[D!')
    await untilTyped(pty, () => ['ts> "" + socketTextStream.lengt!h'])
  })

  test('do not wait for ever, and what comes late changes nothing', async () => {
    const pty = await shell({ env: { FAKE_TAB_MS: '400' } })
    pty.write('so\trt')
    await untilTyped(pty, () => ['ts> sort'])
    pty.write('\x15"" + so\t')
    await untilTyped(pty, () => ['ts> "" + socketTextStream'])
    expect(pty.text).not.toContain('rtketTextStream')
  })

  test('Ctrl-C and Enter among them', async () => {
    const pty = await shell({ env: { FAKE_TAB_MS: '200' } })
    pty.write('so\t\x03')
    await pty.until(/ts> so\nts>$/)
    pty.write('"sto" + sto\t')
    await untilTyped(pty, () => ['ts> "sto" + stop'])
    pty.write('\x15"1" + 2\t\r')
    await pty.until("string = '12'")
    await untilTyped(pty, () => ['ts>'])
  })
})

test('two Tabs in a row: one list; on a line that has not begun: none', async () => {
  const pty = await shell()
  pty.write('\ts\t\t')
  await untilScreen(pty, ['socketTextStream  start             stop', 'ts> s'])
  pty.write('t\t')
  await untilScreen(pty, ['start  stop', 'ts> st'])
  expect(pty.text.match(/socketTextStream/g)).toHaveLength(1)
})

test('TERM=dumb: nothing is drawn, a Tab is a blank', async () => {
  const pty = await shell({ env: { TERM: 'dumb' } })
  pty.write('20 +\t22\r')
  await pty.until(/number = 42\nts>$/)
  expect(pty.raw).not.toContain('\x1b')
})
