/** Lines end at \n, \r\n or a lone \r, wherever chunks, blocks and splits are cut. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { ofFileLines } from '#src/engine/task/files.js'
import { LineSplitter, ofLines } from '#src/engine/task/lines.js'
import { toArray } from '#src/engine/task/source.js'

const MAX = 1024 * 1024
const TEXTS: [string, string[]][] = [
  ['', []], ['\n', ['']], ['a', ['a']], ['a\n', ['a']], ['a\r\n', ['a']], ['a\r', ['a']], ['a\nb', ['a', 'b']], ['a\r\nb\rc\nd', ['a', 'b', 'c', 'd']],
  ['\r\n\r\n', ['', '']], ['\r\r', ['', '']], ['\n\r', ['', '']], ['a\n\rb', ['a', '', 'b']], ['\ufeffa\nb', ['\ufeffa', 'b']], ['你\n🎉 好\r\n', ['你', '🎉 好']], ['\0\n\u0085\u2028', ['\0', '\u0085\u2028']],
]

function splitAt(bytes: Buffer, ...cuts: number[]): string[] {
  const lines: string[] = []
  const splitter = new LineSplitter(MAX, line => lines.push(line as string))
  let at = 0
  for (const cut of [...cuts, bytes.length]) splitter.write(bytes.subarray(at, at = cut))
  splitter.end()
  return lines
}

test.each(TEXTS)('%j', (text, lines) => {
  const bytes = Buffer.from(text)
  for (let a = 0; a <= bytes.length; a++) for (let b = a; b <= bytes.length; b++) expect(splitAt(bytes, a, b), `cut at ${a} and ${b}`).toEqual(lines)
  expect(toArray(ofLines(shared(bytes), bytes.length))).toEqual(lines)
  expect(fileLines(bytes, [0, bytes.length])).toEqual(lines)
  for (let a = 0; a <= bytes.length; a++) for (let b = a; b <= bytes.length; b++) expect(fileLines(bytes, [0, a, b, bytes.length]), `splits at ${a} and ${b}`).toEqual(lines)
})

test('invalid UTF-8 becomes U+FFFD, and never swallows a line end', () => {
  const bytes = Buffer.from([0x61, 0xff, 0x0a, 0xe4, 0xbd, 0x0a, 0xc3, 0x28, 0x0d, 0xf0, 0x9f])
  expect(splitAt(bytes)).toEqual(['a\ufffd', '\ufffd', '\ufffd(', '\ufffd'])
  expect(toArray(ofLines(shared(bytes), bytes.length))).toEqual(splitAt(bytes))
})

test('a block of many pieces', () => {
  const lines = Array.from({ length: 50_000 }, (_, i) => 'x'.repeat(i % 50) + (i % 9 ? '' : 'ü') + i)
  const bytes = Buffer.from(lines.join('\r\n'))
  expect(toArray(ofLines(shared(bytes), bytes.length))).toEqual(lines)
  expect(fileLines(bytes, [0, 300_000, 700_001, bytes.length])).toEqual(lines)
})

test('a line over the limit is cut there, its rest dropped and counted, wherever chunks end', () => {
  const bytes = Buffer.from(`ab\n${'x'.repeat(30)}\r\ncd\r${'y'.repeat(11)}\n\nz`)
  for (let size = 1; size <= bytes.length; size++) {
    const lines: string[] = []
    const splitter = new LineSplitter(10, line => lines.push(line as string))
    for (let at = 0; at < bytes.length; at += size) splitter.write(bytes.subarray(at, at + size))
    splitter.end()
    expect(lines, `chunks of ${size}`).toEqual(['ab', 'x'.repeat(10), 'cd', 'y'.repeat(10), '', 'z'])
    expect(splitter.cutLines, `chunks of ${size}`).toBe(2)
  }
})

test('gzip is read whole', () => {
  expect(fileLines(gzipSync('a\nb\n'), [0, 10], 'x.gz')).toEqual(['a', 'b'])
})

test.each([['missing.txt', undefined], ['corrupt.gz', Buffer.from('not gzip')]])('%s is told with its path', (name, bytes) => {
  const path = join(dir, name)
  if (bytes) writeFileSync(path, bytes)
  expect(() => toArray(ofFileLines({ path, start: 0, end: 8, maxLineBytes: MAX }))).toThrow(`cannot read ${path}`)
})

const dir = mkdtempSync(join(tmpdir(), 'tspark-lines-'))
afterAll(() => { rmSync(dir, { recursive: true }) })

function fileLines(bytes: Buffer, borders: number[], name = 'lines.txt'): unknown[] {
  const path = join(dir, name)
  writeFileSync(path, bytes)
  return borders.slice(1).flatMap((end, i) => toArray(ofFileLines({ path, start: borders[i]!, end, maxLineBytes: MAX })))
}

function shared(bytes: Buffer): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(bytes.length)
  Buffer.from(buffer).set(bytes)
  return buffer
}
