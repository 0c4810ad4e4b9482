import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { SparkError } from '#src/core/errors.js'
import { helpText as commandsText } from '#src/repl/commands.js'
import { chooseMode } from '#src/repl/open-shell.js'
import { FLAGS, helpText, parseOptions } from '#src/repl/options.js'

describe('flags', () => {
  test.each([
    [['--master', 'local[2]'], { master: 'local[2]' }],
    [['--master=local:3'], { master: 'local:3' }],
    [['--batch', '500ms'], { batchMs: 500 }],
    [['--batch=2s'], { batchMs: 2000 }],
    [['--conf', 'a.b=c=d', '-c', 'e=f'], { conf: [['a.b', 'c=d'], ['e', 'f']] }],
    [['-i', 'one.ts', '-i', 'two.ts'], { preload: ['one.ts', 'two.ts'] }],
    [['-e', '1 + 1', '--name', 'mine', '--plain'], { code: ['1 + 1'], name: 'mine', plain: true }],
    [['--once'], { conf: [['spark.tspark.once', 'true']] }],
    [['--help'], { help: true }],
    [['--version'], { version: true }],
  ])('%j', (argv, expected) => { expect(parseOptions(argv)).toMatchObject(expected) })

  test.each([
    [['--mster', 'x'], 'FLAG_UNKNOWN', 'did you mean --master?'],
    [['--driver-memory', '2g'], 'FLAG_UNKNOWN', '--help lists all flags'],
    [['wordcount.ts'], 'FLAG_UNKNOWN', 'tspark-shell -i wordcount.ts'],
    [['--batch', 'often'], 'FLAG_VALUE', '--help'],
    [['--batch', '0s'], 'FLAG_VALUE', '--help'],
    [['--conf', 'novalue'], 'FLAG_VALUE', '--help'],
    [['-i'], 'FLAG_VALUE', '--help'],
    [['--master', 'locl[2]'], 'MASTER_INVALID', 'local:2'],
  ])('%j is refused with a fix', (argv, code, fix) => {
    const error = (() => { try { parseOptions(argv) } catch (error) { return error as SparkError } return undefined })()
    expect(error?.code).toBe(code)
    expect(error?.fix).toContain(fix)
  })

  test('docs/shell.md shows the flags and commands as the shell does', () => {
    const guide = readFileSync(new URL('../../docs/shell.md', import.meta.url), 'utf8')
    for (const line of [...helpText().split('\n').filter(line => line.startsWith('  -')), ...commandsText().split('\n')]) expect(guide).toContain(`${line}\n`)
  })

  test('--help names every flag', () => {
    for (const { names } of FLAGS) for (const name of names) expect(helpText()).toContain(name)
  })
})

describe('which terminal', () => {
  const on = { in: true, out: true }
  test.each([
    [{}, {}, on, 'redraw'],
    [{}, { NO_COLOR: '1' }, on, 'plain'],
    [{}, { NO_COLOR: '' }, on, 'redraw'], // no-color.org: only when not empty
    [{}, { TERM: 'dumb' }, on, 'plain'],
    [{ plain: true }, {}, on, 'plain'],
    [{}, {}, { in: true, out: false }, 'plain'],
    [{}, {}, { in: false, out: true }, 'script'],
    [{ code: ['1'] }, {}, on, 'script'],
  ])('%j %j %j: %s', (options, env, tty, mode) => {
    expect(chooseMode({ plain: false, code: [], ...options }, env, tty)).toBe(mode)
  })
})
