/** Checkpoints on disk: what is damaged is noticed, whatever the damage; nothing in them is ever run. */
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { serialize } from 'node:v8'
import { crc32 } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { SparkError } from '#src/core/errors.js'
import type { Checkpoint } from '#src/streaming/checkpoint/checkpoint.js'
import { decodeCheckpoint, encodeCheckpoint, OtherFormat } from '#src/streaming/checkpoint/checkpoint-format.js'
import { findCheckpoint } from '#src/streaming/checkpoint/checkpoint-reader.js'
import { CheckpointStore, partPaths } from '#src/streaming/checkpoint/checkpoint-store.js'
import { GroupWriter } from '#src/streaming/checkpoint/group-writer.js'
import { readParts, writePart } from '#src/streaming/checkpoint/state-files.js'
import { program } from '../support/programs.js'

const NAMES = { identity: 'socketTextStream(localhost:9999)/map/updateStateByKey', timeMs: 1000 }

function checkpoint(generatedMs: number, more: Partial<Checkpoint> = {}): Checkpoint {
  const rows = { timeMs: 0, sets: [], lacking: [] }
  return { batchMs: 1000, zeroMs: 0, generatedMs, completedMs: generatedMs - 1000, operators: [], rows, inputs: [], conf: [['key', 'wert ü 漢']], ...more }
}

/** A directory with checkpoint-1000 … and the rows of one stream at 1000 ms. */
async function stored(rows: readonly unknown[] = [['a', 1]], times = [1000, 2000]): Promise<string> {
  const directory = program({})
  const store = new CheckpointStore(directory)
  const parts = await store.writeSet(NAMES, async place => [writePart(place, rows, 0)]) as { bytes: number; crc: number }[]
  const sets = [{ ...NAMES, carried: true, remembered: false, hashed: true, parts }]
  for (const timeMs of times) await store.write(checkpoint(timeMs, { rows: { timeMs: 1000, sets, lacking: [] } }))
  return directory
}

const thrown = (act: () => unknown): unknown => { try { act() } catch (error) { return error } return undefined }
const filesUnder = (directory: string): string[] => readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter(name => statSync(join(directory, name)).isFile()).sort()

describe('a checkpoint as bytes', () => {
  const whole = checkpoint(3000, { inputs: [['in', { a: [1, null] }]] })
  const bytes = encodeCheckpoint(whole)

  test('comes back as it was', () => { expect(decodeCheckpoint(bytes)).toEqual(whole) })

  test('every flipped bit is noticed', () => {
    const missed = Array.from({ length: bytes.length * 8 }, (_, bit) => {
      const flipped = Buffer.from(bytes)
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      const error = thrown(() => decodeCheckpoint(flipped))
      return error instanceof Error && !(error instanceof OtherFormat) ? undefined : bit
    })
    expect(missed.filter(bit => bit !== undefined)).toEqual([])
  })

  test('every truncation is noticed, and what is too long', () => {
    const lengths = Array.from({ length: bytes.length }, (_, length) => length)
    expect(lengths.filter(length => thrown(() => decodeCheckpoint(bytes.subarray(0, length))) === undefined)).toEqual([])
    expect(thrown(() => decodeCheckpoint(Buffer.concat([bytes, Buffer.from('x')])))).toMatchObject({ message: `it is too long: ${body(whole).length + 1} bytes for ${body(whole).length}` })
  })

  test('another format is another version\'s, not damage', () => {
    expect(thrown(() => decodeCheckpoint(sealed('2 9.9.9', body(whole))))).toMatchObject({ message: 'it is of format 2, written by tspark 9.9.9; this version reads format 1' })
  })

  test.each([['no object', '[]', 'it is not an object'], ['a time that is none', '{"rows":{},"batchMs":"1"}', 'batchMs is not a whole number'], ['not even JSON', '{', /JSON/],
    ['nested a million deep', `${'['.repeat(1e6)}${']'.repeat(1e6)}`, /not an object|stack/]] as const)('%s, well sealed, is refused', (_what, text, message) => {
    expect(String((thrown(() => decodeCheckpoint(sealed('1 0.1.0', Buffer.from(text)))) as Error).message)).toMatch(message)
  })
})

