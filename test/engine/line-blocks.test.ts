/** Blocks of whole lines: for every way of cutting the bytes, the lines are those of Java's readLine. */
import { describe, expect, test } from 'vitest'
import { LineBlocks, lineBufferPool } from '#src/engine/embedded/line-blocks.js'
import { countLines } from '#src/engine/embedded/line-count.js'
import { seeded } from '../support/line-feeder.js'

const textOf = (block: { buffer: SharedArrayBuffer; byteLength: number } | undefined): string =>
  block ? Buffer.from(Uint8Array.from(new Uint8Array(block.buffer, 0, block.byteLength))).toString('latin1') : ''
/** Lines as Java's readLine gives them: a line end ends a line, and what follows the last one is a line if it is not empty. */
const javaLines = (text: string): string[] => {
  const lines = text.split(/\r\n|\n|\r/)
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines
}

function run(text: string, cuts: readonly number[], maxLineBytes = 1 << 20, cutBlocks = false) {
  const blocks = new LineBlocks(maxLineBytes)
  const lines: string[] = []
  let records = 0
  const close = () => {
    const block = blocks.cut()
    lines.push(...javaLines(textOf(block)))
    records += block?.records ?? 0
  }
  const bytes = Buffer.from(text, 'latin1')
  const borders = [0, ...cuts, bytes.length]
  for (let i = 1; i < borders.length; i++) {
    blocks.add(bytes.subarray(borders[i - 1], borders[i]))
    if (cutBlocks) close()
  }
  blocks.endLine()
  close()
  return { lines, records, cutLines: blocks.cutLines }
}

const TEXT = 'a\nb\r\nc\rd\r\r\ne\n\n\r\n\rlast \u0000\xff\xc3 __proto__\r\n\n\rx'

test('a border at every byte, with and without closing the block there', () => {
  const lines = javaLines(TEXT)
  for (let at = 0; at <= TEXT.length; at++)
    for (const cutBlocks of [false, true])
      expect(run(TEXT, [at], undefined, cutBlocks)).toEqual({ lines, records: lines.length, cutLines: 0 })
})

test('borders at random bytes of random line ends', () => {
  const random = seeded(42)
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!
  for (let round = 0; round < 300; round++) {
    const text = Array.from({ length: 60 }, () => pick(['\n', '\r', '\r\n', 'a', 'bb', 'ccc', '\xe9'])).join('')
    const cuts = Array.from({ length: 12 }, () => Math.floor(random() * text.length)).sort((a, b) => a - b)
    const lines = javaLines(text)
    expect(run(text, cuts, undefined, round % 2 === 0), JSON.stringify({ text, cuts })).toEqual({ lines, records: lines.length, cutLines: 0 })
  }
})

test('read straight into the block, blocks closed at a number of lines, or between a room and what is written to it', () => {
  const random = seeded(7)
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!
  for (let round = 0; round < 300; round++) {
    const text = Array.from({ length: 80 }, () => pick(['\n', '\r', '\r\n', 'a', 'bb', 'ccccccccc', '\xe9'])).join('')
    const [lines, sizes]: [string[], number[]] = [[], []]
    const taken = (block: ReturnType<LineBlocks['cut']>): void => {
      lines.push(...javaLines(textOf(block)))
      sizes.push(block?.records ?? 0)
    }
    const blocks = new LineBlocks(1 << 20, taken)
    blocks.mostRecords = pick([1, 3, 7, Infinity])
    for (let rest = Buffer.from(text, 'latin1'); rest.length > 0;) {
      const chunk = rest.subarray(0, 1 + Math.floor(random() * 20))
      const room = blocks.room()
      if (random() < 0.2) taken(blocks.cut())
      room.set(chunk)
      blocks.filled(room, chunk.length)
      rest = rest.subarray(chunk.length)
    }
    blocks.endLine()
    taken(blocks.cut())
    expect({ lines, records: sizes.reduce((a, b) => a + b, 0) }, JSON.stringify(text)).toEqual({ lines: javaLines(text), records: javaLines(text).length })
    expect(Math.max(...sizes)).toBeLessThanOrEqual(blocks.mostRecords)
  }
})

test('counting four bytes at a time finds what counting byte by byte finds', () => {
  const random = seeded(11)
  const bytes = Buffer.from(new SharedArrayBuffer(256))
  const words = new Int32Array(bytes.buffer)
  for (let round = 0; round < 2000; round++) {
    for (let i = 0; i < bytes.length; i++) bytes[i] = random() < 0.2 ? 10 : random() < 0.1 ? [0, 0x8a, 0x80, 0x0b, 0xff, 0x7f][i % 6]! : 97
    const from = Math.floor(random() * 40)
    const end = from + Math.floor(random() * 40)
    const found = bytes.subarray(from, end).filter(byte => byte === 10).length
    expect(countLines({ bytes, words }, 0, from, end, Infinity)).toEqual({ records: found, lineStart: found ? bytes.lastIndexOf(10, end - 1) + 1 : -1, scanned: end })
  }
})

