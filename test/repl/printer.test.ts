/** The printer by itself: what is written, held and folded. */
import pc from 'picocolors'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { PrintedBlocks } from '#src/repl/printed-block.js'
import { Terminal, type Mode } from '#src/repl/terminal.js'

const look = { colors: pc.createColors(false), columns: () => 80 }
beforeEach(() => { vi.useFakeTimers() })
afterEach(() => { vi.useRealTimers() })

function printer(mode: Mode) {
  const written = { stdout: '', stderr: '', held: 0 }
  const terminal = new Terminal({ mode, columns: () => 80, write: (text, stream) => { written[stream] += text }, onHeld: lines => { written.held = lines } })
  terminal.attach({ cursorRows: () => 0, redraw: () => terminal.draw('<line>') })
  return { terminal, written }
}

test('a script is written as it comes, to the stream that was meant', () => {
  const { terminal, written } = printer('script')
  terminal.promptShown(() => {})
  terminal.print('out')
  terminal.write('no end', 'stderr')
  expect(written).toMatchObject({ stdout: 'out\n', stderr: 'no end' })
})

test('10,000 prints at once are one frame', () => {
  const { terminal, written } = printer('redraw')
  terminal.promptShown(() => {})
  for (let i = 0; i < 10_000; i++) terminal.print(`line ${i}`)
  vi.advanceTimersByTime(100)
  expect(written.stdout.match(/<line>/g)).toHaveLength(1)
  expect(written.stdout).toContain('line 0\nline 1\n')
  expect(written.stdout).toContain('line 9999\n<line>')
})

test('at most thirty frames a second', () => {
  const { terminal, written } = printer('redraw')
  terminal.promptShown(() => {})
  for (let ms = 0; ms < 1000; ms++) { terminal.print('x'); vi.advanceTimersByTime(1) }
  vi.advanceTimersByTime(100)
  expect(written.stdout.match(/<line>/g)!.length).toBeLessThanOrEqual(32)
  expect(written.stdout.match(/x\n/g)).toHaveLength(1000)
})

test('held output comes out whole, or says how much is missing', () => {
  const { terminal, written } = printer('redraw')
  terminal.hold(true)
  terminal.promptShown(() => {})
  for (let i = 0; i < 2500; i++) terminal.print(`line ${i}`)
  vi.advanceTimersByTime(100)
  expect(written).toMatchObject({ stdout: '', held: 2500 })
  terminal.promptHidden()
  terminal.hold(false)
  expect(written.stdout).toMatch(/^… 500 earlier lines were not kept\nline 500\n/)
  expect(written.stdout).toMatch(/line 2499\n$/)
})

describe('print() blocks', () => {
  const output = { id: 1, name: 'counts', site: undefined }
  const other = { id: 2, name: 'errors', site: undefined }
  const open = (mode: Mode) => {
    const { terminal, written } = printer(mode)
    const blocks = new PrintedBlocks(terminal, look)
    const batch = (timeMs: number, lines: string[], from = output): void => { blocks.printed({ timeMs, output: from, lines, more: lines.length > 2 }); blocks.batchCompleted(timeMs) }
    return { blocks, batch, written }
  }

  test("Spark's block, with ... where there is more", () => {
    const { batch, written } = open('plain')
    batch(1000, ['(a,1)', '(b,2)', '(c,3)'])
    expect(written.stdout).toBe(`${'-'.repeat(43)}\nTime: 1000 ms\n${'-'.repeat(43)}\n(a,1)\n(b,2)\n(c,3)\n...\n\n`)
  })

  test('the clock time stands beside a time of the wall clock', () => {
    const { batch, written } = open('plain')
    const at = new Date(2026, 0, 2, 3, 4, 5)
    vi.setSystemTime(at)
    batch(at.getTime(), ['a'])
    expect(written.stdout).toContain(`Time: ${at.getTime()} ms  03:04:05\n`)
  })

  test('of 300 sequences that command a terminal none is sent', () => {
    const { batch, written } = open('plain')
    const openings = ['\x1b[', '\x1b]', '\x1bP', '\x1b_', '\x1b^', '\x1bX', '\x9b', '\x9d', '\x90', '\x1bc', '\x1b(', '\x08', '\r', '\u202e', '\u2066']
    const bodies = ['2J', '1;1H', '?1049h', '0;title', '52;c;ZXZpbA==', '8;;http://evil.example', '31m', '6n', '?25l', '1000D', '5i', '0K', 'tail', '>c', '=1', '!p', '"q', '$t', 's', 'u']
    const hostile = openings.flatMap(opening => bodies.map(body => `${opening}${body}\x07\x1b\\\\`))
    batch(1000, hostile)
    expect(hostile).toHaveLength(300)
    expect(written.stdout).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/)
  })

  test('several outputs have names, and one that is empty among others has a line', () => {
    const { blocks, written } = open('plain')
    for (const [from, lines] of [[output, ['a']], [other, []]] as const) blocks.printed({ timeMs: 1000, output: from, lines, more: false })
    blocks.batchCompleted(1000)
    blocks.printed({ timeMs: 2000, output: other, lines: ['b'], more: false })
    expect(written.stdout).toContain('Time: 1000 ms  errors: empty\n')
    expect(written.stdout).toContain('Time: 2000 ms  errors\n')
  })

  test('without redrawing, a run of empty batches is said at its beginning and at its end', () => {
    const { batch, written } = open('plain')
    for (let i = 1; i <= 60; i++) batch(i * 1000, [])
    batch(61_000, ['a'])
    expect(written.stdout.split('\n').filter(line => line.includes('empty'))).toEqual(['· empty batch  Time: 1000 ms', '· 60 empty batches  Time: 1000 ms to 60000 ms'])
  })

  test('after a sleep only the last of what is caught up is shown', () => {
    const { batch, written } = open('redraw')
    const wakeMs = Date.now()
    batch(wakeMs - 61_000, ['before'])
    for (let i = 60; i > 0; i--) batch(wakeMs - i * 1000, [`late ${i}`])
    vi.advanceTimersByTime(200)
    expect(written.stdout.match(/late \d+/g)!.length).toBeLessThanOrEqual(5)
    expect(written.stdout).toMatch(/batches were caught up; this is the last/)
    expect(written.stdout).toContain('late 1\n')
    const times = [...written.stdout.matchAll(/Time: (\d+) ms/g)].map(match => Number(match[1]))
    expect(times).toEqual([...times].sort((a, b) => a - b))
  })
})