const body = (data: unknown): Buffer => Buffer.from(JSON.stringify(data))

function sealed(versions: string, data: Buffer): Buffer {
  const start = `tspark checkpoint ${versions} ${data.length}`
  return Buffer.concat([Buffer.from(`${start} ${crc32(data, crc32(start)).toString(16).padStart(8, '0')}\n`), data])
}

describe('a directory of checkpoints', () => {
  test('the newest is found; a damaged one is named and the one before is taken', async () => {
    const directory = await stored()
    expect(findCheckpoint(directory)).toMatchObject({ file: 'checkpoint-2000', damaged: [] })
    appendFileSync(join(directory, 'checkpoint-2000'), 'x')
    expect(findCheckpoint(directory)).toMatchObject({ file: 'checkpoint-1000', damaged: [expect.stringMatching(/^checkpoint-2000: it is too long/)] })
    writeFileSync(join(directory, 'checkpoint-1000'), '')
    expect(thrown(() => findCheckpoint(directory))).toMatchObject({ code: 'CHECKPOINT_UNREADABLE', message: expect.stringContaining('checkpoint-1000: it does not begin as a checkpoint') })
  })

  test('a whole one of another version ends the search', async () => {
    const directory = await stored()
    writeFileSync(join(directory, 'checkpoint-3000'), sealed('7 2.0.0', body({})))
    expect(thrown(() => findCheckpoint(directory))).toMatchObject({ code: 'CHECKPOINT_FORMAT' })
  })

  test('rows that are damaged, cut or gone make the checkpoint that names them a damaged one', async () => {
    const directory = await stored(Array.from({ length: 20 }, (_, i) => [`key ${i}`, i]))
    const part = partPaths(directory, findCheckpoint(directory)!.checkpoint.rows.sets[0]!)[0]!
    const bytes = readFileSync(part)
    const noticed = (damaged: Buffer): boolean => { writeFileSync(part, damaged); return thrown(() => findCheckpoint(directory)) instanceof SparkError }
    for (let bit = 0; bit < bytes.length * 8; bit += 13) {
      const flipped = Buffer.from(bytes)
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      expect(noticed(flipped)).toBe(true)
    }
    for (let length = 0; length < bytes.length; length += 7) expect(noticed(bytes.subarray(0, length))).toBe(true)
    expect(noticed(bytes)).toBe(false)
    rmSync(part)
    expect(thrown(() => findCheckpoint(directory))).toMatchObject({ message: expect.stringContaining('ENOENT') })
  })

  test('the newest ten are kept, with the rows that they name; what died half-way is removed; others\' files stay', async () => {
    const directory = await stored([['a', 1]], Array.from({ length: 14 }, (_, i) => 1000 * (i + 1)))
    expect(readdirSync(directory).filter(name => name.startsWith('checkpoint-')).length).toBe(10)
    const store = new CheckpointStore(directory)
    const old = { ...NAMES, timeMs: 500 }
    await store.writeSet(old, async place => { writePart(place, [1], 0) })
    for (const path of ['.checkpoint-9.ab', 'state/mine/1/part-00000', 'notes.txt']) { mkdirSync(join(directory, path, '..'), { recursive: true }); writeFileSync(join(directory, path), '') }
    await store.open()
    await store.removeUnnamed([])
    expect(filesUnder(directory).filter(name => !name.startsWith('checkpoint-')).map(name => name.replace(/-[0-9a-f]{16}/, ''))).toEqual(['notes.txt', 'state/mine/1/part-00000', 'state/updateStateByKey/1000/part-00000'])
    expect(statSync(join(directory, 'checkpoint-14000')).mode & 0o777).toBe(0o600)
  })

  test('a run that begins afresh removes checkpoints that claim to be later', async () => {
    const directory = await stored([], [1000, 9000])
    await new CheckpointStore(directory).open(5000)
    expect(readdirSync(directory).filter(name => name.startsWith('checkpoint-'))).toEqual(['checkpoint-1000'])
  })
})

