import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { fileLines } from '#src/index.js'

const dir = mkdtempSync(join(tmpdir(), 'tspark-lines-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
const file = (content: string | Buffer): string => { const path = join(dir, 'file.txt'); writeFileSync(path, content); return path }

const PIECE = 64 * 1024
test.each([
  { name: 'all line ends', content: 'a\nb\r\nc\rd', lines: ['a', 'b', 'c', 'd'] },
  { name: 'an empty file', content: '', lines: [] },
  { name: 'blank lines, and none at the end', content: '\n\na\n', lines: ['', '', 'a'] },
  { name: 'a line end across pieces', content: `${'x'.repeat(PIECE - 1)}\r\nb`, lines: ['x'.repeat(PIECE - 1), 'b'] },
  { name: 'a lone \\r at the end of a piece', content: `${'x'.repeat(PIECE - 1)}\rb`, lines: ['x'.repeat(PIECE - 1), 'b'] },
  { name: 'a character across pieces', content: `${'x'.repeat(PIECE - 1)}é\n`, lines: [`${'x'.repeat(PIECE - 1)}é`] },
  { name: 'a long line', content: `${'x'.repeat(5 * PIECE)}\ny`, lines: ['x'.repeat(5 * PIECE), 'y'] },
  { name: 'bytes that are no text', content: Buffer.from([0x61, 0xff, 0x0a]), lines: ['a\ufffd'] },
])('$name', ({ content, lines }) => { expect([...fileLines(file(content))]).toEqual(lines) })

test('is read only as far as it is asked for', () => {
  const lines = fileLines(file('a\nb\n'))
  expect(lines.next().value).toBe('a')
  lines.return(undefined)
  expect(lines.next().done).toBe(true)
})

test('one that is not there', () => { expect(() => [...fileLines(join(dir, 'none'))]).toThrow(expect.objectContaining({ code: 'FILE_UNREADABLE' })) })
