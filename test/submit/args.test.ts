/** spark-submit's flags, their precedence and the exit codes of what cannot be understood. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Exit, parseArgs } from '#src/submit/args.js'
import type { Submission } from '#src/submit/args.js'
import { FLAGS, usage } from '#src/submit/flags.js'
import { readProperties } from '#src/core/properties.js'
import { program, ROOT } from '../support/programs.js'

const parse = (...argv: string[]): Submission => parseArgs(argv, '1.2.3', {}) as Submission
const settings = (submission: Submission): Record<string, string> => Object.fromEntries(submission.conf.getAll())

describe('what is understood', () => {
  const rows: readonly [name: string, argv: string[], expected: Record<string, unknown>][] = [
    ['a program alone', ['p.ts'], { program: 'p.ts', args: [], className: undefined, verbose: false }],
    ['its own arguments, flags among them', ['p.ts', '--master', 'x', '-v'], { program: 'p.ts', args: ['--master', 'x', '-v'] }],
    ['a class', ['--class', 'A', 'p.ts', 'b'], { className: 'A', args: ['b'] }],
    ['a value behind =', ['--class=A=B', 'p.ts'], { className: 'A=B' }],
    ['verbose', ['-v', 'p.ts'], { verbose: true }],
    ['what is written, and what is played', ['--record', 'a.record', 'p.ts'], { record: 'a.record', compare: undefined }],
    ['the last of two', ['--class', 'A', '--class', 'B', 'p.ts'], { className: 'B' }],
  ]
  test.each(rows)('%s', (_name, argv, expected) => { expect(parse(...argv)).toMatchObject(expected) })

  const confs: readonly [argv: string[], expected: Record<string, string>][] = [
    [['--master', 'local[2]'], { 'spark.master': 'local[2]' }],
    [['--master', 'local:2'], { 'spark.master': 'local:2' }],
    [['--name', 'my app'], { 'spark.app.name': 'my app' }],
    [['--conf', 'a.b=c=d', '-c', 'spark.e='], { 'a.b': 'c=d', 'spark.e': '' }],
    [['--conf', 'spark.app.name=conf', '--name', 'flag'], { 'spark.app.name': 'flag' }],
    [['--once'], { 'spark.tspark.once': 'true' }],
    [['--driver-memory', '2g'], { 'spark.driver.memory': '2g' }],
  ]
  test.each(confs)('%j sets %j', (argv, expected) => { expect(settings(parse(...argv, 'p.ts'))).toEqual(expected) })

  test('flags go before the properties file, named or found', () => {
    const dir = program({ 'p.conf': 'spark.a file\nspark.b file', 'conf/spark-defaults.conf': 'spark.d default' })
    expect(settings(parse('--conf', 'spark.a=flag', '--properties-file', join(dir, 'p.conf'), 'p.ts'))).toEqual({ 'spark.a': 'flag', 'spark.b': 'file' })
    expect(settings(parseArgs(['p.ts'], '1', { SPARK_HOME: dir }) as Submission)).toEqual({ 'spark.d': 'default' })
  })

  test('flags without meaning here are accepted and noted', () => {
    const flags = FLAGS.filter(({ what }) => !what)
    const { notes } = parse(...flags.flatMap(({ names, takes }) => [names[0]!, ...takes ? ['client'] : []]), 'p.ts')
    expect(notes).toHaveLength(flags.length)
    expect(flags.length).toBeGreaterThan(20)
  })

  test('a properties file as Java reads it', () => {
    const dir = program({ 'p.conf': '# comment\n! too\n\nspark.a 1\nspark.b=2\n  spark.c :  3 4\nspark.d\\\n  =5\nspark.e\nother x\r\nspark.f 6\r\n' })
    expect(readProperties(join(dir, 'p.conf'))).toEqual({
      entries: [['spark.a', '1'], ['spark.b', '2'], ['spark.c', '3 4'], ['spark.d', '5'], ['spark.e', ''], ['spark.f', '6']],
      notes: ['Ignoring non-Spark config property: other'],
    })
  })
})

describe('what ends the command', () => {
  const rows: readonly [argv: string[], code: number, text: RegExp][] = [
    [[], 255, /^Usage: tspark-submit/],
    [['--record', 'a', '--compare', 'b', 'p.ts'], 1, /^Error: --record and --compare are of two runs: record first, then compare$/],
    [['--bogus', 'p.ts'], 1, /^Error: Unrecognized option: --bogus$/],
    [['--mastre', 'local', 'p.ts'], 1, /^Error: Unrecognized option: --mastre \(did you mean --master\?\)$/],
    [['--verbose=1', 'p.ts'], 1, /^Error: Unrecognized option: --verbose/],
    [['--name'], 1, /Missing argument for option '--name'/],
    [['--conf', 'novalue', 'p.ts'], 1, /^Error: Spark config without '=': novalue/],
    [['--master', 'bogus', 'p.ts'], 1, /^Error: Could not parse Master URL: 'bogus'/],
    [['--properties-file', '/nowhere/p.conf', 'p.ts'], 1, /Failed when loading Spark properties file \/nowhere\/p\.conf/],
    [['--verbose'], 1, /Must specify a program/],
  ]
  test.each(rows)('%j: exit %i', (argv, code, text) => {
    const ended = (() => { try { return parse(...argv) } catch (error) { return error } })()
    expect(ended).toBeInstanceOf(Exit)
    expect(ended).toMatchObject({ exitCode: code, message: expect.stringMatching(text) })
  })

  test('--help and --version are printed', () => {
    expect(parseArgs(['--help'], '1.2.3')).toEqual({ print: usage() })
    expect(parseArgs(['--version'], '1.2.3')).toMatchObject({ print: expect.stringContaining('1.2.3') })
    expect(usage()).toContain('--properties-file FILE')
    expect(readFileSync(join(ROOT, 'docs/submit.md'), 'utf8')).toContain(usage())
  })
})
