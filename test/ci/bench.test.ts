/**
 * The benches run, at a size that proves nothing about speed: each shape plays once without fetched rivals, its contenders agree (or it fails),
 * every figure it names is there, and docs/benchmarks.md has a place for its table. Ratios and the search for a rate are checked by rows.
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROOT } from '../support/programs.js'
import { barsOf, rowsOf } from '../bench/findings.mjs'
import { highestKept, HUNG, judged } from '../bench/kept.mjs'
import { options } from '../bench/options.mjs'
import { write } from '../bench/report.mjs'
import { loadAll, SHAPES } from '../bench/shapes.mjs'
import { bars, table } from '../bench/tables.mjs'

const dir = mkdtempSync(join(tmpdir(), 'tspark-bench-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

describe('every shape', () => {
  const json = join(dir, 'found.json')
  let found: { machine: object; shapes: Found[] }
  let shapes: Shape[]

  beforeAll(async () => {
    shapes = await loadAll()
    const args = ['test/bench/run.mjs', '--all', '--size', 'tiny', '--rounds', '1', '--without', 'spark,pyspark,rxjs,ixjs', '--here', '--cache', dir, '--json', json]
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    found = JSON.parse(readFileSync(json, 'utf8'))
  }, 300_000)

  test.each(SHAPES)('%s plays, and gives every figure', (name: string) => {
    const [shape, { contenders }] = [shapes.find(shape => shape.name === name)!, found.shapes.find(shape => shape.name === name)!]
    const given = Object.values(contenders).flatMap(({ plays }) => plays.flatMap(play => Object.entries(play).filter(([, value]) => Number.isFinite(value)).map(([figure]) => figure)))
    expect(new Set(given)).toEqual(new Set([...Object.keys(shape.figures), ...given]))
  })

  test.each(SHAPES)('%s asks only what it measures', (name: string) => {
    const { figures, contenders, bars = [], rivals = [] } = shapes.find(shape => shape.name === name)!
    expect(bars.filter(({ of, beside, figure }) => !(figure in figures && of in contenders && (!beside || rivals.includes(beside))))).toEqual([])
  })

  test('no line is lost under overload', () => {
    const { contenders } = found.shapes.find(({ name }) => name === 'overload')!
    expect(Object.values(contenders).map(({ plays }) => plays[0]!.lost)).toEqual([0, 0])
  })

  test('docs/benchmarks.md has a place for each, and the rest of it stays', () => {
    const docs = join(dir, 'benchmarks.md')
    copyFileSync(join(ROOT, 'docs/benchmarks.md'), docs)
    write(shapes, found, pathToFileURL(docs))
    const outside = (text: string) => text.replace(/(<!-- bench:(\S+) -->)[^]*?(<!-- \/bench:\2 -->)/g, '$1$3')
    expect(outside(readFileSync(docs, 'utf8'))).toBe(outside(readFileSync(join(ROOT, 'docs/benchmarks.md'), 'utf8')))
    expect(readFileSync(docs, 'utf8')).toMatch(/<!-- bench:sort -->\n\| contender \|[^]*\| tspark \| \S+ ms \|/)
  })
})

describe('ratios', () => {
  const shape = { figures: { ms: { title: 'time', unit: 'ms', work: 'rows' }, rate: { title: 'rate', unit: 'rows/s', better: 'more' } }, rivals: ['slow'], bars: [
    { of: 'fast', beside: 'slow', figure: 'ms', atLeast: 3 }, { of: 'fast', figure: 'ms', atMost: 10 }, { of: 'fast', beside: 'gone', figure: 'ms', atLeast: 1 },
  ] }
  const plays = (...rows: [number, number][]) => ({ amount: 1000, plays: rows.map(([ms, rate]) => ({ ms, rate })) })
  const found = { rounds: 3, contenders: { slow: plays([40, 25], [400, 2.5], [60, 20]), fast: plays([20, 50], [100, 10], [12, 80]) } }
  const [slow, fast] = rowsOf(shape, found)

  test('are the median of the ratios of neighbours, whether less or more is better', () => {
    expect([fast.cells.ms.beside, fast.cells.rate.beside, slow.cells.ms.beside]).toEqual([{ slow: 4 }, { slow: 4 }, {}])
  })

  test('stand beside the median, the best and a rate', () => {
    expect([fast.cells.ms.median, fast.cells.ms.best, fast.cells.ms.rate, fast.cells.rate.best]).toEqual([20, 12, 50_000, 80])
  })

  test('hold a bar or do not, or were not measured', () => {
    expect(barsOf(shape, found).map(({ value, holds }: { value: number; holds: boolean }) => [value, holds])).toEqual([[4, true], [20, false], [undefined, undefined]])
    expect(bars(shape, found)).toEqual(['fast, time: at least 3x slow – 4.00x: holds', 'fast, time: at most 10 ms – 20 ms: does not hold', 'fast, time: at least 1x gone – not measured'])
  })

  test('are told in a table without empty columns', () => {
    expect(table(shape, { ...found, contenders: { fast: found.contenders.fast } })).toEqual([
      ['contender', 'time', 'rows per second', 'rate'],
      ['fast', '20 ms (12 ms)', '50 thousand', '50 rows/s (80 rows/s)'],
    ])
  })
})

describe('the highest rate kept up with', () => {
  /** A receiver that gets `most` done, and falls behind above that, unless it holds its sender back. */
  const receiver = (most: number, holdsBack: boolean) => (pace: number) =>
    ({ pace, records: Math.min(pace, most), capacity: most * 0.7, kept: holdsBack || pace <= most })

  test.each([[1000, false], [123_456, false], [1000, true]])('%d, holding back: %s', async (most, holdsBack) => {
    const { records } = await highestKept(receiver(most, holdsBack))
    expect(records).toBeLessThanOrEqual(most)
    expect(records).toBeGreaterThan(most * 0.9)
  })

  test.each([500, 1500])('from an earlier round that found %d', async from => {
    const { records } = await highestKept(receiver(1000, false), { from })
    expect(records).toBeGreaterThan(900)
  })

  test('one that must not be sent all there is is asked slowly first, which is no result', async () => {
    const paces: number[] = []
    const trial = receiver(1000, false)
    const { records } = await highestKept((pace: number) => { paces.push(pace); return trial(pace) }, { probe: 10 })
    expect([paces[0], paces.includes(Infinity)]).toEqual([10, false])
    expect(records).toBeGreaterThan(900)
  })

  test('after a trial that hangs, the best of those before counts', async () => {
    const trial = receiver(1000, false)
    expect(await highestKept((pace: number) => pace > 700 ? HUNG : trial(pace), { from: 600 })).toMatchObject({ records: 600 })
  })

  test('says so when there is none', () => expect(highestKept(async (pace: number) => ({ pace, records: 0, capacity: 10, kept: false }))).rejects.toThrow('no rate was kept up with'))

  test.each([
    ['on time', { delayMs: 3, medianMs: 900 }, true],
    ['late by an interval', { delayMs: 1000, medianMs: 900 }, false],
    ['slower than its batches', { delayMs: 3, medianMs: 1001 }, false],
  ])('%s', (_, batches, kept) => {
    expect(judged({ records: 4000, batches: 2, intervalMs: 1000, busyMs: 1600, ...batches }, 9)).toEqual({ pace: 9, records: 2000, capacity: 2500, kept })
  })
})

describe('flags', () => {
  test('are read', () => expect(options(['sort', '--rounds', '2', '--without', 'Spark,rxjs', '--size', 'small', '--cache', 'c'], ['sort'])).toEqual({ names: ['sort'], rounds: 2, without: ['spark', 'rxjs'], size: 'small', cache: 'c' }))
  test.each([[['nothing'], 'no shape is called nothing; there are: sort'], [['--size', 'huge'], '--size takes full, small or tiny'], [['--rounds', '0'], '--rounds takes a number from 1']])(
    '%j is refused', (argv, message) => expect(() => options(argv, ['sort'])).toThrow(message))
})

interface Found { readonly name: string; readonly contenders: Readonly<Record<string, { readonly plays: readonly Readonly<Record<string, number>>[] }>> }
interface Shape {
  readonly name: string
  readonly figures: Readonly<Record<string, object>>
  readonly contenders: Readonly<Record<string, object>>
  readonly rivals?: readonly string[]
  readonly bars?: readonly { readonly of: string; readonly beside?: string; readonly figure: string }[]
}
