import { inspect } from 'node:util'
import pc from 'picocolors'
import { describe, expect, test } from 'vitest'
import { DESCRIBE } from '#src/core/describe.js'
import { SparkError } from '#src/core/errors.js'
import { batchHeading, errorCard } from '#src/repl/error-card.js'
import { excerpt } from '#src/repl/excerpt.js'
import { renderDiagnostics, renderPlain, renderValue } from '#src/repl/render.js'
import { cutToWidth, textWidth, wrapWords } from '#src/repl/width.js'

const look = { colors: pc.createColors(false), columns: () => 80 }
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/

describe('values', () => {
  test.each([
    [2, 'number', 'number = 2'],
    ['2', 'string', "string = '2'"],
    ['(2) map\n(2) textFile', 'string', 'string\n(2) map\n(2) textFile'],
    [[['a', 1]], '[string, number][]', "[string, number][] = [ [ 'a', 1 ] ]"],
    [new Map([['k', -0]]), 'Map<string, number>', "Map<string, number> = Map(1) { 'k' => -0 }"],
    [{ [DESCRIBE]: () => ['chain', 'runs'] }, 'DStream<string>', 'DStream<string>\n  chain\n  runs'],
  ])('%s', (value, type, expected) => expect(renderValue(value, type, look)).toBe(expected))

  test.each([
    ['a text', 'x\x1b[2J\u202e\x9b'],
    ['a key', { '\x1b]52;c;\x07': 1 }],
    ['a described stream', { [DESCRIBE]: () => ['\x1b[2J'] }],
    ['its own inspection', { [inspect.custom]: () => '\x1b[2J' }],
    ['a failing inspection', { [inspect.custom]() { throw new Error('\x1b[2J') } }],
  ])('control characters of %s are not sent', (_name, value) => expect(renderPlain(value, look)).not.toMatch(CONTROL))
})

test('an error that is a value keeps the frames of the user only', () => {
  const error = Object.assign(new Error('e'), { stack: `Error: e\n    at f (/home/me/prog.ts:3:7)\n    at node:vm:280:12\n    at run (${new URL('../../dist/src/repl/evaluator.js', import.meta.url).href}:1:2)` })
  expect(renderPlain({ error }, look)).toBe('{\n  error: Error: e\n      at f (/home/me/prog.ts:3:7)\n}')
})

test('a promise is shown without what Node hangs on it', () => {
  const marked = Object.assign(Promise.resolve(1), { [Symbol('async_id_symbol')]: 7, [Symbol('trigger_async_id_symbol')]: 3 })
  expect(renderPlain(marked, look)).toBe('Promise { 1 }')
})

describe('whatever is thrown makes a card', () => {
  test.each([
    ['an Error', new TypeError('no such thing'), /^TypeError: no such thing/],
    ['a text', 'oops', /^thrown: 'oops'$/],
    ['null', null, /^thrown: null$/],
    ['undefined', undefined, /^thrown: undefined$/],
    ['a frozen proxy', Object.freeze(new Proxy({}, {})), /^thrown: \{\}$/],
    ['a revoked proxy', (() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy })(), /./],
    ['an object whose toString throws', { toString() { throw new Error('no') } }, /^thrown: /],
    ['an error whose message is no text', Object.assign(new Error(), { message: 42 }), /^Error: /],
    ['an error with a cause', new Error('outer', { cause: new RangeError('inner') }), /cause: RangeError: inner/],
    ['ours', new SparkError('NO_OUTPUT_OPERATIONS'), /^SparkError \[NO_OUTPUT_OPERATIONS\]: No output.*\n  fix: add one/],
    ['one with terminal commands', new Error('\x1b[2J'), /^Error: \\x1b\[2J/],
  ])('%s', (_name, thrown, expected) => {
    const card = errorCard(thrown, look)
    expect(card).toMatch(expected)
    expect(card).not.toMatch(CONTROL)
  })

  test('of a task: operator, the line with a caret, the record, the batch time, the fix', () => {
    const at = { file: '<repl>:4', line: 1, column: 12, text: 'words.map(w => w.a.b)' }
    const failure = { operator: 'map', site: at, error: 'TypeError: w.a is undefined', record: 'r'.repeat(300), thrownAt: { ...at, column: 20 }, stack: '' }
    const error = new SparkError('TASK_FAILED', { operator: 'map', error: 'x' }, { cause: failure })
    expect(`${batchHeading(1000, look)}\n${errorCard(error, look)}`.split('\n')).toEqual([
      'failed batch Time: 1000 ms',
      'map (<repl>:4:1): TypeError: w.a is undefined',
      '    words.map(w => w.a.b)',
      '                       ^ <repl>:4:1',
      `  record: ${'r'.repeat(199)}…`,
      '  fix: mend the function; in a stream, later batches go on',
    ])
  })

  test('a record of blanks can be seen', () => {
    const cause = { operator: 'map', site: undefined, error: 'Error: no', record: '', thrownAt: undefined, stack: '' }
    expect(errorCard(new SparkError('TASK_FAILED', { operator: 'map', error: 'x' }, { cause }), look)).toContain('record: ""')
  })
})

describe('compile errors', () => {
  test('the line, a mark as wide as what it marks, the message, the help', () => {
    const one = { line: 1, column: 5, length: 2, sourceLine: '数 = 字符', message: 'wrong', code: 2304, help: 'do this' }
    expect(renderDiagnostics([one], look)).toBe('    数 = 字符\n         ^^^^\nerror TS2304: wrong\n  help: do this')
  })

  test('more than five are counted', () => {
    const one = { line: 1, column: 1, length: 1, sourceLine: 'x', message: 'm', code: 1 }
    expect(renderDiagnostics(Array.from({ length: 8 }, () => one), look)).toMatch(/… and 3 more$/)
  })
})

describe('narrow terminals', () => {
  test.each([[1, 40], [90, 40], [199, 40], [200, 60]])('column %i of a long line at %i columns keeps the mark under its character', (column, columns) => {
    const text = Array.from({ length: 200 }, (_, i) => String.fromCharCode(97 + i % 26)).join('')
    const [line, mark] = excerpt(text, column, 1, columns)
    expect(line[mark.indexOf('^')]).toBe(text[column - 1])
    expect(textWidth(line)).toBeLessThanOrEqual(columns)
  })

  test.each([[3, 40], [30, 40], [60, 60]])('column %i of a long line of wide characters at %i columns, too', (column, columns) => {
    const text = Array.from({ length: 60 }, (_, i) => String.fromCharCode(0x4e00 + i)).join('')
    const [line, mark] = excerpt(text, column, 1, columns)
    expect(textWidth(line.slice(0, line.indexOf(text[column - 1]!)))).toBe(mark.indexOf('^'))
    expect(textWidth(line)).toBeLessThanOrEqual(columns)
  })

  test.each([
    ['! nobody listens here', 12, '! nobody\n  listens\n  here'],
    ['! 字符 字符 字符', 9, '! 字符\n  字符\n  字符'],
    ['short', 40, 'short'],
    ['averyveryverylongword', 5, 'averyveryverylongword'],
  ])('%s is broken between words at %i columns', (text, columns, expected) => expect(wrapWords(text, columns)).toBe(expected))

  test.each([['plain', 10, 'plain'], ['字符字符', 5, '字符…'], ['\x1b[2mlong text\x1b[22m', 5, '\x1b[2mlong\x1b[22m…']])('%s cut to %i', (text, columns, expected) => {
    expect(cutToWidth(text, columns)).toBe(expected)
  })
})
