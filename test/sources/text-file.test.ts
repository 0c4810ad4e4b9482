/** sc.textFile's paths and splits. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expandBraces } from '#src/sources/glob.js'
import { inputFiles } from '#src/sources/paths.js'
import { splitFiles, textFiles } from '#src/sources/text-file.js'

let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tspark-text-'))
  const names = ['a.txt', 'b.txt', 'b.log', 'c+d.txt', '[x].txt', '_skipped', '.skipped', 'sub/in.txt', 'sub/_no', 'sub/deep/far.txt', 'top/sub2/in.txt', 'ü 1.txt', 'empty.txt']
  for (const name of names) {
    mkdirSync(dirname(join(dir, name)), { recursive: true })
    writeFileSync(join(dir, name), name === 'empty.txt' ? '' : name)
  }
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

describe('paths', () => {
  const rows: [string, string[]][] = [
    ['a.txt', ['a.txt']],
    ['./a.txt', ['a.txt']],
    ['_skipped', ['_skipped']],
    ['sub', ['sub/in.txt']],
    ['*.txt', ['[x].txt', 'a.txt', 'b.txt', 'c+d.txt', 'empty.txt', 'ü 1.txt']],
    ['?.txt', ['a.txt', 'b.txt']],
    ['[ab].txt', ['a.txt', 'b.txt']],
    ['[^a].txt', ['b.txt']],
    ['[a-b].*', ['a.txt', 'b.log', 'b.txt']],
    ['{a,b}.txt', ['a.txt', 'b.txt']],
    ['b.{txt,log}', ['b.txt', 'b.log']],
    ['{sub,top/sub2}/in.txt', ['sub/in.txt', 'top/sub2/in.txt']],
    ['c+d.t*', ['c+d.txt']],
    ['*sk*,a.txt', []],
    ['a.txt,b.txt', ['a.txt', 'b.txt']],
    ['top/*', ['top/sub2/in.txt']],
  ]
  test.each(rows)('%s', (pattern, names) => {
    const paths = pattern.startsWith('{') ? `${dir}/${pattern}` : pattern.split(/,(?![^{]*\})/).map(part => `${dir}/${part}`).join(',')
    if (names.length === 0) expect(() => inputFiles(paths)).toThrow(expect.objectContaining({ code: 'INPUT_PATTERN_EMPTY' }))
    else expect(inputFiles(paths).map(({ path }) => join(path))).toEqual(names.map(name => join(dir, name)))
  })

  test('file: URLs in both spellings', () => {
    for (const url of [pathToFileURL(join(dir, 'ü 1.txt')).href, `file:${join(dir, 'ü 1.txt')}`]) expect(inputFiles(url)).toEqual([{ path: join(dir, 'ü 1.txt'), bytes: 8 }])
  })

  const errors: [string, string, string, RegExp][] = [
    ['a missing file', '/nowhere/x', 'INPUT_PATH_MISSING', /^Input path does not exist: \/nowhere\/x$/],
    ['a pattern without matches', '/nowhere/*', 'INPUT_PATTERN_EMPTY', /^Input Pattern \/nowhere\/\* matches 0 files$/],
    ['a file system that is not there', 'hdfs://host/x', 'FILE_SYSTEM_UNSUPPORTED', /^No FileSystem for scheme "hdfs"/],
  ]
  test.each(errors)('%s', (_, path, code, message) => {
    expect(() => textFiles(path, { format: 'lines', minPartitions: 2, operator: 'textFile', site: undefined }))
      .toThrow(expect.objectContaining({ code, message: expect.stringMatching(message), fix: expect.stringMatching(/\w/) }))
  })

  test.each([['a{b,c{d,e}}f', ['abf', 'acdf', 'acef']], ['{a,b}{1,2}', ['a1', 'a2', 'b1', 'b2']], ['a{b', ['a{b']], ['x', ['x']]])('%s expands', (pattern, expanded) => {
    expect(expandBraces(pattern)).toEqual(expanded)
  })
})

describe('splits', () => {
  const MB = 1024 * 1024
  interface Row { what: string; files: [string, number][]; minPartitions: number; lengths: number[] }
  const rows: Row[] = [
    { what: 'two halves', files: [['f', 100]], minPartitions: 2, lengths: [50, 50] },
    { what: 'an uneven end', files: [['f', 101]], minPartitions: 2, lengths: [50, 51] },
    { what: 'several files', files: [['f', 100], ['g', 50]], minPartitions: 3, lengths: [50, 50, 50] },
    { what: 'large files, 32 MiB each', files: [['f', 100 * MB]], minPartitions: 1, lengths: [32 * MB, 32 * MB, 32 * MB, 4 * MB] },
    { what: 'a compressed file whole', files: [['f.gz', 100]], minPartitions: 4, lengths: [100] },
    { what: 'an empty file', files: [['f', 0]], minPartitions: 2, lengths: [0] },
    { what: 'no files', files: [], minPartitions: 2, lengths: [] },
    { what: 'fewer bytes than partitions', files: [['f', 2]], minPartitions: 5, lengths: [1, 1] },
  ]
  test.each(rows)('$what', ({ files, minPartitions, lengths }) => {
    const splits = splitFiles(files.map(([path, bytes]) => ({ path, bytes })), minPartitions)
    expect(splits.map(({ start, end }) => end - start)).toEqual(lengths)
    for (const [path, bytes] of files) {
      const own = splits.filter(split => split.path === path)
      expect([own[0]!.start, own.at(-1)!.end]).toEqual([0, bytes])
      for (let i = 1; i < own.length; i++) expect(own[i]!.start).toBe(own[i - 1]!.end)
    }
  })

  test('the node', () => {
    const node = textFiles(join(dir, 'a.txt'), { format: 'whole', minPartitions: 3, operator: 'wholeTextFiles', site: undefined })
    expect(node).toMatchObject({ kind: 'files', format: 'whole', numPartitions: 1, operator: 'wholeTextFiles', splits: [{ path: join(dir, 'a.txt'), start: 0, end: 5 }] })
  })
})
