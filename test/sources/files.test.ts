/**
 * textFileStream's rules, as rows of Spark's own suites (named by their conformance ids) and of what goes wrong in practice,
 * on a real directory; times are set with utimes, never waited for.
 */
import { mkdirSync, mkdtempSync, renameSync, rmSync, statSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { SparkConf } from '#src/core/conf.js'
import { Milliseconds, Time } from '#src/core/time.js'
import { fileSource } from '#src/sources/files.js'
import type { FilesNode } from '#src/plan/rdd-plan.js'
import { sourceContext } from '../support/source-context.js'

let dir: string
beforeEach(() => { dir = mkdtempSync(join(tmpdir(), 'tspark-files-')) })
afterEach(() => rmSync(dir, { recursive: true, force: true }))

function put(name: string, mtimeMs: number, text = name): string {
  const path = join(dir, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  utimesSync(path, mtimeMs / 1000, mtimeMs / 1000)
  return path
}

interface Setup { startMs?: number; batchMs?: number; directory?: string; remember?: string }
async function stream({ startMs = 0, batchMs = 1000, directory = '', remember = '60s' }: Setup = {}) {
  const source = fileSource(`${dir}${directory}`, new SparkConf([['spark.streaming.fileStream.minRememberDuration', remember]]))
  const context = sourceContext(startMs, Milliseconds(batchMs))
  await source.start(context)
  const names = async (timeMs: number) => {
    const batch = await source.batch(new Time(timeMs))
    return (batch!.rdd as FilesNode).splits.map(({ path }) => relative(dir, path))
  }
  return { names, messages: context.messages }
}

describe('conformance', () => {
  test('java-textFileStream-old-file', async () => {
    put('0', 1000, '0\n')
    const { names } = await stream()
    expect(await names(1000)).toEqual(['0'])
    expect(await names(2000)).toEqual([])
  })

  test('file-wildcard', async () => {
    put('0', 10_000)
    mkdirSync(join(dir, 'sub'))
    const { names, messages } = await stream({ startMs: 12_000, batchMs: 2000, directory: '/*/' })
    let clockMs = 13_000
    const got: string[] = []
    for (let i = 1; i <= 10; i++) {
      put(`sub/${i}`, clockMs)
      clockMs += 2000
      got.push(...await names(clockMs - 1000))
    }
    expect(got).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(i => `sub/${i}`))
    expect(messages).toEqual([])
  })

  test('file-renamed-directory', async () => {
    mkdirSync(join(dir, 'elsewhere'))
    put('elsewhere/existing', 10_000)
    const { names } = await stream({ startMs: 12_000, batchMs: 2000, directory: '/sub*' })
    put('elsewhere/renamed.txt', 13_000)
    renameSync(join(dir, 'elsewhere'), join(dir, 'sub1'))
    expect(await names(14_000)).toEqual(['sub1/renamed.txt'])
  })
})

describe('which files a batch takes', () => {
  interface Row { what: string; mtimeMs: number; batchesMs: number[]; taken: (number | undefined) }
  const rows: Row[] = [
    { what: 'mtime after the start, at the batch time', mtimeMs: 101_000, batchesMs: [101_000, 102_000], taken: 101_000 },
    { what: 'mtime equal to the start', mtimeMs: 100_000, batchesMs: [101_000, 102_000], taken: undefined },
    { what: 'mtime in the future: waits for its batch', mtimeMs: 102_500, batchesMs: [101_000, 102_000, 103_000, 104_000], taken: 103_000 },
    { what: 'just within the remember window', mtimeMs: 100_001, batchesMs: [110_000], taken: 110_000 },
    { what: 'just out of the remember window', mtimeMs: 100_001, batchesMs: [110_001], taken: undefined },
  ]
  test.each(rows)('$what', async ({ mtimeMs, batchesMs, taken }) => {
    const { names } = await stream({ startMs: 100_000, remember: '10s' })
    put('f', mtimeMs)
    const got: number[] = []
    for (const timeMs of batchesMs) if ((await names(timeMs)).includes('f')) got.push(timeMs)
    expect(got).toEqual(taken === undefined ? [] : [taken])
  })

  test('names that begin with a dot, subdirectories, pipes and circular links are passed over; _names and links are not', async () => {
    const { names } = await stream()
    for (const name of ['.hidden', '_kept', 'sub/inner', 'b', 'a']) put(name, 500)
    execFileSync('mkfifo', [join(dir, 'pipe')])
    symlinkSync('loop', join(dir, 'loop'))
    symlinkSync(join(dir, 'sub/inner'), join(dir, 'link'))
    expect(await names(1000)).toEqual(['_kept', 'a', 'b', 'link'])
  })

  test('a file is taken once, also if its text grows; the same name again later is another file', async () => {
    const { names, messages } = await stream({ remember: '5s' })
    put('log', 500)
    expect(await names(1000)).toEqual(['log'])
    put('log', 1500, 'longer')
    for (const timeMs of [2000, 3000, 4000, 5000]) expect(await names(timeMs)).toEqual([])
    for (const timeMs of [6000, 7000, 8000]) expect(await names(timeMs)).toEqual([])
    put('log', 8500, 'another')
    expect(await names(9000)).toEqual(['log'])
    expect(messages).toEqual([])
  })

  test('what vanishes between two batches leaves nothing behind', async () => {
    const { names } = await stream()
    const path = put('gone', 500)
    unlinkSync(path)
    expect(await names(1000)).toEqual([])
  })

  test('a split is as long as the file was when it was taken; .gz is one split', async () => {
    const source = fileSource(dir, new SparkConf())
    await source.start(sourceContext(0))
    const path = put('f', 500, 'x'.repeat(10))
    put('g.gz', 500, 'y'.repeat(99))
    const { rdd } = (await source.batch(new Time(1000)))!
    expect((rdd as FilesNode).splits).toEqual([{ path, start: 0, end: 10 }, { path: join(dir, 'g.gz'), start: 0, end: 99 }])
    expect(statSync(path).size).toBe(10)
  })
})

describe('what is said', () => {
  test('files that come too late are counted and named, once; those there before the start are not', async () => {
    put('before', 50_000)
    const { names, messages } = await stream({ startMs: 100_000 })
    for (const name of ['a', 'b', 'c', 'd\u001b[2J']) put(name, 99_000)
    for (const timeMs of [101_000, 102_000]) expect(await names(timeMs)).toEqual([])
    put('e', 98_000)
    for (const timeMs of [103_000, 104_000]) expect(await names(timeMs)).toEqual([])
    const said = (who: string, paths: string) => `textFileStream: ${who} older than the stream's start, or than 60 s, and not read: ${paths}; touch moved files to have them read`
    expect(messages).toEqual([
      said('4 files are', `${join(dir, 'a')}, ${join(dir, 'b')}, ${join(dir, 'c')}, …`),
      said('a file is', join(dir, 'e')),
    ])
  })

  test('a missing directory is said once, and read once it exists', async () => {
    const { names, messages } = await stream({ directory: '/later' })
    for (const timeMs of [1000, 2000]) expect(await names(timeMs)).toEqual([])
    expect(messages).toEqual([`textFileStream: there is no directory ${dir}/later yet: files are read once it exists`])
    put('later/f', 2500)
    expect(await names(3000)).toEqual(['later/f'])
  })
})
