/** What the user sees while typing, on a real pseudo-terminal with a session of plain JavaScript. */
import { afterEach, describe, expect, test } from 'vitest'
import { FAKE_SHELL, Pty, type PtyOptions } from '../support/pty.js'
import { broken, heldLabel, LINE, TEXT, typedLine, untilTyped, VALUE } from '../support/typed-line.js'

const open: Pty[] = []
const shell = async (options: PtyOptions = {}, flags = ''): Promise<Pty> => {
  const pty = new Pty(`${FAKE_SHELL} ${flags}`, options)
  open.push(pty)
  await pty.until(/ts> $|ts>$/m)
  return pty
}
afterEach(() => { for (const pty of open.splice(0)) pty.kill() })

const printed = (pty: Pty): number => pty.rows.filter(row => /^\(word,\d+\)$/.test(row)).length

describe('output while a line is typed', () => {
  test('an 80-character line with wide characters and 50 batches: screen and value are exact', async () => {
    const pty = await shell()
    pty.write('blocks(50, 40)\r')
    await pty.until('Time: 1000 ms')
    await pty.type(LINE, 30)
    await pty.until(() => printed(pty) === 50)
    await untilTyped(pty, () => broken(`ts> ${LINE}`, 80))
    pty.write('\r')
    await pty.until(`number = ${VALUE}`)
  })

  test('the same in the middle of a function: output waits, and all of it comes after', async () => {
    const pty = await shell()
    pty.write('blocks(50, 20)\r')
    await pty.until('Time: 1000 ms')
    await pty.type('function f() {\r')
    await pty.until(/^\.\.\./m)
    await pty.type(`  return ${TEXT}`, 30)
    await pty.until(() => /lines held\)/.test(typedLine(pty)))
    await untilTyped(pty, () => broken(`${heldLabel(pty)}  return ${TEXT}`, 80))
    pty.write('\r}\r')
    await pty.until(() => printed(pty) === 50)
    pty.write('f().length\r')
    await pty.until(`number = ${VALUE - 5}`)
  })

  test('console.log, stderr and unfinished writes go above the line as well', async () => {
    const pty = await shell()
    pty.write('setTimeout(() => { console.log("to stdout"); console.error("to stderr"); process.stdout.write("no " + "end") }, 300); 0\r')
    await pty.until('number = 0')
    await pty.type('let half', 10)
    await pty.until(/\nto stdout\nto stderr\nno end\nts> let half$/)
  })

  test('a run of empty batches is one status line', async () => {
    const pty = await shell()
    pty.write('for (let i = 1; i <= 30; i++) setTimeout(() => block(i * 1000, []), i * 10); setTimeout(() => block(31000), 400); 0\r')
    await pty.until('(word,31000)')
    expect(pty.text).toContain('30 empty batches  Time: 1000 ms to 30000 ms')
    expect(pty.text.match(/empty batch/g)).toHaveLength(1)
  })

  test('ten thousand lines a second: none is lost or torn, and the line being typed is exact', async () => {
    const pty = await shell()
    const [LINES, AT_ONCE] = [15_000, 200]
    pty.write(`let at = 0; const printing = setInterval(() => { for (let i = 0; i < ${AT_ONCE}; i++) console.log("no " + at++); if (at === ${LINES}) clearInterval(printing) }, 20); 0\r`)
    await pty.until('number = 0')
    await pty.type(LINE, 20)
    await pty.until(() => pty.raw.includes(`no ${LINES - 1}\r\n`))
    await untilTyped(pty, () => broken(`ts> ${LINE}`, 80))
    const written = [...pty.raw.matchAll(/^(?:\x1b\S*|\r)*no (\d+)\r$/gm)].map(([, number]) => Number(number))
    expect(written).toEqual(Array.from({ length: LINES }, (_, at) => at))
    pty.write('\r')
    await pty.until(`number = ${VALUE}`)
  })

  test('control characters of data are shown, not sent', async () => {
    const pty = await shell()
    pty.write('block(1000, ["\\x1b]52;c;ZXZpbA==\\x07 \\x1b[2J \\u202e"]); 0\r')
    await pty.until('\\x1b]52;c;ZXZpbA==\\x07 \\x1b[2J \\u202e')
    expect(pty.raw).not.toContain('\x1b]52')
    expect(pty.raw).not.toContain('\x1b[2J')
  })

  test('60 columns and 16 rows', async () => {
    const pty = await shell({ columns: 60, rows: 16 })
    pty.write('blocks(20, 30)\r')
    await pty.until('Time: 1000 ms')
    await pty.type(LINE, 10)
    await pty.until(() => printed(pty) === 20)
    await untilTyped(pty, () => broken(`ts> ${LINE}`, 60))
    pty.write('\r')
    await pty.until(`number = ${VALUE}`)
  })
})

