/** The table above the prompt: its rows as data, and on screens of several sizes, as text, with wide characters. */
import pc from 'picocolors'
import xterm from '@xterm/headless'
import { describe, expect, test } from 'vitest'
import { WatchedTable } from '#src/api/watched.js'
import { Time } from '#src/core/time.js'
import { sparkline, tableRows, Watches } from '#src/repl/watches.js'
import { Terminal } from '#src/repl/terminal.js'
import { textWidth } from '#src/repl/width.js'

const look = (columns: number) => ({ colors: pc.createColors(false), columns: () => columns })

test.each([
  ['nothing', [], ''],
  ['one number', [5], '█'],
  ['from nothing to the most', [0, 1, 2, 3, 4, 5, 6, 7], '▁▂▃▄▅▆▇█'],
  ['gaps', [1, undefined, 1], '█ █'],
  ['below nothing', [-7, 0], '▁█'],
  ['nothing but nothing', [0, 0], '▁▁'],
  ['what is no number', [NaN, Infinity, 2], '  █'],
  ['no numbers', [undefined], ''],
])('a sparkline of %s', (_name, trend, expected) => { expect(sparkline({ trend })).toBe(expected) })

describe('the rows', () => {
  const after = (...batches: unknown[][]) => { const table = new WatchedTable(3); return batches.map(batch => table.add(batch)).at(-1)! }

  test('a key keeps its place and its trend', () => {
    expect(after([['a', 1], ['b', 2]], [['b', 3]]).rows).toEqual([{ key: 'a', value: undefined, trend: [1, undefined] }, { key: 'b', value: 3, trend: [2, 3] }])
  })
  test('a key that does not come for a while leaves', () => {
    expect(after([['a', 1]], ...Array.from({ length: 20 }, () => [['b', 1]])).rows.map(({ key }) => key)).toEqual(['b'])
  })
  test('1 and "1" are two keys, equal arrays one', () => {
    expect(after([[1, 1], ['1', 2], [[1], 3]], [[[1], 4]]).rows.map(({ key, value }) => [key, value])).toEqual([[1, undefined], ['1', undefined], [[1], 4]])
  })
  test('no more than are wanted, and that is said', () => {
    expect(after([['a', 1], ['b', 1], ['c', 1], ['d', 1]])).toMatchObject({ more: true, rows: [{ key: 'a' }, { key: 'b' }, { key: 'c' }] })
  })
  test('records that are no pairs', () => {
    expect(after([7], [9]).rows).toEqual([{ key: undefined, value: 9, trend: [7, 9] }])
  })
})

/** A prompt on a screen of that size; what is on it, from the first row. */
function screen(columns: number, rows: number) {
  const shown = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true })
  const flushed = { last: Promise.resolve() }
  const terminal = new Terminal({ mode: 'redraw', columns: () => columns, rows: () => rows, write: text => { flushed.last = new Promise(resolve => { shown.write(text, resolve) }) } })
  const line = 'ts> const 数'
  terminal.attach({ cursorRows: () => 0, redraw: () => terminal.draw(line) })
  terminal.promptShown(() => terminal.draw(line))
  const text = async (): Promise<string> => {
    terminal.flush()
    await flushed.last
    const { active } = shown.buffer
    return Array.from({ length: active.length }, (_, i) => active.getLine(i)!.translateToString(true)).join('\n').trimEnd()
  }
  return { terminal, text }
}

const counts = (second: number, keys: readonly string[]) => ({ stream: 'counts', time: new Time(second * 1000), more: false, rows: keys.map((key, i) => ({ key, value: second * (i + 1), trend: Array.from({ length: second }, (_, at) => (at + 1) * (i + 1)) })) })

describe.each([[80, 24], [60, 16], [40, 12]])('on a screen of %i × %i', (columns, rows) => {
  test('the table stays above the line being typed and is drawn in place', async () => {
    const { terminal, text } = screen(columns, rows)
    for (let second = 1; second <= 4; second++) {
      terminal.panel(tableRows(counts(second, ['to', '数据流', 'be']), look(columns)))
      if (second === 2) terminal.print('(printed,1)')
    }
    expect(await text()).toBe(['(printed,1)', 'counts  4000 ms', 'to      4   ▃▅▆█', '数据流  8   ▃▅▆█', 'be      12  ▃▅▆█', 'ts> const 数'].join('\n'))
  })

  test('what has no room is counted, and no row is wider than the screen', async () => {
    const { terminal, text } = screen(columns, rows)
    const keys = Array.from({ length: 40 }, (_, i) => `${'数'.repeat(30)}${i}`)
    for (const second of [1, 2, 3]) terminal.panel(tableRows(counts(second, keys), look(columns)))
    const lines = (await text()).split('\n')
    expect(lines).toHaveLength(rows - 4)
    expect(lines.at(-2)).toMatch(/^… \d+ more rows$/)
    expect(lines.filter(line => line.startsWith('counts'))).toEqual(['counts  3000 ms'])
    expect(lines.filter(line => textWidth(line) >= columns)).toEqual([])
  })

  test('it goes when nothing is watched any more', async () => {
    const { terminal, text } = screen(columns, rows)
    terminal.panel(['one', 'two'])
    terminal.panel([])
    expect(await text()).toBe('ts> const 数')
  })
})

test('while a line runs nothing is drawn; the table comes back with the prompt', async () => {
  const { terminal, text } = screen(40, 12)
  terminal.panel(['old'])
  terminal.draw('\n')
  terminal.promptHidden()
  terminal.panel(['new'])
  expect(await text()).not.toContain('new')
  terminal.promptShown(() => terminal.draw('ts> '))
  terminal.panel(['newer'])
  expect((await text()).split('\n').slice(-2)).toEqual(['newer', 'ts> const 数'])
})

test('control characters of keys are shown', () => {
  const rows = tableRows({ stream: 'x', time: new Time(1000), more: true, rows: [{ key: '\x1b[2J', value: 'a\nb', trend: [] }] }, look(80))
  expect(rows).toEqual(['x  1000 ms', '\\x1b[2J  a\\nb', '…'])
})

test('a terminal that is never redrawn gets blocks', () => {
  let written = ''
  const watches = new Watches(new Terminal({ mode: 'plain', columns: () => 80, write: text => { written += text } }), look(80))
  let removed = 0
  const stream = { watch: (show: (watched: unknown) => void) => { show(counts(1, ['to'])); return { remove: () => { removed++ } } } }
  expect(() => watches.add('counts', stream as never)).not.toThrow()
  expect(written).toBe(`${'-'.repeat(43)}\nTime: 1000 ms  counts\n${'-'.repeat(43)}\nto  1  █\n\n`)
  watches.only()
  expect([watches.names, removed]).toEqual([[], 1])
})
