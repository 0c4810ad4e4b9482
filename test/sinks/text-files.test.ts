/** Rows as text files: names, contents, and never half an output. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openTextFiles, textFilesName, writePart } from '#src/sinks/text-files.js'

let dir: string
beforeEach(() => { dir = mkdtempSync(join(tmpdir(), 'tspark-out-')) })
afterEach(() => rmSync(dir, { recursive: true, force: true }))

type Write = ReturnType<typeof openTextFiles>
/** Runs the action as an engine would, one call per partition. */
const runAll = (write: Write, partitions: readonly (readonly unknown[])[]): unknown[] => {
  if (write.action.kind !== 'apply') throw new Error('an apply action')
  const f = write.action.f.fn as (rows: Iterable<unknown>, partition: number) => unknown
  return partitions.map((rows, i) => f(rows[Symbol.iterator](), i))
}
const contents = (path: string) => Object.fromEntries(readdirSync(path).sort().map(name => [name, readFileSync(join(path, name), 'utf8')]))

describe('saveAsTextFiles', () => {
  const names = [
    { prefix: 'p', suffix: '', timeMs: 1000, name: 'p-1000' },
    { prefix: 'p', suffix: 'txt', timeMs: 1000, name: 'p-1000.txt' },
    { prefix: '', suffix: 'txt', timeMs: 1000, name: '1000.txt' },
    { prefix: null, suffix: null, timeMs: 1000, name: '1000' },
  ]
  test.each(names)('saveAsTextFiles: $name', ({ prefix, suffix, timeMs, name }) => { expect(textFilesName(prefix, suffix, timeMs)).toBe(name) })

  interface Row { what: string; partitions: unknown[][]; files: Record<string, string> }
  const rows: Row[] = [
    { what: 'two partitions', partitions: [['a', ['b', 1]], [null, 2n]], files: { _SUCCESS: '', 'part-00000': 'a\n(b,1)\n', 'part-00001': 'null\n2\n' } },
    { what: 'an empty partition', partitions: [[], ['x']], files: { _SUCCESS: '', 'part-00000': '', 'part-00001': 'x\n' } },
    { what: 'no partition: one empty part', partitions: [], files: { _SUCCESS: '', 'part-00000': '' } },
    { what: 'control characters as they are', partitions: [['\u001b[2J\t', '__proto__', '👩‍👩‍👧']], files: { _SUCCESS: '', 'part-00000': '\u001b[2J\t\n__proto__\n👩‍👩‍👧\n' } },
  ]
  test.each(rows)('$what', async ({ partitions, files }) => {
    const write = openTextFiles(join(dir, 'deep/wc-1000'), { overwrite: true, operator: 'saveAsTextFiles' })
    expect(runAll(write, partitions)).toEqual(partitions.map(rows => rows.length))
    await write.commit()
    expect(contents(join(dir, 'deep/wc-1000'))).toEqual(files)
    expect(readdirSync(join(dir, 'deep'))).toEqual(['wc-1000'])
  })

  test('many rows go out in pieces', () => {
    const rows = Array.from({ length: 50_000 }, (_, i) => `row ${i}`)
    expect(writePart(dir, rows, 7)).toBe(50_000)
    expect(readFileSync(join(dir, 'part-00007'), 'utf8')).toBe(rows.map(row => `${row}\n`).join(''))
  })
})

describe('never half an output', () => {
  test('nothing is there before the commit, or after an abort', async () => {
    const write = openTextFiles(join(dir, 'out'), { overwrite: false, operator: 'saveAsTextFile' })
    runAll(write, [['a']])
    expect(readdirSync(dir).every(name => name.startsWith('.'))).toBe(true)
    await write.abort()
    expect(() => runAll(write, [['late']])).toThrow('ENOENT')
    expect(readdirSync(dir)).toEqual([])
  })

  test('a batch run again replaces what it wrote', async () => {
    for (const partitions of [[['old'], ['old']], [['new']]]) {
      const write = openTextFiles(join(dir, 'out'), { overwrite: true, operator: 'saveAsTextFiles' })
      runAll(write, partitions)
      await write.commit()
    }
    expect(contents(join(dir, 'out'))).toEqual({ _SUCCESS: '', 'part-00000': 'new\n' })
    expect(readdirSync(dir)).toEqual(['out'])
  })

  test('elsewhere an output that exists is refused before anything runs', () => {
    mkdirSync(join(dir, 'out'))
    writeFileSync(join(dir, 'out/mine'), 'kept')
    expect(() => openTextFiles(join(dir, 'out'), { overwrite: false, operator: 'saveAsTextFile' }))
      .toThrow(expect.objectContaining({ code: 'OUTPUT_EXISTS', message: `Output directory ${join(dir, 'out')} already exists` }))
    expect(readFileSync(join(dir, 'out/mine'), 'utf8')).toBe('kept')
  })

  test('a task run twice, or failing in the middle, leaves one part', async () => {
    const write = openTextFiles(join(dir, 'out'), { overwrite: false, operator: 'saveAsTextFile' })
    function* failing(): Iterable<string> { yield 'half'; throw new Error('in the middle') }
    const f = (write.action as { f: { fn: (rows: Iterable<unknown>, partition: number) => unknown } }).f.fn
    expect(() => f(failing(), 0)).toThrow('in the middle')
    f(['whole'], 0)
    f(['whole'], 0)
    await write.commit()
    expect(contents(join(dir, 'out'))).toEqual({ _SUCCESS: '', 'part-00000': 'whole\n' })
  })
})