describe('keys', () => {
  test('text inserted in the middle in one piece stays there', async () => {
    const pty = await shell()
    await pty.type('"abc|def"')
    pty.write('\x1b[D\x1b[D\x1b[D\x1b[D') // before d
    pty.write('XYZ')
    await pty.until('ts> "abc|XYZdef"')
    pty.write('\r')
    await pty.until("string = 'abc|XYZdef'")
  })

  test('a bracketed paste of several lines is one input', async () => {
    const pty = await shell()
    pty.write('\x1b[200~globalThis.a = 1\rglobalThis.b = a + 1\r"sum " + (a + b)\r\x1b[201~')
    await pty.until("string = 'sum 3'")
    expect(pty.text).toContain('ts> globalThis.a = 1\n... globalThis.b = a + 1\n... "sum " + (a + b)\n')
    expect(pty.text.match(/number = /g)).toBeNull()
  })

  test('a bracketed paste without a last line end waits for Enter', async () => {
    const pty = await shell()
    pty.write('\x1b[200~globalThis.c = 20\nc + 1\x1b[201~')
    await pty.until('... c + 1')
    pty.write('1\r')
    await pty.until('number = 31')
  })

  test('5,000 pasted lines are one evaluation', async () => {
    const pty = await shell()
    const lines = Array.from({ length: 5000 }, (_, i) => `globalThis.last = ${i}`)
    pty.write(`\x1b[200~${lines.join('\n')}\nlast\n\x1b[201~`)
    await pty.until('number = 4999')
    expect(pty.text).toContain('more lines')
  })

  test('lines that come in one piece without brackets run one after another, each behind its prompt', async () => {
    const pty = await shell()
    pty.write('1 + 1\r2 + 2\r3 + 3\r')
    await pty.until(/number = 6\nts>$/)
    expect(pty.text).toContain('ts> 1 + 1\nnumber = 2\nts> 2 + 2\nnumber = 4\nts> 3 + 3\nnumber = 6\nts>')
  })

  test('a chain that is pasted without brackets is one result, with or without prompts in front', async () => {
    const pty = await shell()
    pty.write('ts> [1, 2, 3]\rts>   .map(x => x * 2)\rts>   .join("+")\r')
    await pty.until(/'2\+4\+6'\nts>$/)
    expect(pty.text).not.toContain('object')
  })

  test('console.log sends its own colours and nothing else', async () => {
    const pty = await shell()
    pty.write('console.log("\\x1b\\x5b31mred\\x1b\\x5b39m \\x1b\\x5d0;title\\x07")\r')
    await pty.until('red \\x1b]0;title\\x07')
    expect(pty.raw).toContain('\x1b[31mred')
  })

  test('Tab completes what is typed, Ctrl-R finds an earlier input', async () => {
    const pty = await shell()
    pty.write('"found" + "it"\r')
    await pty.until("'foundit'")
    pty.write('soc\t')
    await pty.until('ts> socketTextStream')
    pty.write('\x15\x12foun')
    await pty.until(/bck-i-search: foun/)
    pty.write('\r')
    await pty.until(() => pty.text.match(/'foundit'/g)?.length === 2)
  })

  test('an input entered before the checker is ready waits and says so', async () => {
    const pty = await shell({ env: { FAKE_READY_MS: '800' } })
    pty.write('6 * 7\r')
    await pty.until('checking…')
    await pty.until('number = 42')
    expect(pty.text).not.toContain('checking…')
  })
})

describe('Ctrl-C and leaving', () => {
  // No later turn could finish a write.
  const SAY_LOOPING = 'process.getBuiltinModule("fs").writeSync(1, "looping\\n")'
  test.each([
    ['clears the line', 'half a line', /ts> half a line\nts>$/],
    ['clears a multi-line input', 'function f() {\r  return 1', /\.\.\.   return 1\nts>$/],
    ['on nothing says how to leave', '', /to leave: \.exit or Ctrl-D\nts>$/],
    ['stops an endless loop', `${SAY_LOOPING}; for (;;) {}\r`, /\ninterrupted\nts>$/, /^looping$/m],
    ['stops waiting for a job', 'forever()\r', /interrupted\nts>$/],
  ] as [string, string, RegExp, RegExp?][])('%s', async (_name, typed, expected, begun) => {
    const pty = await shell()
    pty.write(typed)
    if (begun) await pty.until(begun)
    if (!typed.endsWith('\r')) await pty.until(() => typedLine(pty).endsWith(typed.split('\r').at(-1)!))
    pty.write('\x03')
    await pty.until(() => expected.test(pty.text))
    pty.write('40 + 2\r')
    await pty.until('number = 42')
  })

  test('gives up an input that still waits for the checker: it never runs', async () => {
    const pty = await shell({ env: { FAKE_READY_MS: '1500' } })
    pty.write('globalThis.ran = true; 0\r')
    await pty.until('checking…')
    pty.write('\x03')
    await pty.until(/interrupted\nts>$/)
    pty.write('typeof ran\r')
    await pty.until("string = 'undefined'")
  })

  test('fifty times in a row leaves the shell alive', async () => {
    const pty = await shell()
    pty.write('\x03'.repeat(50))
    pty.write('1 + 2\r')
    await pty.until('number = 3')
  })

  test.each([['Ctrl-D', '\x04'], ['.exit', '.exit\r'], ['exit', 'exit\r'], ['quit', 'quit\r'], [':q', ':q\r']])('%s leaves with code 0', async (_name, keys) => {
    const pty = await shell()
    pty.write(keys)
    expect(await pty.ended()).toBe(0)
    expect(pty.raw).toContain('\x1b[?2004l')
  })

  test('an error nobody caught is shown and the prompt survives', async () => {
    const pty = await shell()
    pty.write('setTimeout(() => { throw new Error("later") }, 50); Promise.reject(new TypeError("unheard")); 0\r')
    await pty.until('Error: later')
    await pty.until('TypeError: unheard')
    pty.write('5 + 5\r')
    await pty.until('number = 10')
  })
})

describe('terminals that are not drawn on', () => {
  test.each([['NO_COLOR', { NO_COLOR: '1' }, ''], ['TERM=dumb', { TERM: 'dumb' }, ''], ['--plain', {}, '--plain']])('%s: no escape sequence at all, and the value is right', async (_name, env, flags) => {
    const pty = await shell({ env }, flags)
    pty.write('blocks(3, 30)\r')
    await pty.until('(word,3000)')
    pty.write('"typed" + 1\r')
    await pty.until("string = 'typed1'")
    expect(pty.raw).not.toContain('\x1b')
  })
})