describe('rows', () => {
  const written = (rows: readonly unknown[]): { path: string; result: unknown } => {
    const directory = program({})
    return { path: join(directory, 'part-00000'), result: writePart(directory, rows, 0) }
  }

  test('come back as they were, in order, __proto__ as a plain key', () => {
    const row = JSON.parse('{"__proto__":{"evil":true},"constructor":1}') as object
    const rows = [row, new Map([[NaN, -0]]), new Set([[1, undefined]]), new Date(5), 12n, Buffer.from([1, 2]), [, 1], ...Array.from({ length: 2000 }, (_, i) => [`ключ ${i}`, i])]
    const { path } = written(rows)
    const back = [...readParts([path])]
    expect(back).toEqual(rows)
    expect(Object.keys(back[0] as object)).toEqual(['__proto__', 'constructor'])
    expect(({} as { evil?: unknown }).evil).toBeUndefined()
  })

  class Own { constructor(readonly n: number) {} }
  test.each([['an instance of Own', [['a', new Own(1)]]], ['a function', [() => 1]], ['a symbol', [Symbol.iterator]], ['an instance of Own', [new Map([['a', { deep: [new Own(1)] }]])]]] as const)('%s is refused, and no file is left', (what, rows) => {
    const { path, result } = written(rows)
    expect(result).toEqual({ refused: what })
    expect(readdirSync(join(path, '..'))).toEqual([])
  })

  test('what a disk refuses is told, what a row throws is thrown', () => {
    expect(writePart(join(program({}), 'none'), [1], 0)).toMatchObject({ failed: expect.stringContaining('ENOENT') })
    expect(thrown(() => writePart(program({}), (function* () { throw new Error('a row') })(), 0))).toMatchObject({ message: 'a row' })
  })

  // A class, a getter or a function has no form in these bytes; what claims to be one is an error or plain data.
  test.each([['a text that looks like a function', serialize([{ _$$ND_FUNC$$_: 'function(){ globalThis.pwned = true }()', toString: 'x', then: 'y' }])], ['bytes of no kind', Buffer.from('ff0f6fff7f7f', 'hex')], ['a length of 2^32', Buffer.from('ff0f41ffffffff0f', 'hex')]])('%s does nothing', (_what, chunk) => {
    const directory = program({})
    const head = Buffer.alloc(8)
    head.writeUInt32BE(chunk.length)
    head.writeUInt32BE(crc32(chunk), 4)
    writeFileSync(join(directory, 'part-00000'), Buffer.concat([Buffer.from('tspark rows 1\n'), head, chunk]))
    const rows = thrown(() => [...readParts([join(directory, 'part-00000')])]) ?? [...readParts([join(directory, 'part-00000')])]
    expect(rows instanceof Error || typeof (rows as { _$$ND_FUNC$$_: unknown }[])[0]!._$$ND_FUNC$$_ === 'string').toBe(true)
    expect((globalThis as { pwned?: unknown }).pwned).toBeUndefined()
  })
})

test('what is asked for while one is written shares the next write', async () => {
  const writes: (() => void)[] = []
  const writer = new GroupWriter(() => new Promise(resolve => { writes.push(resolve) }), () => {})
  const done: string[] = []
  const first = writer.request().then(() => done.push('first'))
  await new Promise(setImmediate)
  const later = ['second', 'third'].map(name => writer.request().then(() => done.push(name)))
  writes[0]!()
  await first
  await new Promise(setImmediate)
  expect([writes.length, done]).toEqual([2, ['first']])
  writes[1]!()
  await Promise.all(later)
  await writer.idle()
  expect([writes.length, done]).toEqual([2, ['first', 'second', 'third']])
})
