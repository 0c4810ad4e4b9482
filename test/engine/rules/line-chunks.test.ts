/** Chunks hold the lines that the plain way gives, wherever their borders, and those of a file's splits, fall. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { ofFileLines } from '#src/engine/task/files.js'
import { ofLines } from '#src/engine/task/lines.js'
import { chunksOf, type LinesPiece } from '#src/engine/task/rules/line-chunks.js'
import { passing } from '#src/engine/task/rules/take.js'
import { toArray } from '#src/engine/task/source.js'
import { leafOf } from '../../support/ruled.ts'

const directory = mkdtempSync(join(tmpdir(), 'tspark-chunks-'))
afterAll(() => rmSync(directory, { recursive: true }))

const TEXTS = ['', '\n', '\r', '\r\n', 'a', 'a\n', 'a\nb', 'a\r\nb\r\n', 'a\rb\r', '\r\r\n\n', 'a\n\r\n\rb', '\u4e16\n\u754c\r\n\u{1f389}\r', 'long line here\nx\n\nlonger line than that\r\ny', '\ufeffa\n\ufeffb']

function linesOf(pieces: readonly LinesPiece[], chunkBytes: number): string[] {
  const found: string[] = []
  const take = passing([], ({ bytes }, start, end) => { found.push(bytes.toString('utf8', start, end)) })
  const next = chunksOf(pieces, chunkBytes)
  for (let chunk = next(); chunk; chunk = next()) take(chunk)
  return found
}

test.each(TEXTS)('a block of %j', text => {
  const block = leafOf(text) as LinesPiece & { kind: 'lines' }
  for (let chunkBytes = 1; chunkBytes <= Buffer.byteLength(text) + 1; chunkBytes++) expect(linesOf([block], chunkBytes)).toEqual(toArray(ofLines(block.buffer, block.byteLength)))
})

test.each(TEXTS)('a file of %j, cut anywhere', text => {
  const path = join(directory, 'text')
  writeFileSync(path, text)
  const size = Buffer.byteLength(text)
  for (let cut = 0; cut <= size; cut++) {
    const pieces = [[0, cut], [cut, size]].map(([start, end]): LinesPiece => ({ kind: 'fileLines', path, start: start!, end: end!, maxLineBytes: 1000 }))
    const expected = pieces.flatMap(piece => toArray(ofFileLines(piece as never)))
    for (const chunkBytes of [1, 2, 3, 5, 64]) expect(linesOf(pieces, chunkBytes)).toEqual(expected)
  }
})

test('a line longer than allowed is not for rules', () => {
  const path = join(directory, 'long')
  writeFileSync(path, 'x'.repeat(100))
  expect(() => linesOf([{ kind: 'fileLines', path, start: 0, end: 100, maxLineBytes: 20 }], 8)).toThrow('a line is too long')
})