describe('buffers', () => {
  const line = Buffer.from(`${'x'.repeat(99)}\n`)
  const fill = (blocks: LineBlocks, lines: number): void => {
    for (let i = 0; i < lines; i++) {
      const room = blocks.room()
      room.set(line)
      blocks.filled(room, line.length)
    }
  }

  test('a fast sender fills one after another of the pool; what is given back is used again', () => {
    const pool = lineBufferPool()
    const given: { buffer: SharedArrayBuffer; lent?: number }[] = []
    const blocks = new LineBlocks(1 << 26, block => { given.push(block) }, pool)
    fill(blocks, 130_000)
    expect(given.map(({ buffer }) => buffer.byteLength)).toEqual([pool.byteLength, pool.byteLength, pool.byteLength])
    pool.giveBack(given[0]!.lent!)
    fill(blocks, 90_000)
    expect(new Set(given.map(({ buffer }) => buffer)).size).toBe(given.length - 1)
    expect(given.some(({ buffer }, i) => i > 0 && buffer === given[0]!.buffer)).toBe(true)
  })

  test('free buffers are kept while they are needed again, and let go when they were not', () => {
    const pool = lineBufferPool()
    const [a, b] = [pool.take(), pool.take()]
    for (const memory of [a, b]) pool.lend(memory)
    for (const memory of [a, b]) pool.giveBack(memory.number!)
    pool.trim()
    const again = pool.take()
    expect(again.bytes.buffer).toBe(b.bytes.buffer)
    pool.lend(again)
    pool.giveBack(again.number!)
    pool.trim()
    expect([pool.take().bytes.buffer === b.bytes.buffer, pool.take().bytes.buffer === a.bytes.buffer]).toEqual([true, false])
  })

  test('what is asked for in between is a copy, for a room may still be written to', () => {
    const blocks = new LineBlocks(1 << 26)
    fill(blocks, 30_000)
    const room = blocks.room()
    const block = blocks.cut()!
    expect([block.lent, block.buffer.byteLength]).toEqual([undefined, 3_000_000])
    room.set(Buffer.from('next\n'))
    blocks.filled(room, 5)
    expect(textOf(blocks.cut())).toBe('next\n')
  })

  test('a number that was not lent is nobody\'s', () => {
    const pool = lineBufferPool()
    pool.giveBack(1)
    const memory = pool.take()
    pool.giveBack(memory.number!)
    expect(pool.take().bytes.buffer).not.toBe(memory.bytes.buffer)
  })
})

describe('lines over maxLineBytes are cut there', () => {
  const rows: [string, string, string[], number][] = [
    ['exactly as long as allowed', '12345\nx\n', ['12345', 'x'], 0],
    ['one too long', '123456\nx\n', ['12345', 'x'], 1],
    ['much too long, CRLF', '123456789012345678\r\nx\r\n', ['12345', 'x'], 1],
    ['much too long, lone CR', '1234567\rx\r', ['12345', 'x'], 1],
    ['too long without an end', 'x\n1234567890', ['x', '12345'], 1],
    ['two of them', 'aaaaaaaa\nbbbbbbbb\nc', ['aaaaa', 'bbbbb', 'c'], 2],
    ['between characters', Buffer.from('123é5é\nx').toString('latin1'), [Buffer.from('123é').toString('latin1'), 'x'], 1],
    ['not within one', Buffer.from('1234é\nx').toString('latin1'), ['1234', 'x'], 1],
  ]
  test.each(rows)('%s', (_, text, lines, cutLines) => {
    for (let at = 0; at <= text.length; at++) expect(run(text, [at], 5)).toEqual({ lines, records: lines.length, cutLines })
  })
})

test('a block of one line holds no more than its bytes', () => {
  const blocks = new LineBlocks(100)
  blocks.add(Buffer.from('one\ntwo'))
  expect(blocks.cut()!.buffer.byteLength).toBe(4)
  expect(blocks.dropLine()).toBe(3)
  expect(blocks.cut()).toBeUndefined()
})

test('a new stream that begins with a line end begins with an empty line', () => {
  const blocks = new LineBlocks(100)
  for (const text of ['a\r', '\nb', '\r']) {
    blocks.add(Buffer.from(text))
    blocks.endLine()
  }
  const block = blocks.cut()!
  expect(javaLines(textOf(block))).toEqual(['a', '', 'b', ''])
  expect(block.records).toBe(4)
})
