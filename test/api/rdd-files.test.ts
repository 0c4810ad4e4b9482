/** Rows to programs and files and back, and files in other forms than lines. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openContext, openSpark } from '../support/context.js'

const sc = openSpark()
const dir = mkdtempSync(join(tmpdir(), 'tspark-files-'))
const at = (name: string): string => join(dir, name)
afterAll(async () => { await sc.stop(); rmSync(dir, { recursive: true }) })

describe('object files', () => {
  const KINDS: [string, unknown[]][] = [
    ['numbers', [1, -0, NaN, 10n ** 30n, Infinity]],
    ['nested tuples', [['a', [1, [undefined, null]]], ['b', [2, [true, 'é\u0000👩‍👩‍👧']]]]],
    ['containers', [new Map([['k', new Set([1])]]), new Date(5), new Uint8Array([1, 2]), { a: { b: 1 } }]],
    ['more than a chunk', Array.from({ length: 2000 }, (_, i) => [i, `row ${i}`])],
    ['no rows', []],
  ]
  test.each(KINDS)('%s come back as they were, in order', async (name, rows) => {
    await sc.parallelize(rows as {}[], 3).saveAsObjectFile(at(name))
    expect(await sc.objectFile(at(name)).collect()).toEqual(rows)
    expect(readdirSync(at(name)).sort()).toEqual(['_SUCCESS', 'part-00000', 'part-00001', 'part-00002'])
  })

  test('an RDD without partitions', async () => {
    await sc.emptyRDD().saveAsObjectFile(at('empty'))
    expect(await sc.objectFile(at('empty')).collect()).toEqual([])
  })

  test('what is there already is not overwritten', () => {
    mkdirSync(at('there'))
    expect(() => sc.range(3).saveAsObjectFile(at('there'))).toThrow(expect.objectContaining({ code: 'OUTPUT_EXISTS' }) as Error)
  })

  test('each batch of a stream in a directory of its own', async () => {
    const { ssc, step, batches } = openContext({ sc })
    batches([[['a', 1]], [], [['b', 2]]]).saveAsObjectFiles(at('batch'), 'obj')
    ssc.start()
    await step(3)
    await ssc.stop(false)
    expect(await Promise.all([1, 2, 3].map(i => sc.objectFile(at(`batch-${i}000.obj`)).collect()))).toEqual([[['a', 1]], [], [['b', 2]]])
  })

  test('an instance of a class is refused, and nothing is left', async () => {
    await expect(sc.range(3).map(n => new (class Point { x = n })()).saveAsObjectFile(at('points'))).rejects.toThrow('an instance of Point cannot be a record')
    expect(readdirSync(dir).filter(name => name.includes('points'))).toEqual([])
  })

  test('other files are told from object files', async () => {
    writeFileSync(at('text'), 'some text, longer than the mark')
    await expect(sc.objectFile(at('text')).collect()).rejects.toThrow('no object file')
  })
})

describe('whole files and records', () => {
  beforeAll(() => {
    mkdirSync(at('in'))
    for (const [name, text] of [['a.txt', 'one\ntwo\n'], ['b.txt', ''], ['c.txt', 'three'], ['.hidden', 'x']]) writeFileSync(at(`in/${name}`), text!)
    writeFileSync(at('in/d.txt.gz'), gzipSync('four'))
    writeFileSync(at('records'), Buffer.from([1, 2, 3, 4, 5, 6]))
  })

  test('wholeTextFiles: a row per file, in about as many partitions as asked', async () => {
    const files = sc.wholeTextFiles(at('in'), 2)
    expect(await files.collect()).toEqual([[at('in/a.txt'), 'one\ntwo\n'], [at('in/b.txt'), ''], [at('in/c.txt'), 'three'], [at('in/d.txt.gz'), 'four']])
    expect([files.getNumPartitions(), sc.wholeTextFiles(at('in'), 9).getNumPartitions()]).toEqual([2, 4])
  })

  test('binaryFiles: bytes as they are', async () => {
    const rows = await sc.binaryFiles(`${at('in/a.txt')},${at('records')}`).collect()
    expect(rows.map(([path, bytes]) => [path, [...bytes]])).toEqual([[at('in/a.txt'), [...Buffer.from('one\ntwo\n')]], [at('records'), [1, 2, 3, 4, 5, 6]]])
  })

  test('binaryRecords', async () => {
    expect((await sc.binaryRecords(at('records'), 2).collect()).map(bytes => [...bytes])).toEqual([[1, 2], [3, 4], [5, 6]])
    expect(await sc.binaryRecords(at('in/b.txt'), 4).collect()).toEqual([])
    expect(() => sc.binaryRecords(at('records'), 4)).toThrow('6 bytes are no whole number of records of 4 bytes')
    expect(() => sc.binaryRecords(at('records'), 0)).toThrow('positive whole number')
    expect(() => sc.binaryRecords(at('none'), 2)).toThrow(expect.objectContaining({ code: 'INPUT_PATH_MISSING' }) as Error)
  })
})

describe('pipe', () => {
  const words = sc.parallelize(['b', 'a', 'c'], 2)
  const ROWS: [string, () => Promise<string[]>, string[]][] = [
    ['a command in words', () => words.pipe('sort -r').collect(), ['b', 'c', 'a']],
    ['an environment', () => words.coalesce(1).pipe(['sh', '-c', 'cat > /dev/null; echo $COLOR'], { COLOR: 'red' }).collect(), ['red']],
    ['rows as their text', () => words.map(w => [w, 1]).pipe('cat').collect(), ['(b,1)', '(a,1)', '(c,1)']],
    ['rows written by a function, after a heading', () => words.coalesce(1).pipe('cat', {
      printPipeContext: write => { write('words:') }, printRDDElement: (word, write) => { write(word); write(word.toUpperCase()) },
    }).collect(), ['words:', 'b', 'B', 'a', 'A', 'c', 'C']],
    ['no output', () => words.pipe('true').collect(), []],
    ['a last line without an end', () => words.coalesce(1).pipe(['printf', 'x\ny']).collect(), ['x', 'y']],
    ['much input that is not read', () => sc.range(0, 100_000, 1, 1).pipe('head -1').collect(), ['0']],
  ]
  test.each(ROWS)('%s', async (_name, run, expected) => { expect(await run()).toEqual(expected) })

  test('a program that fails fails the job', async () => {
    await expect(words.pipe(['sh', '-c', 'exit 3']).collect()).rejects.toThrow('Subprocess exited with status 3. Command ran: sh -c exit 3')
    await expect(words.pipe('no-such-program-here').collect()).rejects.toThrow('ENOENT')
    expect(() => words.pipe('  ')).toThrow('the command is empty')
  })
})
