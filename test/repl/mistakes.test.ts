/** Beginners' mistakes, row by row: the text, TypeScript's number (90001 is ours), and the line that helps. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MISTAKES } from '#src/repl/compiler/mistakes.js'
import type { Diagnostic, Session } from '#src/repl/session.js'
import { line, openSession } from './support/sessions.js'

const ROWS: readonly (readonly [id: string, entered: string, code: number])[] = [
  ['tuple-parentheses', 'words.map(w => (w, 1))', 2695],
  ['missing-return', 'words.map(w => { [w, 1] })', 2345],
  ['missing-return', 'words.filter(w => { w.length > 3 })', 2769],
  ['missing-return', 'words.map(w => [w, 1]).reduceByKey((a, b) => { a + b })', 2345],
  ['placeholder', 'lines.flatMap(_.split(" "))', 2304],
  ['two-placeholders', 'words.map(w => [w, 1]).reduceByKey(_ + _)', 2304],
  ['tuple-field', 'words.map(w => [w, 1]).map(x => x._1)', 2339],
  ['tuple-field', 'const second = (["a", 1] as [string, number])._2', 2339],
  ['val', 'val x = 3', 1434],
  ['val', 'val counts = words.map(w => [w, 1])', 1434],
  ['def', 'def twice(x): return 2 * x', 1434],
  ['lambda', 'words.map(lambda x: x)', 1005],
  ['thin-arrow', 'words.map(w -> w)', 1109],
  ['typographic-quotes', 'lines.flatMap(l => l.split(“ ”))', 1127],
  ['typographic-quotes', 'const s = ‘a’', 1127],
  ['full-width', 'lines.flatMap（l => l.split(" ")）', 1127],
  ['full-width', 'lines.print()；', 1127],
  ['full-width', 'lines。print()', 1127],
  ['async-function', 'words.map(async w => w.length)', 2322],
  ['async-function', 'words.filter(async w => w.length > 3)', 2769],
  ['async-function', 'words.flatMap(async w => [w])', 2741],
  ['collect-on-stream', 'lines.collect()', 2339],
  ['collect-on-stream', 'words.take(3)', 2339],
  ['pairs-needed', 'words.map(w => w.length).reduceByKey((a, b) => a + b)', 2684],
  ['undeclared', 'lengths = numbers.map(x => x + 1)', 2304],
  ['missing-await', 'const f = () => numbers.count() + 1', 2365],
  ['missing-await', 'const f = () => numbers.collect().length', 2339],
  ['missing-await', 'function f() { for (const n of numbers.collect()) console.log(n) }', 2488],
  ['missing-await', 'function f() { if (numbers.isEmpty()) return 1 }', 2801],
  ['missing-await', 'const f = () => { const n = numbers.count(); return n + 1 }', 2365],
  ['used-in-its-own-initializer', 'const lines = lines.filter(l => l !== "")', 2448],
  ['require', 'const fs = require("fs")', 2591],
  ['println', 'println(words)', 2304],
  ['println', 'print(words)', 2304],
  ['const-assigned', 'answer = 43', 2588],
  ['python-block', 'for x in range(10):', 1005],
  ['python-block', 'if x == 1:', 1005],
  ['import-style', 'import tspark', 1005],
  ['import-style', 'from tspark import Seconds', 1434],
  ['import-style', 'import org.apache.spark._', 1005],
  ['python-word', 'words.filter(w => True)', 2304],
  ['length', 'words.map(w => len(w))', 2304],
  ['type-name', 'var n: int = 3', 2304],
  ['foreach-on-stream', 'lines.foreach(l => console.log(l))', 2339],
  ['foreach-on-stream', 'lines.forEach(l => console.log(l))', 2339],
  ['lists-of-pairs', 'lines.map(l => l.split(" ").map(w => [w, 1])).reduceByKey((a, b) => a + b)', 2684],
  ['contains', 'words.filter(w => w.contains("a"))', 2339],
  ['duration', 'words.window(10)', 2345],
  ['duration', 'words.countByWindow(30, 10)', 2345],
  ['window-duration', 'words.map(w => [w, 1]).reduceByKeyAndWindow((a, b) => a + b, 30, 10)', 2769],
  ['window-duration', 'words.map(w => [w, 1]).reduceByKeyAndWindow((a, b) => a + b, (a, b) => a - b, 30, 10)', 2769],
  ['python-print', 'words.pprint()', 2551],
  ['parallelize', 'new SparkContext("local[2]").parallelize(1, 2, 3)', 2554],
  ['port', 'const open = (ssc: StreamingContext) => ssc.socketTextStream("localhost", "9999")', 2345],
  ['port', 'const open = (ssc: StreamingContext) => ssc.socketTextStream("localhost")', 2554],
  ['assigned-for-compared', 'numbers.filter(n => n = 2)', 2769],
]

const firstOf = async (session: Session, entered: string): Promise<Diagnostic> => {
  const outcome = await session.evaluate(entered)
  if (outcome.kind !== 'refused') throw new Error(`${entered} was not refused: ${line(outcome)}`)
  return outcome.diagnostics[0]!
}

const help = (id: string, language: 'en' | 'zh'): string => MISTAKES.find(row => row.id === id)!.help[language]

describe('in English', () => {
  let session: Session
  beforeAll(async () => { session = await openSession() })
  afterAll(() => session.close())

  test.each(ROWS)('%s: %s', async (id, entered, code) => {
    expect(await firstOf(session, entered)).toMatchObject({ code, help: help(id, 'en') })
  })

  test.each([
    ['words.map(w => numbers.count())', "'numbers' is an RDD", 'map'],
    ['words.filter(w => words === lines)', "'words' is a DStream", 'filter'],
  ])('%s is refused: the driver\'s own cannot travel', async (entered, sentence, operator) => {
    const diagnostic = await firstOf(session, entered)
    expect(diagnostic).toMatchObject({ code: 90001, message: expect.stringContaining(sentence) as string })
    expect(diagnostic.message).toContain(`given to ${operator}`)
  })

  test.each([
    ['let total = 0; const adds = () => numbers.foreach(n => { total += n })', ['total is changed inside a function given to foreach']],
    ['let seen = 0; const counts = () => words.map(w => { seen++; return w })', ['seen is changed inside a function given to map']],
    ['let last = 0; const keeps = () => words.foreachRDD(rdd => { last = 1 })', []],
    ['const sums = () => words.mapPartitions(ws => { let n = 0; for (const w of ws) n += w.length; return [n] })', []],
    ['const list: number[] = []; const each = () => [1, 2].forEach(n => { list.push(n) })', []],
  ])('%s: a captured variable that is assigned is said', async (entered, notes) => {
    const outcome = await session.evaluate(entered)
    expect(outcome.kind === 'done' ? outcome.notes.map(note => note.split(', which')[0]) : outcome).toEqual(notes)
  })

  test.each([
    'const split = () => lines.flatMap(_ => _.split(" "))',
    'const typed = () => words.map(w => [w, 1] as const)',
    'const nothing = () => words.foreachRDD(rdd => { rdd.count() })',
    'const inside = () => words.transform(rdd => rdd.union(rdd))',
    'const text = "val x = “quoted”，全角"',
    'const quoted = "(w, 1) lambda x: x"',
  ])('%s is right and passes', async entered => { expect((await session.evaluate(entered)).kind).toBe('done') })

  test.each([
    ['words.map(w => { [w, 1] }).reduceByKey((a, b) => a + b)', '1:11 TS2345'],
    ['words.map(w => w.length).reduceByKey((a, b) => a.b + b)', '1:26 TS2684'],
    ['words.mapp(w => [w, 1]).reduceByKey((a, b) => a + b)', '1:7 TS2551'],
    ['words.map(w => w.size).filter(n => n.none).map(n => n.none)', '1:18 TS2339'],
    ['words.map(lambda x: x + 1)', '1:18 TS1005'],
    ['const y', '1:7 TS1155'],
  ])('%s: the reason alone, without what follows from it', async (entered, reason) => {
    expect(line(await session.evaluate(entered))).toBe(`refused ${reason}`)
  })

  test.each([
    ['[1, 2].map', ['map is a method and was not called; parentheses call it: map()']],
    ['const map = [1, 2].map', []],
    ['[1, 2].length', []],
  ])('%s: a method that was not called is said', async (entered, notes) => {
    const outcome = await session.evaluate(entered)
    expect(outcome.kind === 'done' ? outcome.notes : outcome).toEqual(notes)
  })

  test('help is said once for a text', async () => {
    const outcome = await session.evaluate('words.map(w => [w, 1]).reduceByKey(_ + _)')
    expect(outcome.kind === 'refused' && outcome.diagnostics.map(each => each.help !== undefined)).toEqual([true, false])
  })

  test('every row of the table is tried here', () => {
    expect(new Set(ROWS.map(([id]) => id))).toEqual(new Set(MISTAKES.map(({ id }) => id)))
  })
})

describe('in Chinese', () => {
  let session: Session
  beforeAll(async () => { session = await openSession({ locale: 'zh_CN.UTF-8' }) })
  afterAll(() => session.close())

  test('a clock in a stream\'s function is said once', async () => {
    const notes = async (text: string): Promise<readonly string[]> => { const outcome = await session.evaluate(text); return outcome.kind === 'done' ? outcome.notes : [line(outcome)] }
    expect(await notes('const at = () => words.map(w => [w, Date.now()])')).toEqual([expect.stringContaining('传给 map 的函数用到了 Date.now()')])
    expect(await notes('const late = () => words.filter(w => w.length < performance.now())')).toEqual([])
  })

  test('TypeScript\'s message and our help', async () => {
    const diagnostic = await firstOf(session, 'words.map(w => w.length).reduceByKey((a, b) => a + b)')
    expect(diagnostic.message).toMatch(/\p{Script=Han}/u)
    expect(diagnostic.message).toContain('DStream<number>')
    expect(diagnostic.help).toBe(help('pairs-needed', 'zh'))
  })

  test.each(ROWS)('%s: %s', async (id, entered) => { expect((await firstOf(session, entered)).help).toBe(help(id, 'zh')) })

  test('syntax errors too', async () => { expect((await firstOf(session, 'const 1 = 2')).message).toMatch(/\p{Script=Han}/u) })

  test('our own refusals too', async () => {
    expect((await firstOf(session, 'words.map(w => numbers.count())')).message).toContain('只能留在驱动程序里')
  })
})
